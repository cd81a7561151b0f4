use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
fn answer<T: ToString>(id: u32, text: T) -> Answer {
    let _ = text.to_string();
    Answer { id }
}

fn main() {}
