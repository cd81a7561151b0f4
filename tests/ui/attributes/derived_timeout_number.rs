//! A timeout has a unit.

use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, timeout = 30)]
async fn answer(id: u32) -> Result<Answer, String> {
    Ok(Answer { id })
}

fn main() {}
