use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key)]
fn answer(id: u32) -> Answer {
    Answer { id }
}

fn main() {}
