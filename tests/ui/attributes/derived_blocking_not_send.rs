use flow_runtime::{derived, extant};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

use std::rc::Rc;

#[derived(key = id, blocking)]
fn answer(id: u32, text: Rc<str>) -> Answer {
    let _ = text;
    Answer { id }
}

fn main() {}
