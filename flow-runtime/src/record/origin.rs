//! The origin of a record, as far as it is kept beside it.

/// The version and the fingerprint of a derivation.
///
/// Both are kept beside the records that it makes. A stored record is *stale* where
/// the artifact that is wanted has another version, or another fingerprint, than the
/// one that made the record. What is not known is as good as any: records without
/// either, as an editor or an earlier release may leave them, are adopted.
///
/// ```
/// use flow_runtime::artifact::Origin;
///
/// let first = Origin::from(Some(1));
/// assert_eq!((first.version, first.fingerprint), (Some(1), None));
/// assert!(!first.is_stale(Origin { fingerprint: Some(7), ..first }), "its own is not known");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// `version = n` of `#[derived]`.
    pub version: Option<u32>,
    /// The hash of `fingerprint = expr` of `#[derived]`.
    pub fingerprint: Option<u64>,
}

impl Origin {
    /// Returns whether what this made is not what `wanted` would make.
    ///
    /// ```
    /// use flow_runtime::artifact::Origin;
    ///
    /// let version = |n| Origin { version: Some(n), fingerprint: None };
    /// assert!(version(1).is_stale(version(2)));
    /// assert!(!Origin::default().is_stale(version(2)), "it is adopted");
    /// ```
    #[must_use]
    pub fn is_stale(self, wanted: Self) -> bool {
        differ(self.version, wanted.version) || differ(self.fingerprint, wanted.fingerprint)
    }

    /// The difference to what is wanted, as messages say it.
    pub(crate) fn difference(self, wanted: Self) -> String {
        match (self.version, wanted.version) {
            (Some(made_by), Some(wanted)) if made_by != wanted => {
                format!("version {made_by} made it, and version {wanted} is wanted")
            }
            _ => "it was made with another fingerprint".to_owned(),
        }
    }
}

impl From<Option<u32>> for Origin {
    /// That version, without a fingerprint.
    fn from(version: Option<u32>) -> Self {
        let fingerprint = None;
        Self {
            version,
            fingerprint,
        }
    }
}

/// A fingerprint as it is written and printed.
pub(crate) fn fingerprint_text(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(version: u32, fingerprint: u64) -> Origin {
        Origin {
            version: Some(version).filter(|version| *version > 0),
            fingerprint: Some(fingerprint).filter(|fingerprint| *fingerprint > 0),
        }
    }

    #[test]
    fn either_makes_stale_and_what_is_unknown_does_not() {
        for (made_by, wanted, stale) in [
            (origin(1, 7), origin(1, 7), false),
            (origin(1, 7), origin(2, 7), true),
            (origin(1, 7), origin(1, 8), true),
            (origin(0, 7), origin(1, 7), false),
            (origin(1, 0), origin(1, 7), false),
            (origin(1, 0), origin(2, 7), true),
            (origin(0, 7), origin(2, 8), true),
            (origin(0, 0), origin(2, 8), false),
            (origin(1, 7), origin(0, 0), false),
        ] {
            assert_eq!(made_by.is_stale(wanted), stale, "{made_by:?} {wanted:?}");
        }
    }
}
