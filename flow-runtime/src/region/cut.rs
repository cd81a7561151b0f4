//! A cut in which items are held until it is time for them.

use super::Pulse;
use super::ends::Ends;
use super::shared::Shared;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::Stream;

/// Says how many items may come in between two looks at the clock. A source that
/// never waits would otherwise fill what has much room before any time passed.
const IN_A_ROW: usize = 64;

/// Implemented by what stands in a cut: it takes items, holds them, and gives what is ready.
///
/// Nothing in it waits. What has to be waited for, such as a timer, is polled
/// by [`drive`](Hold::drive) in every sweep, whatever the regions before and
/// behind the cut do.
pub trait Hold {
    /// The type of what comes in.
    type In;
    /// The type of what leaves.
    type Out;

    /// Returns whether one more item may come in. While not, who feeds the cut waits:
    /// this is the backpressure.
    fn has_room(&self) -> bool;

    /// Takes an item; there is room for it. Gives `true` when that makes
    /// something ready, or something has to be driven now: the flow is swept
    /// once more.
    fn push(&mut self, item: Self::In) -> bool;

    /// Returns what is ready to leave.
    fn pop(&mut self) -> Option<Self::Out>;

    /// Polls what has to be waited for; `true` when something is ready now, or
    /// there is room again.
    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let _ = cx;
        false
    }

    /// Nothing more comes in: what may leave early is ready now.
    fn close(&mut self) {}

    /// Nobody reads any more: what is ready is dropped.
    fn discard(&mut self) {
        while self.pop().is_some() {}
    }

    /// Has what is held until the end of input leave now; more may come in behind. Returns
    /// whether there may have been something.
    fn flush(&mut self) -> bool {
        false
    }

    /// Returns whether nothing will leave any more, unless more comes in or what is held
    /// until the end of input is flushed.
    fn is_resting(&self) -> bool {
        self.is_empty()
    }

    /// Returns whether all that is held waits for its time or for more, and leaves at once when
    /// nothing more comes in.
    fn waits_for_time(&self) -> bool {
        false
    }

    /// Returns whether nothing is held. Once closed, an empty cut is over.
    fn is_empty(&self) -> bool;

    /// Returns whether what comes in may be of use. Where it is not, nothing is pulled for it.
    fn takes_more(&self) -> bool {
        true
    }

    /// Returns whether nothing will leave any more, whatever comes in.
    fn is_over(&self) -> bool {
        false
    }

    /// Returns how many items are held, and how many may be where there is a bound: for whoever
    /// watches the flow. A hold that does not know their number says whether there are any.
    fn fill(&self) -> (usize, Option<usize>) {
        (usize::from(!self.is_empty()), None)
    }
}

/// A cut in which `hold` stands.
#[must_use]
pub fn cut<H: Hold>(pulse: &Pulse, hold: H) -> Cut<'_, H> {
    Cut {
        pulse,
        state: pulse.share(State {
            hold,
            discard: H::discard,
            in_a_row: 0,
            closed: false,
            lent: false,
            ends: Ends::default(),
        }),
    }
}

/// See [`cut()`].
pub struct Cut<'p, H> {
    pulse: &'p Pulse,
    state: Shared<'p, State<H>>,
}

struct State<H> {
    hold: H,
    /// Drops what is held.
    discard: fn(&mut H),
    /// Holds what came in since the cut was driven.
    in_a_row: usize,
    /// Says whether the hold knows that nothing more comes in.
    closed: bool,
    /// Says whether who reads may still work on what was given last.
    lent: bool,
    ends: Ends,
}

