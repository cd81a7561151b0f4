//! `send`: the end that feeds a channel.

use std::fmt;
use std::sync::mpsc as blocking;

use tokio::sync::mpsc;

use crate::flow::awaits::{Later, Now, Wait, wait};
use crate::ty::{Ty, When};

/// Sends each item into a channel: the sender of a tokio or standard `mpsc`.
///
/// A bounded tokio channel is awaited, a bounded standard one blocks the
/// thread. When the receiver is gone the branch ends, and the result is a
/// [`SendError`] with the item that came back.
#[inline]
pub fn send<T, W, O: Outlet<T, Wait = W>, M>(_: Ty<T, M>, tx: O) -> (When<W, Send<T, O>>, Wait<W>) {
    (Send { tx, failed: None }, wait())
}

/// Describes what items can be sent into.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a channel for items of type `{T}`",
    note = "`send` takes the sender of a tokio or standard `mpsc` channel of the type that flows"
)]
pub trait Outlet<T>: Feeds<Item = T> {
    /// [`Now`], or [`Later`] where [`send`](Feeds::send) may wait.
    type Wait;
}

/// Describes how an [`Outlet`] is fed.
///
/// Its items are no parameter: where lifetimes are forgotten rustc could not tell that those of
/// the channel and those that flow are the same, and that a flow of borrowed ones is `Send`.
pub trait Feeds {
    /// The items of the channel.
    type Item;

    /// Sends one item.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, the item was not sent and is lost.
    ///
    /// # Errors
    ///
    /// The item itself, where the receiver is gone.
    #[allow(
        async_fn_in_trait,
        reason = "flows call it with a concrete type; auto traits leak through"
    )]
    async fn send(&mut self, item: Self::Item) -> Result<(), Self::Item>;
}

macro_rules! outlets {
    ($($tx:ty: $wait:ty, |$sender:ident, $item:ident| $send:expr;)+) => {$(
        impl<T> Outlet<T> for $tx {
            type Wait = $wait;
        }

        impl<T> Feeds for $tx {
            type Item = T;

            #[inline]
            async fn send(&mut self, $item: T) -> Result<(), T> {
                let $sender: &$tx = self;
                $send.map_err(|error| error.0)
            }
        }

        impl<T> Outlet<T> for &$tx {
            type Wait = $wait;
        }

        impl<T> Feeds for &$tx {
            type Item = T;

            #[inline]
            async fn send(&mut self, $item: T) -> Result<(), T> {
                let $sender: &$tx = self;
                $send.map_err(|error| error.0)
            }
        }
    )+};
}

outlets! {
    mpsc::Sender<T>: Later, |tx, item| tx.send(item).await;
    mpsc::UnboundedSender<T>: Now, |tx, item| tx.send(item);
    blocking::Sender<T>: Now, |tx, item| tx.send(item);
    blocking::SyncSender<T>: Now, |tx, item| tx.send(item);
}

impl<T, O: Outlet<T>> Outlet<T> for &mut O {
    type Wait = O::Wait;
}

impl<O: Feeds> Feeds for &mut O {
    type Item = O::Item;

    #[inline]
    async fn send(&mut self, item: O::Item) -> Result<(), O::Item> {
        O::send(self, item).await
    }
}

/// A channel that is being fed.
pub struct Send<T, O> {
    tx: O,
    failed: Option<SendError<T>>,
}

impl<T, O> Send<T, O> {
    /// Sends one item, unless the receiver is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, the item was not sent and is lost.
    #[inline]
    pub async fn push(&mut self, item: T)
    where
        O: Outlet<T>,
    {
        if let Some(failed) = &mut self.failed {
            failed.dropped += 1;
        } else if let Err(item) = self.tx.send(item).await {
            self.failed = Some(SendError { item, dropped: 0 });
        }
    }

    /// Returns whether the receiver is gone.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.failed.is_some()
    }

    /// Lets go of the sender, and says whether all items were sent.
    ///
    /// # Errors
    ///
    /// The first item that could not be sent.
    #[inline]
    pub fn finish(self) -> Result<(), SendError<T>> {
        self.failed.map_or(Ok(()), Err)
    }
}

/// An item that came back from [`send`], because nobody receives any more.
///
/// ```
/// use flow_runtime::{SendError, flow};
///
/// let (items, received) = std::sync::mpsc::channel();
/// drop(received);
/// let sent: Result<(), SendError<u8>> = flow! { from([1, 2, 3]) -> send(items) }.run();
/// let error = sent.unwrap_err();
/// assert_eq!(error.unsent(), 1);
/// assert_eq!(error.into_inner(), 1);
/// ```
pub struct SendError<T> {
    item: T,
    /// Items that came after it.
    dropped: usize,
}

impl<T> SendError<T> {
    /// The item that came back.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.item
    }

    /// Returns how many items were not sent: this one, and those dropped after it.
    #[must_use]
    pub fn unsent(&self) -> usize {
        1 + self.dropped
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.dropped == 0 { "" } else { "s" };
        write!(
            f,
            "the receiver is gone, {} item{s} not sent",
            self.unsent()
        )
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError")
            .field("unsent", &self.unsent())
            .finish_non_exhaustive()
    }
}

impl<T> std::error::Error for SendError<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits<T, O: Outlet<T, Wait = Later>>(_: &O) {}

    #[tokio::test]
    async fn every_kind_of_channel_is_fed() {
        let (tx, mut rx) = mpsc::channel(2);
        waits(&tx);
        let (mut out, _) = send(Ty::new(), tx);
        out.push(1).await;
        assert!(out.finish().is_ok());
        assert_eq!(rx.recv().await, Some(1));
        assert_eq!(rx.recv().await, None, "the sender is gone");

        let (tx, mut rx) = mpsc::unbounded_channel();
        send(Ty::new(), &tx).0.push(2).await;
        assert_eq!(rx.recv().await, Some(2));

        let (mut tx, rx) = blocking::channel();
        send(Ty::new(), &mut tx).0.push(3).await;
        assert_eq!(rx.recv(), Ok(3));

        let (tx, rx) = blocking::sync_channel(1);
        send(Ty::new(), tx).0.push(4).await;
        assert_eq!(rx.recv(), Ok(4));
    }

    #[tokio::test]
    async fn what_comes_back_is_reported() {
        let (tx, rx) = mpsc::channel(1);
        drop(rx);
        let (mut out, _) = send(Ty::new(), tx);
        assert!(!out.is_over());
        out.push("a").await;
        assert!(out.is_over());
        out.push("b").await;
        let error = out.finish().unwrap_err();
        assert_eq!(error.to_string(), "the receiver is gone, 2 items not sent");
        assert_eq!(error.into_inner(), "a");
    }
}
