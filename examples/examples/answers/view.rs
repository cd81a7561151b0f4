//! `--inspect`: the flow on a page, with the failures of its store.

#[cfg(feature = "inspect")]
use flow_runtime::inspect::Inspector;
use flow_runtime::{BoxError, Store, inspect::Watched};

use crate::Answer;

/// Shows a flow for as long as what is returned is there.
#[cfg(feature = "inspect")]
pub fn open(job: &impl Watched, store: &Store<Answer>) -> Result<Inspector, BoxError> {
    let view = Inspector::bind("127.0.0.1:0")?;
    let view = view.store("answers", store, "operator");
    view.follow(&job.watch());
    Ok(view)
}

/// Says what it takes to see the flow.
#[cfg(not(feature = "inspect"))]
pub fn open(_: &impl Watched, _: &Store<Answer>) -> Result<(), BoxError> {
    Err("`--inspect` is there with `cargo run --features inspect`".into())
}
