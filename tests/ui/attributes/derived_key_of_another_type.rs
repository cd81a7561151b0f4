use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

struct Question {
    id: u32,
    text: String,
}

#[derived(key = question.text)]
async fn answer(question: Question) -> Answer {
    Answer { id: question.id }
}

fn main() {}
