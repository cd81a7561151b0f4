//! `tap`: shows items to whoever subscribed to a hub.

use std::borrow::Borrow;

use crate::{
    hub::{Hub, Tap},
    ty::Ty,
};

/// Shows every item to the subscribers of `hub`, and passes it on.
///
/// Nothing is cloned while there is no subscriber. Only those that asked for
/// [everything](Hub::subscribe_to_all) are waited for.
#[inline]
pub fn tap<T: Clone, H: Borrow<Hub<T>>, M>(_: Ty<T, M>, hub: H) -> Tap<T> {
    hub.borrow().tap()
}
