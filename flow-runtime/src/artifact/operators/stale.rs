//! The fate of a record that another version or fingerprint made.

use crate::artifact::{Extant, Origin, Outcome, describe, events};
use crate::store::Known;
use crate::{Error, ErrorKind};

/// The fate of a stale record: one that another version or fingerprint made than
/// the artifact would be made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stale {
    /// It counts as missing, and is replaced when there is another.
    #[default]
    Replace,
    /// It is as good as one of the version wanted.
    Keep,
    /// It is an error, and stays.
    Error,
}

impl Stale {
    /// Returns what is to be said of a key where nothing has to be made; `None` where
    /// something has.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Stale`], where that is asked for.
    pub(super) fn settle<R: Extant>(
        self,
        key: &R::Key,
        known: Known,
        wanted: Origin,
    ) -> Result<Option<Outcome>, Error> {
        let (outcome, made_by) = match known {
            Known::Missing => return Ok(None),
            Known::Extant { origin } => (Outcome::Extant, origin),
            Known::Absent { origin } => (Outcome::Absent, origin),
        };
        match self {
            _ if !made_by.is_stale(wanted) => Ok(Some(outcome)),
            Self::Keep => Ok(Some(outcome)),
            Self::Replace => Ok(None),
            Self::Error => Err(stale::<R>(key, made_by, wanted)),
        }
    }
}

fn stale<R: Extant>(key: &R::Key, made_by: Origin, wanted: Origin) -> Error {
    let message = format!(
        "`{}` {} is stale: {}",
        R::KIND,
        describe(key),
        made_by.difference(wanted)
    );
    let error = Error::new(ErrorKind::Stale, message);
    events::failed(R::KIND, key, &error);
    error
}
