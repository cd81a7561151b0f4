//! The reason that a value was not taken.

use core::fmt;
use std::borrow::Cow;

/// A value that a [`Knob`](super::Knob) did not take, and why.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Knob, User};
///
/// #[derive(Exposed)]
/// struct Knobs {
///     #[expose(set = "operator", range = 1..=64)]
///     at_once: Knob<usize>,
/// }
///
/// let knobs = Knobs { at_once: Knob::new(4) };
/// let _view = knobs.as_seen_by(&User::new("ana", ["operator"]));
/// let refused = knobs.at_once.set(100).unwrap_err();
/// assert_eq!(refused.to_string(), "`at_once` must be in 1..=64, not 100");
/// assert_eq!(knobs.at_once.get(), 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(Cow<'static, str>);

impl Refused {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}
