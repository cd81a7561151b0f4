//! Defines what becomes of a record that another version made.

use crate::artifact::{Extant, Outcome, describe, events, is_stale};
use crate::store::Known;
use crate::{Error, ErrorKind};

/// Says what becomes of a stale record: one that another version made than the
/// artifact would be made by.
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
        wanted: Option<u32>,
    ) -> Result<Option<Outcome>, Error> {
        let (outcome, made_by) = match known {
            Known::Missing => return Ok(None),
            Known::Extant { version } => (Outcome::Extant, version),
            Known::Absent { version } => (Outcome::Absent, version),
        };
        match self {
            _ if !is_stale(made_by, wanted) => Ok(Some(outcome)),
            Self::Keep => Ok(Some(outcome)),
            Self::Replace => Ok(None),
            Self::Error => Err(stale::<R>(key, made_by, wanted)),
        }
    }
}

fn stale<R: Extant>(key: &R::Key, made_by: Option<u32>, wanted: Option<u32>) -> Error {
    let number = |version: Option<u32>| version.unwrap_or_default();
    let message = format!(
        "`{}` {} is stale: version {} made it, and version {} is wanted",
        R::KIND,
        describe(key),
        number(made_by),
        number(wanted)
    );
    let error = Error::new(ErrorKind::Stale, message);
    events::failed(R::KIND, key, &error);
    error
}
