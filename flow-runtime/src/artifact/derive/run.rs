//! One derivation: attempts, events, and errors that name the key.

use crate::artifact::{Extant, describe, events};
use crate::attempts::Attempts;
use crate::{BoxError, Error, ErrorKind};

/// Runs `f` until it gives a record or the attempts are used up.
///
/// # Errors
///
/// The last attempt's, with kind and key; [`ErrorKind::Key`] where the record
/// has another key than was promised.
pub async fn derive<R: Extant, F>(
    key: &R::Key,
    attempts: &Attempts,
    f: impl Fn() -> F,
) -> Result<Option<R>, Error>
where
    F: Future<Output = Result<Option<R>, BoxError>>,
{
    let attempt = || async {
        events::deriving(R::KIND, key);
        f().await.map_err(|source| failure::<R>(key, source))
    };
    let made = attempts.run(attempt).await;
    let made = made.map_err(|error| match error.kind() {
        ErrorKind::Timeout => Error::with_source(ErrorKind::Timeout, cannot::<R>(key), error),
        _ => error,
    });
    match made.and_then(|made| check_made::<R>(key, made)) {
        Ok(made) => {
            events::derived(R::KIND, key);
            Ok(made)
        }
        Err(error) => {
            events::failed(R::KIND, key, &error);
            Err(error)
        }
    }
}

fn failure<R: Extant>(key: &R::Key, source: BoxError) -> Error {
    Error::with_source(ErrorKind::Derive, cannot::<R>(key), source)
}

fn cannot<R: Extant>(key: &R::Key) -> String {
    format!("cannot derive `{}` {}", R::KIND, describe(key))
}

fn check_made<R: Extant>(key: &R::Key, made: Option<R>) -> Result<Option<R>, Error> {
    if let Some(record) = &made {
        check_key(key, record)?;
    }
    Ok(made)
}

/// That a record has the key it was promised to have.
pub(crate) fn check_key<R: Extant>(promised: &R::Key, record: &R) -> Result<(), Error> {
    let made = record.key();
    if made == *promised {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Key,
        format!(
            "`{}` {} was promised, but the record made has the key {}",
            R::KIND,
            describe(promised),
            describe(&made)
        ),
    ))
}
