//! `stream`: the items of an asynchronous stream.

use futures_core::Stream;

use crate::ty::Ty;

/// Gives the items of any `futures::Stream`, as they come.
#[inline]
pub fn stream<S: Stream>(stream: S) -> (S, Ty<S::Item>) {
    (stream, Ty::new())
}
