//! `ensure_batch` and `assemble` need a key, and what flows in has to fit.
use flow_runtime::{BoxError, Store, extant, flow};

#[extant(key = id)]
#[derive(serde::Serialize, serde::Deserialize)]
struct Answer {
    id: u32,
}

async fn answers(ids: Vec<u32>) -> Result<Vec<Answer>, BoxError> {
    Ok(ids.into_iter().map(|id| Answer { id }).collect())
}

async fn next(id: u32, _: Option<&Answer>) -> Result<Answer, BoxError> {
    Ok(Answer { id })
}

fn main() {
    let store = Store::<Answer>::memory();
    let _ = flow! { from(0..9) -> partition(3) -> ensure_batch(&store, answers)? -> count() };
    let _ = flow! { from(0..9) -> assemble(&store, next)? -> count() };
    let _ = flow! { from(0..9) -> assemble(&store, next, key = |id| *id, holes = keep)? -> count() };
    let _ = flow! { from(0..9_u32) -> ensure_batch(&store, answers, key = |id| *id)? -> count() };
}
