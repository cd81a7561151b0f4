use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer<T> {
    id: T,
}

fn main() {}
