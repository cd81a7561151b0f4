//! The open end of a flow that awaits: what leaves waits here to be taken.

use std::{sync::Arc, task::Poll};

use super::mailbox::lock;
use crate::sync::Mutex;
use crate::ty::Ty;

/// The open end of a flow that awaits.
pub struct Outlet<T>(Arc<Mutex<Given<T>>>);

struct Given<T> {
    item: Option<T>,
    /// Something is on its way, beyond the inlet.
    under_way: bool,
}

/// An open end for items of this type.
#[must_use]
pub fn outlet<T, M>(_: Ty<T, M>) -> Outlet<T> {
    Outlet(Arc::new(Mutex::new(Given {
        item: None,
        under_way: false,
    })))
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Outlet<T> {
    /// Gives an item to the program, and waits until it is taken.
    pub async fn give(&self, item: T) {
        let mut item = Some(item);
        std::future::poll_fn(|_| {
            let mut given = lock(&self.0);
            if given.item.is_some() {
                return Poll::Pending;
            }
            match item.take() {
                Some(item) => {
                    given.item = Some(item);
                    Poll::Pending
                }
                None => Poll::Ready(()),
            }
        })
        .await;
    }

    /// Says whether anything is on its way, beyond the inlet.
    pub fn report(&self, under_way: bool) {
        lock(&self.0).under_way = under_way;
    }

    /// Returns whether an item waits to be taken, and whether anything is on its way,
    /// beyond the inlet.
    pub(crate) fn state(&self) -> (bool, bool) {
        let given = lock(&self.0);
        (given.item.is_some(), given.under_way)
    }

    /// Returns what was given. The flow has to be polled again then.
    pub(crate) fn take(&self) -> Option<T> {
        lock(&self.0).item.take()
    }
}
