//! Options of attempts that nothing comes of.

use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Clone, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, as = Alone, retry_after = |_| None)]
async fn alone(id: u32) -> Result<Answer, String> {
    Ok(Answer { id })
}

#[derived(key = id, as = NoError, retry = 2, retry_if = |_| true)]
async fn no_error(id: u32) -> Answer {
    Answer { id }
}

#[derived(key = id, as = NoBool, retry = 2, retry_if = |error| error.len())]
async fn no_bool(id: u32) -> Result<Answer, String> {
    Ok(Answer { id })
}

#[derived(key = id, as = NoPolicy, retry = "twice")]
async fn no_policy(id: u32) -> Result<Answer, String> {
    Ok(Answer { id })
}

fn main() {}
