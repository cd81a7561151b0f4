use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = txet)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

fn main() {}
