//! Keys that could not be made: keeping that, and what becomes of them in later runs.

use std::time::SystemTime;

use crate::artifact::{Extant, Origin, describe, events};
use crate::error::Tried;
use crate::store::Failed;
use crate::{Error, ErrorKind, Store};

/// The fate of a key that could not be made in an earlier run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rerun {
    /// It is tried again.
    #[default]
    All,
    /// It is passed over.
    None,
    /// It is tried again where its failure was transient, and passed over else.
    Transient,
}

impl Rerun {
    /// Returns whether a key that failed is passed over. Another version, or
    /// fingerprint, runs again.
    pub(super) fn passes_over(self, failed: &Failed, wanted: Origin) -> bool {
        let over = match self {
            Self::All => false,
            Self::None => true,
            Self::Transient => !failed.transient,
        };
        over && !failed.origin.is_stale(wanted)
    }
}

/// The error of a key that is passed over.
pub(super) fn failed_before<R: Extant>(key: &R::Key, failed: &Failed) -> Error {
    let attempts = match failed.attempts {
        1 => "1 attempt".to_owned(),
        many => format!("{many} attempts"),
    };
    let message = format!(
        "`{}` {} failed before, in {attempts}: {}",
        R::KIND,
        describe(key),
        failed.error
    );
    let error = Error::new(ErrorKind::FailedBefore, message);
    events::failed(R::KIND, key, &error);
    error
}

/// Keeps of a key that it could not be made, durably, and gives the error that leaves:
/// the same, or the store's where that takes no more writes. `before` is what was kept
/// of it, `origin` what would have made it.
pub(super) async fn keep<R: Extant>(
    store: &Store<R>,
    key: &R::Key,
    before: Option<&Failed>,
    origin: Origin,
    error: Error,
) -> Error {
    // What was not begun has not failed.
    if error.is_fatal() || error.kind() == ErrorKind::Interrupted {
        return error;
    }
    let Tried {
        attempts,
        transient,
    } = error.tried().unwrap_or(Tried {
        attempts: 1,
        transient: None,
    });
    // Those of another version were attempts at something else.
    let before = before.filter(|before| !before.origin.is_stale(origin));
    let before = before.map_or(0, |before| before.attempts);
    let failed = Failed {
        attempts: attempts.saturating_add(before),
        error: format!("{error:#}"),
        when: SystemTime::now(),
        transient: transient.unwrap_or(error.kind() == ErrorKind::Timeout),
        origin,
    };
    match store.fail(key, &failed).await {
        Err(mut dead) if dead.is_fatal() => {
            dead.add_others([error]);
            dead
        }
        // A key that cannot be kept is what the error says.
        Ok(()) | Err(_) => error,
    }
}
