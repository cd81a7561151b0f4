//! Sources: arguments that are artifacts themselves, got before the function is
//! called, all at once and in this task.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::Kind;
use crate::artifact::{Artifact, Key, describe};
use crate::{Error, ErrorKind};

/// The key of an artifact with sources. There is none where a source stands for
/// something that could not be told.
pub struct Told<K>(Option<K>);

impl<K: Key> Told<K> {
    /// The key that is told from the sources, where these passed their checks.
    pub fn of(sources: &Result<(), Error>, key: impl FnOnce() -> K) -> Self {
        Self(sources.is_ok().then(key))
    }

    /// The key.
    ///
    /// # Panics
    ///
    /// Where there is none; what asks [`check`](Artifact::check) first never meets that.
    #[track_caller]
    pub fn key(&self) -> &K {
        let key = self.0.as_ref();
        key.expect("an artifact whose source could not be told has no key")
    }

    /// The key as it is printed.
    #[must_use]
    pub fn describe(&self) -> String {
        self.0
            .as_ref()
            .map_or_else(|| "unknown".to_owned(), describe)
    }
}

/// Checks one source of a record.
///
/// # Errors
///
/// The source's own, with the name of the argument.
pub fn check_source<R, K: Key>(
    kind: Kind<R, K>,
    name: &'static str,
    source: &impl Artifact,
) -> Result<(), Error> {
    source.check().map_err(|error| {
        let message = format!("cannot derive `{}`: source `{name}`", kind.name);
        Error::with_source(ErrorKind::Derive, message, error)
    })
}

/// Gets one source, for the record with `key`.
///
/// # Errors
///
/// The source's own, with the name of the argument.
pub async fn source<R, K: Key>(
    kind: Kind<R, K>,
    key: &K,
    name: &'static str,
    source: &impl Artifact,
) -> Result<(), Error> {
    // In a box, or a chain of derivations would be futures inside futures, each
    // several times as large as the one before.
    match Box::pin(source.get()).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let key = describe(key);
            let message = format!("cannot derive `{}` {key}: source `{name}`", kind.name);
            Err(Error::with_source(ErrorKind::Derive, message, error))
        }
    }
}

/// Drives two futures to their ends. The second goes on where the first fails,
/// since what it makes is kept.
///
/// # Errors
///
/// The first one's, else the second one's.
pub async fn join(
    first: impl Future<Output = Result<(), Error>>,
    second: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut first_end, mut second_end) = (None, None);
    poll_fn(|context| {
        poll_once(&mut first_end, first.as_mut(), context);
        poll_once(&mut second_end, second.as_mut(), context);
        match (&first_end, &second_end) {
            (Some(_), Some(_)) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
    first_end
        .unwrap_or(Ok(()))
        .and(second_end.unwrap_or(Ok(())))
}

/// Polls a future that has not ended yet.
fn poll_once<F: Future>(
    end: &mut Option<F::Output>,
    future: Pin<&mut F>,
    context: &mut Context<'_>,
) {
    if end.is_none()
        && let Poll::Ready(output) = future.poll(context)
    {
        *end = Some(output);
    }
}
