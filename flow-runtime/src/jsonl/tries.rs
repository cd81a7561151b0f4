//! The tries of a row tool: how its function is called, under a limit, a budget, or none.
//!
//! They are those of a flow ([`crate::attempts`]). A tool is one type for all functions
//! that may be asked, so those are kept without their types.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::RowError;
use crate::attempts::{
    AtOnce, Attempts, Judges, Prices, Retry, Under, Visit, Weighs, Within, at_once, at_once_within,
};
use crate::knobs::{Followed, Knob, Steer};
use crate::operators::then::{Concurrency, PLACES};
use crate::region::Bound;
use crate::sync::AtomicWaker;
use crate::{BoxError, Budget, Error, ErrorKind, Limit};

/// A function of the user's.
type Asked<T, U> = Arc<dyn Fn(&T) -> U + Send + Sync>;

/// The options of a tool that are about its tries, as they were given.
#[derive(Clone, Default)]
pub(super) struct Tries {
    pub(super) concurrency: Option<Knob<usize>>,
    pub(super) limit: Option<Limit>,
    pub(super) give_up: Option<Duration>,
    pub(super) budget: Option<Budget>,
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<Retry>,
    pub(super) asks: Asks,
}

/// The functions that are asked of errors, keys and rows.
#[derive(Clone, Default)]
pub(super) struct Asks {
    pub(super) retry_if: Option<Asked<Error, bool>>,
    pub(super) retry_after: Option<Asked<Error, Option<Duration>>>,
    pub(super) refused: Option<Asked<Error, Option<Duration>>>,
    pub(super) units: Option<Asked<Value, u64>>,
    pub(super) cost: Option<Asked<[Value], f64>>,
}

impl Tries {
    /// Demands that something comes of each option.
    ///
    /// # Panics
    ///
    /// At `place`, where an option needs another that was not given.
    pub(super) fn check(&self, place: &Location<'_>) {
        let Asks {
            retry_after,
            refused,
            units,
            cost,
            ..
        } = &self.asks;
        let budget = self.budget.is_some();
        for (option, is_given, needed, is_there) in [
            (
                "retry_after",
                retry_after.is_some(),
                "retry",
                self.retry.is_some(),
            ),
            ("units", units.is_some(), "limit", self.limit.is_some()),
            (
                "give_up",
                self.give_up.is_some(),
                "refused",
                refused.is_some(),
            ),
            ("cost", cost.is_some(), "budget", budget),
            ("budget", budget, "cost", cost.is_some()),
        ] {
            assert!(
                !is_given || is_there,
                "a row tool at {place}: `{option}` needs `{needed}`, nothing comes of it else"
            );
        }
    }

    /// Returns the attempts that these ask for.
    pub(super) fn attempts(&self) -> Attempts<Asks> {
        let retry = self.retry.clone().unwrap_or_else(|| Retry::times(0));
        let attempts = Attempts::judged_by(self.asks.clone(), self.timeout, retry);
        let is_held_up =
            self.limit.is_some() || self.budget.is_some() || self.asks.refused.is_some();
        if !is_held_up {
            return attempts;
        }
        let mut under = Under::new();
        if let Some(limit) = &self.limit {
            under = under.limit(limit);
        }
        if let Some(budget) = &self.budget {
            under = under.budget(budget);
        }
        if let Some(after) = self.give_up {
            under = under.give_up(after);
        }
        attempts.under(under)
    }

    /// Returns the number of calls that are taken at once.
    pub(super) fn places(&self, attempts: &Attempts<Asks>) -> Places {
        match &self.concurrency {
            None => Places::Limited(at_once(attempts, self.asks.refused.is_some())),
            Some(knob) => Places::Within(at_once_within(attempts, knob.followed(PLACES))),
        }
    }
}

/// The number of calls that a tool takes at once, as it is set now.
pub(super) enum Places {
    /// As many as the limit lets run; one without a limit.
    Limited(AtOnce),
    /// As many as `concurrency` says, and the limit lets run.
    Within(Within<Followed<usize>>),
}

impl Bound for Places {
    fn now(&mut self) -> usize {
        match self {
            Self::Limited(places) => places.now(),
            Self::Within(places) => places.now(),
        }
    }

    fn most(&self) -> usize {
        match self {
            Self::Limited(places) => places.most(),
            Self::Within(places) => places.most(),
        }
    }

    fn wakes(&self, task: &Arc<AtomicWaker>) {
        match self {
            Self::Limited(places) => places.wakes(task),
            Self::Within(places) => places.wakes(task),
        }
    }
}

/// It is what `concurrency` of a flow is given.
impl Concurrency<Self> for Places {
    fn bound(self) -> Self {
        self
    }
}

/// The outcome of a call. As long as the visit lives, the call counts as running.
pub(super) struct Called<'a, U> {
    pub(super) made: Result<U, Error>,
    pub(super) visit: Option<Visit<'a, Asks>>,
}

/// Calls a function of the user's until it succeeds or no attempt is left. Of `asked` are
/// its units.
///
/// # Errors
///
/// The last attempt's, which has the user's; those of [`Attempts::visited`].
pub(super) async fn call<'a, U, E, By, F>(
    attempts: &'a Attempts<Asks>,
    asked: &Value,
    f: impl Fn() -> F,
) -> Called<'a, U>
where
    F: Future<Output = Result<U, E>>,
    E: RowError<By>,
    U: AsRows,
{
    let f = || {
        let call = f();
        async {
            let made = call.await.map_err(|error| Error::failed(error.erase()))?;
            attempts.charge(&made);
            Ok::<_, Error>(made)
        }
    };
    let (made, visit) = attempts.visited(attempts.weigh(asked), f).await;
    Called { made, visit }
}

/// Returns whether an error says that nothing was called, since the run had ended.
pub(super) fn was_not_begun(error: &Error) -> bool {
    error.kind() == ErrorKind::Interrupted && error.tried().is_none()
}

/// The rows that a call gave.
pub(super) trait AsRows {
    /// These.
    fn as_rows(&self) -> &[Value];
}

impl AsRows for Value {
    fn as_rows(&self) -> &[Value] {
        std::slice::from_ref(self)
    }
}

impl AsRows for Vec<Value> {
    fn as_rows(&self) -> &[Value] {
        self
    }
}

impl Judges<Error> for Asks {
    fn verdict(&self, error: &Error) -> Option<bool> {
        self.retry_if.as_ref().map(|ask| ask(error))
    }

    fn wait(&self, error: &Error) -> Option<Duration> {
        let wait = self.retry_after.as_ref().and_then(|ask| ask(error));
        wait.filter(|wait| !wait.is_zero())
    }

    fn refusal(&self, error: &Error) -> Option<Duration> {
        self.refused.as_ref().and_then(|ask| ask(error))
    }

    fn erase(&self, error: Error) -> BoxError {
        error.into()
    }
}

impl Weighs<Value> for Asks {
    fn weigh(&self, asked: &Value) -> u64 {
        self.units.as_ref().map_or(1, |ask| ask(asked))
    }
}

impl<U: AsRows> Prices<U> for Asks {
    fn price(&self, made: &U) -> Option<f64> {
        self.cost.as_ref().map(|ask| ask(made.as_rows()))
    }
}
