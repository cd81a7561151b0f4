//! `stream`: the items of an asynchronous stream.

use futures_core::Stream;

use crate::ty::{Ty, When};

/// Gives the items of any `futures::Stream`, as they come.
#[inline]
pub fn stream<S: Stream<Item = T>, T>(stream: S) -> (When<T, S>, Ty<T>) {
    (stream, Ty::new())
}
