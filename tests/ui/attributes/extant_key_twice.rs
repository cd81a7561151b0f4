use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = id, key = text)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

fn main() {}
