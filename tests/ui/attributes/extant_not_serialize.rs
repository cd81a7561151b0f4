use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Other;

#[extant(key = id)]
struct Answer {
    id: u32,
}

fn main() {}
