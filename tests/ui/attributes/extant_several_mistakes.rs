use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = (idd, text), knd = "answer")]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

fn main() {}
