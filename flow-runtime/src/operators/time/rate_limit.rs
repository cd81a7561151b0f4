//! `rate_limit`: an item a beat, or the pace of a limit.

use core::future::poll_fn;
use core::task::{Context, Poll};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::beat::Beat;
use crate::knobs::{Followed, Knob};
use crate::region::timer::Timer;
use crate::sync::AtomicWaker;
use crate::{Limit, ty::Ty};

/// Lets an item pass every `d`, the first at once; or lets items pass at the pace of a
/// limit, or as a knob says. What comes sooner waits, and so does what is before it.
///
/// It keeps the beat: the lateness of the timer is made up, also for a `d` below its
/// millisecond, by bursts of at most 2 ms' worth. Time in which an item was held up from
/// behind, or in which none came, is not made up: an item that was held up until `t`
/// leaves at `t`, and the beat goes on from there.
///
/// # Panics
///
/// At the second item, where no tokio runtime with time is there.
#[inline]
#[must_use]
pub fn rate_limit<T, R, M>(_: Ty<T, M>, pace: impl Pace<R>) -> R {
    pace.pacer()
}

/// A pace: a `Duration`, or a reference to a knob of one, or to a limit; `R` is the keeper of
/// its beat. That is a parameter so that a wrong type is told once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no pace",
    label = "not a `Duration`, and no reference to a `Knob` of one, or to a `Limit`",
    note = "`rate_limit(d)` lets an item pass every `Duration`, `rate_limit(&limit)` lets them pass at the pace of a `Limit`"
)]
pub trait Pace<R> {
    /// Begins to keep to it.
    fn pacer(self) -> R;
}

impl Pace<RateLimit> for Duration {
    #[inline]
    fn pacer(self) -> RateLimit {
        let beat = Beat::new(self);
        RateLimit { beat }
    }
}

impl Pace<Shared> for &Limit {
    fn pacer(self) -> Shared {
        Shared(self.clone())
    }
}

impl Pace<Steered> for &Knob<Duration> {
    fn pacer(self) -> Steered {
        let mut every = Followed::new(self);
        let beat = Beat::new(*every.now());
        Steered::new(beat, every)
    }
}

/// Keeps to the beat of a knob: who waits is due by what it says now.
pub struct Steered {
    beat: Beat,
    every: Followed<Duration>,
    /// The one that waits; the knob wakes it.
    waiting: Arc<AtomicWaker>,
    timer: Timer,
}

impl Steered {
    fn new(beat: Beat, every: Followed<Duration>) -> Self {
        let waiting = Arc::new(AtomicWaker::new());
        every.wakes(&waiting);
        Self {
            beat,
            every,
            waiting,
            timer: Timer::new(),
        }
    }

    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it lets nothing pass.
    pub async fn wait(&mut self) {
        let asked = Instant::now();
        let (mut due, mut turned) = (None, false);
        poll_fn(|cx| self.poll(cx, asked, &mut due, &mut turned)).await;
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        asked: Instant,
        due: &mut Option<Instant>,
        turned: &mut bool,
    ) -> Poll<()> {
        // Before the knob is looked at: a turn that comes later wakes it.
        self.waiting.register(cx.waker());
        loop {
            *turned |= self.beat.set(*self.every.now()) && due.is_some();
            let now = Instant::now();
            let Some(next) = self.beat.ask(asked, now, *turned) else {
                return Poll::Ready(());
            };
            if *due != Some(next) {
                *due = Some(next);
                self.timer.set(next);
            }
            if !self.timer.poll(cx) {
                return Poll::Pending;
            }
        }
    }
}

impl Clone for Steered {
    fn clone(&self) -> Self {
        Self::new(self.beat, self.every.clone())
    }
}

/// Keeps to the pace of a limit, with all others that do.
#[derive(Clone)]
pub struct Shared(Limit);

impl Shared {
    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it holds up nobody.
    pub async fn wait(&mut self) {
        // It frees no place: it has none.
        let _ = self.0.pace().await;
    }
}

/// The time at which the next item may pass.
#[derive(Clone)]
pub struct RateLimit {
    beat: Beat,
}

impl RateLimit {
    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it changes nothing.
    #[inline]
    pub async fn wait(&mut self) {
        self.beat.wait().await;
    }
}
