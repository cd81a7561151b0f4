use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

/// Says of itself nothing that could be hashed.
struct Settings;

#[derived(key = id, fingerprint = (id, settings))]
fn answer(id: u32, settings: &Settings) -> Answer {
    let _ = settings;
    Answer { id }
}

fn main() {}
