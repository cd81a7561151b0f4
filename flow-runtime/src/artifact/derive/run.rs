//! One derivation: attempts, events, and errors that name the key.

use super::Kind;
use super::judged::{Before, Failed};
use crate::artifact::{Extant, Key, describe, events};
use crate::attempts::Attempts;
use crate::{Error, ErrorKind};

/// Runs `f` until it gives a record or the attempts are used up.
///
/// # Errors
///
/// The last attempt's, with kind and key; [`ErrorKind::Key`] where the record
/// has another key than was promised.
pub async fn derive<R, K: Key, F>(
    kind: Kind<R, K>,
    key: &K,
    attempts: &Attempts<Before>,
    f: impl Fn() -> F,
) -> Result<Option<R>, Error>
where
    F: Future<Output = Result<Option<R>, Failed>>,
{
    let cannot = || format!("cannot derive `{}` {}", kind.name, describe(key));
    let attempt = || async {
        events::deriving(kind.name, key);
        // In a box: the future would else be part of every future around it,
        // and of some several times. Next to a derivation it costs nothing.
        let made = Box::pin(f()).await;
        made.map_err(|failed| {
            failed.map(|source| Error::with_source(ErrorKind::Derive, cannot(), source))
        })
    };
    let made = attempts.run(attempt).await;
    let made = made.map_err(|error| match error.kind() {
        ErrorKind::Timeout => Error::with_source(ErrorKind::Timeout, cannot(), error),
        _ => error,
    });
    let checked = made.and_then(|made| match &made {
        Some(record) => compare(kind.name, key, &(kind.key)(record)).map(|()| made),
        None => Ok(made),
    });
    match &checked {
        Ok(_) => events::derived(kind.name, key),
        Err(error) => events::failed(kind.name, key, error),
    }
    checked
}

/// That a record has the key it was promised to have.
pub(crate) fn check_key<R: Extant>(promised: &R::Key, record: &R) -> Result<(), Error> {
    compare(R::KIND, promised, &record.key())
}

fn compare<K: Key>(kind: &str, promised: &K, made: &K) -> Result<(), Error> {
    if made == promised {
        return Ok(());
    }
    let (promised, made) = (describe(promised), describe(made));
    let message =
        format!("`{kind}` {promised} was promised, but the key of what was made is {made}");
    Err(Error::new(ErrorKind::Key, message))
}
