use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: f64,
}

fn main() {}
