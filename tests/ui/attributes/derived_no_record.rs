use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id)]
async fn answer(id: u32) -> Result<String, std::io::Error> {
    Ok(id.to_string())
}

fn main() {}
