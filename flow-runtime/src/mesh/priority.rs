//! Who runs first.

use super::boxes::Token;
use super::kind::{Fits, Kind};

/// A priority: a number, or a closure that gives one. Sealed.
///
/// ```
/// use flow_runtime::mesh::Mesh;
///
/// let mut mesh = Mesh::new();
/// let (first, second) = (mesh.declare::<u8>("first"), mesh.declare::<u8>("second"));
/// mesh.priority(first, 1);
/// mesh.priority(second, || 2);
/// ```
#[allow(private_interfaces, reason = "how it is kept is no concern of users")]
#[diagnostic::on_unimplemented(
    message = "a priority is an `i64` or an `FnMut() -> i64`, not `{Self}`"
)]
pub trait Priority<K: Kind> {
    /// As a mesh keeps it.
    #[doc(hidden)]
    fn into_urgency(self) -> Urgency<K>;
}

/// A priority as a mesh keeps it.
pub enum Urgency<K: Kind> {
    /// Always the same.
    Fixed(i64),
    /// Asked for.
    Asked(Box<K::Ask>),
}

impl<K: Kind> Urgency<K> {
    #[inline]
    pub(super) fn ask(&mut self) -> i64 {
        match self {
            Self::Fixed(priority) => *priority,
            Self::Asked(ask) => ask(),
        }
    }
}

#[allow(private_interfaces, reason = "how it is kept is no concern of users")]
impl<K: Kind> Priority<K> for i64 {
    fn into_urgency(self) -> Urgency<K> {
        Urgency::Fixed(self)
    }
}

#[allow(private_interfaces, reason = "how it is kept is no concern of users")]
impl<K: Kind, F: FnMut() -> i64 + Fits<K>> Priority<K> for F {
    fn into_urgency(self) -> Urgency<K> {
        Urgency::Asked(self.into_ask(Token(())))
    }
}
