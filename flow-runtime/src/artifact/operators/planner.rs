//! `ensure(&store)` in a flow that is planned: it looks up, counts, and makes nothing.

use super::ensure::Ensure;
use super::ensuring::{Ensuring, Estimates};
use super::stale::Stale;
use crate::artifact::plan::{Count, Tally, ToDo};
use crate::artifact::{Artifact, Extant, wanted};
use crate::store::Known;
use crate::{Error, Store};

/// Counts artifacts in place of ensuring them.
pub struct Planner<'e, R, C> {
    store: &'e Store<R>,
    options: &'e Ensuring<C>,
    tally: &'e Tally,
}

impl<R: Extant, J, C> Ensure<R, J, C> {
    /// The same for a plan.
    pub fn plans<'e>(&'e self, tally: &'e Tally) -> Planner<'e, R, C> {
        Planner {
            store: &self.store,
            options: &self.options,
            tally,
        }
    }
}

impl<R: Extant, C> Planner<'_, R, C> {
    /// Counts one artifact. Nothing goes on.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed.
    pub async fn run<A>(&self, artifact: A) -> Option<()>
    where
        A: Artifact<Value = R, Key = R::Key>,
        C: Estimates<A>,
    {
        if let Err(error) = self.count(&artifact).await {
            self.tally.fail(error);
        }
        None
    }

    async fn count<A>(&self, artifact: &A) -> Result<(), Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
        C: Estimates<A>,
    {
        let Ensuring {
            stale,
            rerun,
            estimate,
        } = self.options;
        artifact.check()?;
        let (key, wanted) = (artifact.key(), wanted(artifact));
        let (bytes, known, failed) = self.store.look_up_planned(&key).await?;
        let (count, made_by) = match known {
            Known::Missing => (Count::Missing, None),
            Known::Extant { origin } => (Count::Stored, Some(origin)),
            Known::Absent { origin } => (Count::Absent, Some(origin)),
        };
        let count = match made_by {
            Some(made_by) if made_by.is_stale(wanted) && *stale != Stale::Keep => {
                Count::Stale(made_by, wanted)
            }
            _ => count,
        };
        let is_error = matches!(count, Count::Stale(..)) && *stale == Stale::Error;
        let todo = || ToDo {
            store: self.store.address(),
            key: bytes,
            passed_over: is_error
                || failed
                    .as_ref()
                    .is_some_and(|failed| rerun.passes_over(failed, wanted)),
            failed,
        };
        let cost = || estimate.cost(artifact);
        self.tally.count(&count, C::GIVEN, todo, cost);
        Ok(())
    }
}
