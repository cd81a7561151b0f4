//! An error that cannot go to another thread.

use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};
use std::error::Error;

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
async fn answer(id: u32) -> Result<Answer, Box<dyn Error>> {
    Ok(Answer { id })
}

fn main() {}
