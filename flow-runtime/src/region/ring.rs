//! A cut in which items wait, a bounded number of them.

use super::Pulse;
use super::ends::Ends;
use super::shared::Shared;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::Stream;
use std::collections::VecDeque;

/// A cut in which up to `capacity` items wait, in order.
///
/// # Panics
///
/// When `capacity` is zero.
#[must_use]
pub fn ring<T>(pulse: &Pulse, capacity: usize) -> Ring<'_, T> {
    assert!(capacity > 0, "`capacity` is zero: nothing could ever pass");
    Ring {
        pulse,
        state: pulse.share(State {
            items: VecDeque::with_capacity(capacity),
            capacity,
            ends: Ends::default(),
        }),
    }
}

/// See [`ring`].
pub struct Ring<'p, T> {
    pulse: &'p Pulse,
    state: Shared<'p, State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    /// The queue may have room for more than was asked for.
    capacity: usize,
    ends: Ends,
}

impl<T> Ring<'_, T> {
    /// The end where items go in. The cut is closed when every feed that was
    /// opened is dropped.
    #[must_use]
    pub fn feed(&self) -> Feed<'_, T> {
        self.state.with(|state| state.ends.open_feed());
        Feed { ring: self }
    }

    /// The end where items come out. When it is dropped, so is what waits.
    #[must_use]
    pub fn results(&self) -> Results<'_, T> {
        Results { ring: self }
    }

    #[inline]
    fn poll_send(&self, item: &mut Option<T>, waited: &mut bool) -> Poll<()> {
        self.state.with(|state| {
            if state.ends.unread() {
                *item = None;
                if *waited {
                    return Poll::Ready(());
                }
                self.pulse.stir();
            } else if state.items.len() < state.capacity {
                // Who reads waits for the ring only if it found it empty.
                if state.items.is_empty() {
                    self.pulse.stir();
                }
                if let Some(item) = item.take() {
                    state.items.push_back(item);
                }
                return Poll::Ready(());
            } else {
                state.ends.wait();
            }
            *waited = true;
            Poll::Pending
        })
    }
}

/// Puts items into a [`Ring`].
pub struct Feed<'r, T> {
    ring: &'r Ring<'r, T>,
}

impl<T> Feed<'_, T> {
    /// Waits for room and puts `item` there.
    ///
    /// When nobody reads any more the item is dropped instead, after giving
    /// the other regions a turn.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it drops `item`.
    #[inline]
    pub fn send(&mut self, item: T) -> impl Future<Output = ()> {
        let mut item = Some(item);
        let mut waited = false;
        poll_fn(move |_| self.ring.poll_send(&mut item, &mut waited))
    }

    /// Puts `item` into the ring, or gives it back when there is no room. When
    /// nobody reads any more the item is dropped.
    ///
    /// # Errors
    ///
    /// The item.
    #[inline]
    pub fn try_send(&mut self, item: T) -> Result<(), T> {
        let Ring { pulse, state } = self.ring;
        state.with(|state| {
            if state.ends.unread() {
                return Ok(());
            }
            if state.items.len() == state.capacity {
                return Err(item);
            }
            pulse.stir();
            state.items.push_back(item);
            Ok(())
        })
    }

    /// Whether anybody reads what comes out.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.ring.state.with(|state| !state.ends.unread())
    }
}

impl<T> Drop for Feed<'_, T> {
    fn drop(&mut self) {
        self.ring.state.with(|state| state.ends.close_feed());
        self.ring.pulse.stir();
    }
}

/// Reads what comes out of a [`Ring`]: a stream that ends when the cut is
/// closed and empty.
pub struct Results<'r, T> {
    ring: &'r Ring<'r, T>,
}

impl<T> Results<'_, T> {
    /// The next item; `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// No item is lost: one is taken only when it is given.
    #[inline]
    pub fn next(&mut self) -> impl Future<Output = Option<T>> {
        poll_fn(|cx| self.poll_next(cx))
    }

    /// Says that nothing more will be read: what waits is dropped.
    pub fn close(&mut self) {
        self.ring.state.with(|state| {
            state.ends.close_results();
            state.items.clear();
        });
        self.ring.pulse.stir();
    }

    /// The next item if there is one. The region is polled again when there
    /// may be more.
    #[inline]
    pub fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<T>> {
        let Ring { pulse, state } = self.ring;
        state.with(|state| {
            if let Some(item) = state.items.pop_front() {
                if state.ends.end_wait() {
                    pulse.stir();
                }
                return Poll::Ready(Some(item));
            }
            if state.ends.closed() {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
    }
}

impl<T> Stream for Results<'_, T> {
    type Item = T;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Results::poll_next(self.get_mut(), cx)
    }
}

impl<T> Drop for Results<'_, T> {
    fn drop(&mut self) {
        self.close();
    }
}
