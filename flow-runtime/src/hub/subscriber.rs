//! Who looks into a flow by a hub.

use std::error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Place;

/// That a subscriber was too slow for so many items.
///
/// ```
/// use flow_runtime::Missed;
///
/// assert_eq!(Missed(3).to_string(), "3 items missed");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Missed(pub u64);

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} item{s} missed", self.0)
    }
}

impl error::Error for Missed {}

/// The items that pass a [`Hub`](crate::Hub), as far as this subscriber keeps up: a stream.
///
/// ```
/// use flow_runtime::{Hub, Missed, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let hub = Hub::new(2);
/// let mut seen = hub.subscribe();
/// flow! { from(0..5) -> tap(&hub) -> drain() }.run().await;
/// assert_eq!(seen.recv().await, Some(Err(Missed(3))));
/// assert_eq!(seen.recv().await, Some(Ok(3)));
/// assert_eq!(seen.recv().await, Some(Ok(4)));
/// assert_eq!(seen.recv().await, None);
/// # }
/// ```
pub struct Subscription<T>(Place<T>);

impl<T> Subscription<T> {
    pub(super) fn of(place: Place<T>) -> Self {
        Self(place)
    }

    /// The next item, or how many were missed before it; `None` when the flow
    /// has ended.
    ///
    /// # Cancel safety
    ///
    /// No item is lost: one is taken only when it is given.
    ///
    /// # Errors
    ///
    /// How many items were missed: those that had waited longest.
    pub async fn recv(&mut self) -> Option<Result<T, Missed>> {
        poll_fn(|cx| self.0.poll(cx)).await
    }
}

impl<T> Stream for Subscription<T> {
    type Item = Result<T, Missed>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(cx)
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// Everything that passes a [`Hub`](crate::Hub): a stream that the flow waits for.
///
/// ```
/// use flow_runtime::{Hub, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let hub = Hub::new(1);
/// let mut seen = hub.subscribe_to_all();
/// let flow = flow! { from(0..100) -> tap(&hub) -> count() }.run();
/// let look = async {
///     let mut count = 0;
///     while seen.recv().await.is_some() {
///         count += 1;
///     }
///     count
/// };
/// assert_eq!(tokio::join!(flow, look), (100, 100));
/// # }
/// ```
pub struct Everything<T>(Place<T>);

impl<T> Everything<T> {
    pub(super) fn of(place: Place<T>) -> Self {
        Self(place)
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // Nothing gives way in such a queue.
        self.0.poll(cx).map(|next| next.and_then(Result::ok))
    }

    /// The next item; `None` when the flow has ended.
    ///
    /// # Cancel safety
    ///
    /// No item is lost: one is taken only when it is given.
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.poll(cx)).await
    }
}

impl<T> Stream for Everything<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll(cx)
    }
}

impl<T> fmt::Debug for Everything<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Everything").finish_non_exhaustive()
    }
}
