//! Structs whose named fields are read and set from outside.

use core::fmt;
use std::sync::Arc;

use super::field::Field;
use super::policy::Policy;
use super::user::User;
use super::view::View;

/// A struct of which some fields may be read and set from outside.
///
/// `#[derive(Exposed)]` implements it, and [tells](derive@crate::inspect::Exposed) how fields are
/// named. The first call of any of these methods exposes the struct: from then on each
/// knob's `range` and `check` hold, for the program, too.
///
/// It is also implemented for references and `Arc`s, and can be an object.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Knob, User};
/// use serde_json::json;
///
/// #[derive(Exposed)]
/// struct Knobs {
///     #[expose(get = "viewer", set = "operator")]
///     at_once: Knob<usize>,
/// }
///
/// let knobs = Knobs { at_once: Knob::new(4) };
/// let bob = knobs.as_seen_by(&User::new("bob", ["viewer"]));
/// assert_eq!(bob.get(["at_once"])["at_once"], Some(json!(4)));
/// assert!(!bob.set([("at_once", json!(8))])["at_once"]);
/// ```
///
/// # Panics
///
/// The methods panic where the value that a knob has already is out of its `range`, or
/// fails its `check`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not exposed",
    note = "add `#[derive(Exposed)]`, and name its fields with `#[expose(get = \"role\")]`"
)]
pub trait Exposed {
    /// Returns handles of the exposed fields, which outlive the struct: this is what a
    /// server keeps.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Knob, User};
    /// # use serde_json::json;
    /// # #[derive(Exposed)]
    /// # struct Knobs {
    /// #     #[expose(get = "viewer", set = "operator")]
    /// #     at_once: Knob<usize>,
    /// # }
    /// let knobs = Knobs { at_once: Knob::new(4) };
    /// let fields = knobs.exposed();
    /// let at_once = knobs.at_once.clone();
    /// drop(knobs);
    /// at_once.set(8).unwrap();
    /// let bob = fields.as_seen_by(&User::new("bob", ["viewer"]));
    /// assert_eq!(bob.get(["at_once"])["at_once"], Some(json!(8)));
    /// ```
    fn exposed(&self) -> Fields;

    /// Returns what the roles of `user` let it get and set.
    fn as_seen_by(&self, user: &User) -> View {
        let fields = self.exposed();
        View::of(
            &fields.0,
            |field| field.readers.iter().any(|role| user.has_role(role)),
            |field| field.setters.iter().any(|role| user.has_role(role)),
        )
    }

    /// Returns what `policy` lets one get and set, whatever the roles in the attributes.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Knob, Policy};
    /// # use serde_json::json;
    /// # #[derive(Exposed)]
    /// # struct Knobs {
    /// #     #[expose(get = "viewer", set = "operator")]
    /// #     at_once: Knob<usize>,
    /// # }
    /// let knobs = Knobs { at_once: Knob::new(4) };
    /// let view = knobs.under(&Policy::new().get("at_once"));
    /// assert_eq!(view.get(["at_once"])["at_once"], Some(json!(4)));
    /// ```
    fn under(&self, policy: &Policy) -> View {
        let fields = self.exposed();
        View::of(
            &fields.0,
            |field| policy.may_get(field.name),
            |field| policy.may_set(field.name),
        )
    }
}

impl<E: Exposed + ?Sized> Exposed for &E {
    fn exposed(&self) -> Fields {
        (**self).exposed()
    }
}

impl<E: Exposed + ?Sized> Exposed for Arc<E> {
    fn exposed(&self) -> Fields {
        (**self).exposed()
    }
}

/// Handles of the exposed fields of a struct: they outlive it, and are cheap to clone.
///
/// They are [`Exposed`] themselves.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Fields, Gauge, User};
/// use std::collections::BTreeMap;
///
/// #[derive(Exposed)]
/// struct Shown {
///     #[expose(get = "viewer")]
///     spent: Gauge,
/// }
///
/// let shown = Shown { spent: Gauge::new() };
/// let by_name: BTreeMap<&str, Fields> = BTreeMap::from([("job", shown.exposed())]);
/// let view = by_name["job"].as_seen_by(&User::new("bob", ["viewer"]));
/// assert_eq!(view.describe().len(), 1);
/// ```
#[derive(Clone)]
pub struct Fields(pub(super) Arc<[Field]>);

/// Returns what `#[derive(Exposed)]` collects.
#[doc(hidden)]
#[must_use]
pub fn fields<const N: usize>(fields: [Field; N]) -> Fields {
    Fields(Arc::new(fields))
}

impl Exposed for Fields {
    fn exposed(&self) -> Fields {
        self.clone()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names alone: values are for those who may see them.
        let names = self.0.iter().map(|field| field.name);
        f.debug_set().entries(names).finish()
    }
}
