use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

type Made = Result<Answer, std::io::Error>;

#[derived(key = id)]
fn answer(id: u32) -> Made {
    Ok(Answer { id })
}

fn main() {}
