//! Two functions make one record: one of the artifacts needs another name.

use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
async fn cheap(id: u32) -> Answer {
    Answer { id }
}

#[derived(key = id)]
async fn good(id: u32) -> Result<Answer, String> {
    Ok(Answer { id })
}

mod elsewhere {
    use super::Answer;

    #[flow_runtime::derived(key = id)]
    pub async fn third(id: u32) -> Answer {
        Answer { id }
    }
}

fn main() {
    #[derived(key = id)]
    async fn fourth(id: u32) -> Answer {
        Answer { id }
    }
}
