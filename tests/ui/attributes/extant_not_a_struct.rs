use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
enum Answer {
    Yes,
}

fn main() {}
