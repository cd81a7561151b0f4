use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
async fn answer(id: u32, #[cfg(test)] _more: u8) -> Answer {
    Answer { id }
}

#[derived(key = id, as = Again, retry = -1)]
async fn again(id: u32) -> Result<Answer, std::io::Error> {
    Ok(Answer { id })
}

fn main() {}
