use flow_runtime::extant;
use serde::{Deserialize, Serialize};

struct Id;

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    #[serde(skip, default = "none")]
    id: Id,
}

fn none() -> Id {
    Id
}

fn main() {}
