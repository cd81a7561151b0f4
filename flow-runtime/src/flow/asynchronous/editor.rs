//! The methods that start a flow, as an editor is shown them.
//!
//! It asks what there is before anything says how the flow is run: there all of it is.

use super::UnrunAsyncFlow;
use crate::artifact::plan::Plan;
use crate::error::Error;
use crate::flow::{
    run_until::RunUntil,
    stop::{Mode, Plannable, Stop},
};
use crate::operators::send::Later;

impl<F, M: Mode, R: Future, O> UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    /// Runs the flow until a future resolves, or to the end of its input: then no more is
    /// pulled from the sources, what is inside goes through, and the result is given.
    pub fn run_until<U: Future>(self, _: U) -> RunUntil<U, R> {
        unimplemented!()
    }
}

// A flow that has a plan is of this mode where nothing says another.
impl<F, R: Future, O> UnrunAsyncFlow<F, Later, Plannable, R, O>
where
    F: FnOnce(Stop<Plannable>) -> R,
{
    /// Returns what a run would do with the artifacts that come to the `ensure` of the flow:
    /// how many are stored, stale, or missing, and what it would cost to make them. Nothing
    /// is made.
    pub async fn plan<T, E>(self) -> Result<Plan, E>
    where
        R: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        unimplemented!()
    }
}
