//! A cut in which futures run, a bounded number of them.

use super::Pulse;
use super::bound::Bound;
use super::ends::Ends;
use super::shared::Shared;
use super::slots::Slots;
use super::wait::{self, Next};
use super::window::Window;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::Stream;

/// A cut in which up to `concurrency` futures run, for as long as they need,
/// whatever the regions before and behind it do.
///
/// The bound may change: when it grows more are started without waiting for
/// one to end, when it shrinks those that run are let run to their end.
///
/// - At most `concurrency` run.
/// - What runs and what is finished but not read is never more than `concurrency`; one item
///   more may wait in the feed. What waits at the open end of a flow is not read yet. So a
///   slow reader slows the source down, and who wants one result of a stream has no more
///   begun than that takes.
/// - A slow future at the head of an ordered cut does not hold up the others: while nothing
///   can be read because of it, up to `2 * concurrency - 1` others run and finish behind it.
///   In a stream that is so behind its first item.
/// - Results leave in the order of input, or of completion where not `ordered`.
///
/// # Panics
///
/// When `concurrency` is zero.
#[must_use]
#[track_caller]
pub fn jobs<F: Future, B: Bound>(
    pulse: &Pulse,
    mut concurrency: B,
    ordered: bool,
) -> Jobs<'_, F, B> {
    assert!(
        concurrency.now() > 0,
        "`concurrency` is zero: nothing could ever run"
    );
    concurrency.wakes(pulse.task());
    Jobs {
        pulse,
        state: pulse.share(State {
            slots: Slots::new(pulse.task()),
            window: Window::new(),
            bound: concurrency,
            ordered,
            lent: false,
            ends: Ends::default(),
        }),
    }
}

/// See [`jobs`].
pub struct Jobs<'p, F: Future, B = usize> {
    pulse: &'p Pulse,
    state: Shared<'p, State<F, B>>,
}

struct State<F: Future, B> {
    slots: Slots<F>,
    window: Window<F::Output>,
    /// Says how many may run.
    bound: B,
    ordered: bool,
    /// Says whether who reads may still work on what was given last.
    lent: bool,
    ends: Ends,
}

impl<F: Future, B> State<F, B> {
    /// Drops what runs beside a result that has failed, where that is to be.
    #[inline]
    fn cancel(&mut self) {
        if self.window.cancels() {
            self.slots.clear();
            self.window.clear_unfilled();
        }
    }
}

impl<F: Future, B: Bound> State<F, B> {
    /// Returns whether one more may run; what was given last is not read where it is still
    /// at the open end of the flow.
    #[inline]
    fn has_room(&mut self, pulse: &Pulse) -> bool {
        if self.window.has_failed() {
            return false;
        }
        // In order, what runs has its place in the window already.
        let beside = if self.ordered {
            0
        } else {
            self.slots.running()
        };
        let at_end = self.lent && pulse.is_full();
        let unread = beside + self.window.len() + usize::from(at_end);
        let bound = self.bound.now();
        unread < bound || !at_end && self.goes_on(pulse, unread, bound)
    }

    /// Returns whether one more may run because what is next holds up the others.
    #[cold]
    fn goes_on(&self, pulse: &Pulse, unread: usize, bound: usize) -> bool {
        // Before the first leaves a stream, nobody knows that more are wanted.
        let wanted = !pulse.is_of_stream() || self.window.left() > usize::from(self.lent);
        let held_up = wanted && self.window.is_waited_for();
        held_up && self.slots.running() < bound && unread < bound.saturating_mul(2)
    }
}

impl<F: Future, B: Bound> Jobs<'_, F, B> {
    /// Begins nothing more while a result waits to be read that has failed, and will end the flow.
    /// The futures beside it finish, or are dropped where it `cancels`.
    #[must_use]
    pub fn until_failed(self, has_failed: fn(&F::Output) -> bool, cancels: bool) -> Self {
        self.state
            .with_anywhere(|state| state.window.until_failed(has_failed, cancels));
        self
    }

    /// The end where futures go in. The cut is closed when every feed that was
    /// opened is dropped.
    #[must_use]
    pub fn feed(&self) -> Feed<'_, F, B> {
        self.state.with_anywhere(|state| state.ends.open_feed());
        Feed { jobs: self }
    }

    /// The end where results come out. When it is dropped, so is everything
    /// that runs.
    #[must_use]
    pub fn results(&self) -> Results<'_, F, B> {
        Results { jobs: self }
    }

    /// Returns whether nothing runs, and all results were read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state
            .with(|state| state.slots.running() == 0 && state.window.len() == 0)
    }

    /// Returns how many results wait to be read, and how many may.
    #[must_use]
    pub fn fill(&self) -> (usize, Option<usize>) {
        self.held().0
    }

    /// Returns how many results wait to be read, how many may, and whether anything runs.
    #[inline]
    #[must_use]
    pub fn held(&self) -> ((usize, Option<usize>), bool) {
        self.state.with(|state| {
            // In order, what runs has a place in the window already.
            let running = usize::from(state.ordered) * state.slots.running();
            let waiting = state.window.len().saturating_sub(running);
            let most = state
                .bound
                .now()
                .saturating_mul(1 + usize::from(state.ordered));
            ((waiting, Some(most)), state.slots.running() > 0)
        })
    }

    /// Returns whether nothing will leave unless more comes in.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.is_empty()
    }

    /// Returns whether nothing runs, and who reads is done with what was given.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.is_empty() && self.state.with(|state| !state.lent)
    }

    /// Returns whether something runs, or who reads works on what was given.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        !self.is_at_rest()
    }

    #[inline]
    fn poll_room(&self, waited: &mut bool) -> Poll<()> {
        self.state.with(|state| {
            if state.ends.unread() {
                if *waited {
                    return Poll::Ready(());
                }
                self.pulse.stir();
            } else if state.has_room(self.pulse) {
                return Poll::Ready(());
            } else {
                state.ends.wait();
            }
            *waited = true;
            Poll::Pending
        })
    }

    /// Polls the futures that were woken. To be called in every sweep, between
    /// the region that reads and those that feed.
    #[inline]
    pub fn drive(&self) {
        self.state.with(|state| {
            let State {
                slots,
                window,
                ordered,
                ..
            } = state;
            slots.run(|place, output| {
                let place = if *ordered { place } else { window.reserve() };
                window.fill(place, output);
                self.pulse.stir();
            });
            state.cancel();
        });
    }
}