impl<H: Hold> Cut<'_, H> {
    /// The end where items go in. The cut is closed when every feed that was
    /// opened is dropped.
    #[must_use]
    pub fn feed(&self) -> Feed<'_, H> {
        self.state.with_anywhere(|state| state.ends.open_feed());
        Feed { cut: self }
    }

    /// The end where items come out. When it is dropped, so is what is held.
    #[must_use]
    pub fn results(&self) -> Results<'_, H> {
        Results { cut: self }
    }

    /// Polls what the cut waits for. To be called in every sweep, between the
    /// region that reads and those that feed.
    #[inline]
    pub fn drive(&self, cx: &mut Context<'_>) {
        self.state.with(|state| {
            // Who waits for this has stirred the flow, and is polled later on.
            state.in_a_row = 0;
            if state.hold.drive(cx) {
                self.pulse.stir();
            }
        });
    }

    /// Returns whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state.with(|state| state.hold.is_empty())
    }

    /// Returns how many items wait, and how many may.
    #[must_use]
    pub fn fill(&self) -> (usize, Option<usize>) {
        self.state.with(|state| state.hold.fill())
    }

    /// Returns how many items wait, how many may, and whether anything will leave.
    #[must_use]
    pub fn held(&self) -> ((usize, Option<usize>), bool) {
        self.state
            .with(|state| (state.hold.fill(), !state.hold.is_resting()))
    }

    /// Returns whether nothing will leave, unless more comes in or what is held until the
    /// end of input is flushed.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.state.with(|state| state.hold.is_resting())
    }

    /// Has what is held until the end of input leave. Returns whether there may have been
    /// something.
    pub fn flush(&self) -> bool {
        self.pulse.stir();
        self.state.with(|state| state.hold.flush())
    }

    /// Returns whether nothing will leave, unless more comes in or what is held until the
    /// end of input is flushed, and who reads is done with what was given.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let at_rest = |state: &mut State<H>| !state.lent && state.hold.is_resting();
        self.state.with(at_rest)
    }

    /// Returns whether something is on its way that leaves no sooner when nothing more comes in.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        self.state
            .with(|State { lent, hold, .. }| *lent || !(hold.is_resting() || hold.waits_for_time()))
    }

    /// Puts `item` in; gives it back where that has to be waited for.
    #[inline]
    fn offer(&self, item: H::In) -> Option<H::In> {
        self.state.with(|state| {
            let open = !state.ends.unread() && state.in_a_row < IN_A_ROW;
            if !open || !state.hold.has_room() {
                return Some(item);
            }
            state.in_a_row += 1;
            if state.hold.push(item) {
                self.pulse.stir();
            }
            None
        })
    }

    /// Waits for the moment to [`offer`](Self::offer) the item again.
    #[cold]
    fn poll_send(&self, item: &mut Option<H::In>, waited: &mut bool) -> Poll<()> {
        let again = core::mem::replace(waited, true);
        if again {
            *item = item.take().and_then(|item| self.offer(item));
            if item.is_none() {
                return Poll::Ready(());
            }
        }
        self.state.with(|state| {
            if state.ends.unread() {
                *item = None;
                if again {
                    return Poll::Ready(());
                }
                self.pulse.stir();
            } else if state.in_a_row >= IN_A_ROW {
                self.pulse.stir();
            } else {
                state.ends.wait();
            }
            Poll::Pending
        })
    }
}

/// Puts items into a [`Cut`].
pub struct Feed<'c, H> {
    cut: &'c Cut<'c, H>,
}

impl<H: Hold> Feed<'_, H> {
    /// Waits for room and puts `item` there.
    ///
    /// When nobody reads any more the item is dropped instead, after giving
    /// the other regions a turn.
    ///
    /// # Cancel safety
    ///
    /// Where there is room the item is in the cut before the future is polled.
    /// Dropped before it is done, the future drops `item`.
    #[inline]
    pub fn send<T>(&mut self, item: T) -> Send<'_, H, T>
    where
        H: Hold<In = T>,
    {
        let left = self.cut.offer(item);
        let (cut, waited) = (self.cut, false);
        Send { cut, left, waited }
    }

    /// Returns whether what is put in is of use, and anybody reads what comes out.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        let wanted = |state: &mut State<H>| !state.ends.unread() && state.hold.takes_more();
        self.cut.state.with(wanted)
    }
}

/// See [`Feed::send`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Send<'c, H, T> {
    cut: &'c Cut<'c, H>,
    /// The item, where there was no room.
    left: Option<T>,
    waited: bool,
}

// The item is never pinned.
impl<H, T> Unpin for Send<'_, H, T> {}

impl<T, H: Hold<In = T>> Future for Send<'_, H, T> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let Self { cut, left, waited } = self.get_mut();
        if left.is_none() && !*waited {
            return Poll::Ready(());
        }
        cut.poll_send(left, waited)
    }
}

impl<H> Drop for Feed<'_, H> {
    fn drop(&mut self) {
        self.cut
            .state
            .with_anywhere(|state| state.ends.close_feed());
        self.cut.pulse.stir();
    }
}

/// Reads what comes out of a [`Cut`]: a stream that ends when the cut is closed
/// and nothing is held.
pub struct Results<'c, H> {
    cut: &'c Cut<'c, H>,
}

impl<H> Results<'_, H> {
    /// Says that nothing more will be read: what is ready is dropped, and so is
    /// what comes in.
    pub fn close(&mut self) {
        let Cut { pulse, state } = self.cut;
        state.with_anywhere(|state| {
            state.ends.close_results();
            state.lent = false;
            (state.discard)(&mut state.hold);
        });
        pulse.stir();
    }
}

impl<H: Hold> Results<'_, H> {
    /// The next item if one is ready. The region is polled again when there may
    /// be more.
    #[inline]
    pub fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<H::Out>> {
        let Cut { pulse, state } = self.cut;
        state.with(|state| {
            let mut item = state.hold.pop();
            state.lent = false;
            if item.is_none() && state.ends.closed() && !state.closed {
                state.closed = true;
                state.hold.close();
                // What is left may have to be waited for.
                pulse.stir();
                item = state.hold.pop();
            }
            if item.is_none() {
                let over = (state.closed && state.hold.is_empty()) || state.hold.is_over();
                return if over {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                };
            }
            state.lent = true;
            if state.ends.end_wait() {
                pulse.stir();
            }
            Poll::Ready(item)
        })
    }
}

impl<H: Hold> Stream for Results<'_, H> {
    type Item = H::Out;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<H::Out>> {
        Results::poll_next(self.get_mut(), cx)
    }
}

impl<H> Drop for Results<'_, H> {
    fn drop(&mut self) {
        self.close();
    }
}
