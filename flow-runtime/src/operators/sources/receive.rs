//! `receive`: what comes through a channel.

mod channels;
mod thread;

use futures_core::Stream;

use crate::ty::{Ty, When};

/// Gives what comes through a channel, and ends when its senders are gone: the receiver
/// of a tokio `mpsc` (bounded or not), `broadcast` or `watch`, or of a `mpsc` of the
/// standard library.
///
/// Tokio's may be lent: `receive(&mut rx)`. What a `broadcast` receiver missed is an
/// `Err` with a [`Missed`](crate::Missed). A `watch` gives each value that its receiver
/// has not seen yet, and only the newest of several.
///
/// Of the standard library's receiver ready items are taken directly. While there are
/// none, a thread of its own waits; it ends with the source, within 20 ms.
///
/// # Panics
///
/// Where a thread is needed and the system has none.
#[inline]
pub fn receive<R: Receive<Item = T, Items = S>, T, S>(rx: R) -> (When<T, S>, Ty<T>) {
    (rx.items(), Ty::new())
}

/// The receivers that [`receive`] takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no receiver of a channel",
    label = "nothing can be received from this",
    note = "`receive` takes the receiver of tokio's `mpsc`, `broadcast` and `watch`, by value or as `&mut rx`, and of std's `mpsc`, by value; items of a `broadcast`, a `watch` and of std are `Send`",
    note = "the receivers of other libraries are streams or iterators: `stream(rx)`, `from(rx)`"
)]
pub trait Receive {
    /// The output.
    type Item;

    /// The channel that gives them.
    type Items: Stream<Item = Self::Item>;

    /// The items, as they come.
    fn items(self) -> Self::Items;
}

#[cfg(test)]
mod tests;