/// Starts futures in a [`Jobs`].
pub struct Feed<'j, F: Future, B = usize> {
    jobs: &'j Jobs<'j, F, B>,
}

impl<F: Future, B: Bound> Feed<'_, F, B> {
    /// Waits until another future may run.
    ///
    /// When nobody reads any more there is room for anything: the futures are
    /// dropped. The other regions have a turn first.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    #[inline]
    pub fn place(&mut self) -> Room<'_, F, B> {
        let (jobs, waited) = (self.jobs, false);
        Room { jobs, waited }
    }

    /// Waits until another future may run and starts `future`. Better make the
    /// future when it may run: `feed.place().await.start(…)`.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it drops `future`, which has not run.
    #[inline]
    pub async fn start(&mut self, future: F) {
        self.place().await.start(future);
    }

    /// Returns whether anybody reads what comes out.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.jobs.state.with(|state| !state.ends.unread())
    }
}

impl<F: Future, B> Drop for Feed<'_, F, B> {
    fn drop(&mut self) {
        self.jobs
            .state
            .with_anywhere(|state| state.ends.close_feed());
        self.jobs.pulse.stir();
    }
}

/// See [`Feed::place`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Room<'f, F: Future, B = usize> {
    jobs: &'f Jobs<'f, F, B>,
    waited: bool,
}

impl<'f, F: Future, B: Bound> Future for Room<'f, F, B> {
    type Output = Place<'f, F, B>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let jobs = self.jobs;
        jobs.poll_room(&mut self.waited).map(|()| Place { jobs })
    }
}

/// Room for one more future, to be used before anything else is awaited.
pub struct Place<'f, F: Future, B = usize> {
    jobs: &'f Jobs<'f, F, B>,
}

impl<F: Future, B: Bound> Place<'_, F, B> {
    /// Starts `future`: it is polled for the first time.
    ///
    /// # Panics
    ///
    /// When the place was kept while another region took it.
    #[inline]
    pub fn start(self, future: F) {
        let Jobs { pulse, state } = self.jobs;
        state.with(|state| {
            if state.ends.unread() {
                return;
            }
            let mut place = match state.ordered {
                true => state.window.reserve(),
                false => 0,
            };
            let most = state.bound.most();
            if let Poll::Ready(output) = state.slots.start(future, place, most) {
                if !state.ordered {
                    place = state.window.reserve();
                }
                state.window.fill(place, output);
                state.cancel();
                pulse.stir();
            }
        });
    }
}

/// Reads what comes out of a [`Jobs`]: a stream that ends when the cut is
/// closed and nothing runs.
pub struct Results<'j, F: Future, B = usize> {
    jobs: &'j Jobs<'j, F, B>,
}

impl<F: Future, B> Results<'_, F, B> {
    /// The next result; `None` at the end.
    ///
    /// # Cancel safety
    ///
    /// No result is lost: one is taken only when it is given.
    #[inline]
    pub fn next(&mut self) -> Next<'_, Self> {
        wait::next(self)
    }

    /// Says that nothing more will be read: what runs is dropped.
    pub fn close(&mut self) {
        self.jobs.state.with_anywhere(|state| {
            state.ends.close_results();
            state.lent = false;
            state.slots.clear();
            state.window.clear();
        });
        self.jobs.pulse.stir();
    }

    /// The next result if there is one. The region is polled again when there
    /// may be more.
    #[inline]
    pub fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let Jobs { pulse, state, .. } = self.jobs;
        state.with(|state| {
            if let Some(output) = state.window.pop() {
                state.lent = true;
                if state.ends.end_wait() {
                    pulse.stir();
                }
                return Poll::Ready(Some(output));
            }
            if mem::take(&mut state.lent) && state.ends.end_wait() {
                // What was at the end of the flow is taken.
                pulse.stir();
            }
            if state.ends.closed() && state.slots.running() == 0 {
                return Poll::Ready(None);
            }
            Poll::Pending
        })
    }
}

impl<F: Future, B> Stream for Results<'_, F, B> {
    type Item = F::Output;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        Results::poll_next(self.get_mut(), cx)
    }
}

impl<F: Future, B> Drop for Results<'_, F, B> {
    fn drop(&mut self) {
        self.close();
    }
}
