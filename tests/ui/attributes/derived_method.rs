use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

struct Model;

impl Model {
    #[derived(key = id)]
    fn answer(&self, id: u32) -> Answer {
        Answer { id }
    }
}

fn main() {}
