use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

struct Failure;

#[derived(key = id)]
fn answer(id: u32) -> Result<Answer, Failure> {
    let _ = id;
    Err(Failure)
}

fn main() {}
