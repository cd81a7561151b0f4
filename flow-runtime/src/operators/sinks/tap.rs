//! `tap`: shows items to whoever subscribed to a hub.

use std::borrow::Borrow;

use crate::{
    hub::{Hub, Tap},
    ty::{Ty, When, proven},
};

/// Shows every item to the subscribers of `hub`, and passes it on.
///
/// Nothing is cloned while there is no subscriber. Only those that asked for
/// [everything](Hub::subscribe_to_all) are waited for.
#[inline]
pub fn tap<T: Shown<P>, P, H: Borrow<Hub<T>>, M>(_: Ty<T, M>, hub: H) -> When<P, Tap<T>> {
    hub.borrow().tap()
}

proven! {
    /// Implemented by what can be shown: whatever is `Clone`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is shown to subscribers and is not `Clone`",
        label = "every subscriber gets a clone of each item",
        note = "derive `Clone`, or send `Arc<_>`s through the flow"
    )]
    pub trait Shown: Clone;
}
