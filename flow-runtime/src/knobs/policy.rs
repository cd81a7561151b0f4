//! The rights to get and set, as a value.

use std::collections::BTreeSet;

/// The names that may be got and set, in place of the roles in the attributes.
///
/// Names are exact: there are no patterns. A field without `#[expose]` is not exposed
/// under any policy, and what is no [`Knob`](super::Knob) cannot be set.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Gauge, Knob, Policy};
/// use serde_json::json;
///
/// #[derive(Exposed)]
/// struct Knobs {
///     #[expose(get = "viewer", set = "operator")]
///     at_once: Knob<usize>,
///     #[expose]
///     spent: Gauge,
/// }
///
/// let knobs = Knobs { at_once: Knob::new(4), spent: Gauge::new() };
/// let policy = Policy::new().get("spent").set("at_once");
/// let view = knobs.under(&policy);
/// assert_eq!(view.get(["spent", "at_once"])["at_once"], None);
/// assert!(view.set([("at_once", json!(8))])["at_once"]);
/// assert_eq!(knobs.at_once.get(), 8);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    get: BTreeSet<String>,
    set: BTreeSet<String>,
}

impl Policy {
    /// A policy that allows nothing.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Gauge, Policy};
    /// #[derive(Exposed)]
    /// struct Shown {
    ///     #[expose(get = "viewer")]
    ///     spent: Gauge,
    /// }
    ///
    /// let shown = Shown { spent: Gauge::new() };
    /// assert_eq!(shown.under(&Policy::new()).get(["spent"])["spent"], None);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows to get the field of this name as well.
    ///
    /// ```
    /// # use flow_runtime::inspect::Policy;
    /// let policy = Policy::new().get("spent").get("at_once");
    /// ```
    #[must_use]
    pub fn get(mut self, name: impl Into<String>) -> Self {
        self.get.insert(name.into());
        self
    }

    /// Allows to set the field of this name as well, which does not allow to get it.
    ///
    /// ```
    /// # use flow_runtime::inspect::Policy;
    /// let policy = Policy::new().get("at_once").set("at_once");
    /// ```
    #[must_use]
    pub fn set(mut self, name: impl Into<String>) -> Self {
        self.set.insert(name.into());
        self
    }

    pub(super) fn may_get(&self, name: &str) -> bool {
        self.get.contains(name)
    }

    pub(super) fn may_set(&self, name: &str) -> bool {
        self.set.contains(name)
    }
}
