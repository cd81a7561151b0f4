//! The pulse of a flow, and the sweep that follows it.

use super::shared::{Owner, Shared};
use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicBool, Ordering};
use core::future::poll_fn;
use core::task::{Context, Poll};
use std::sync::Arc;

/// Says how many sweeps one poll of the task may make: about a thousand items that
/// never waited, then the executor has its turn.
const SWEEPS: usize = 32;

/// Holds what the regions of one flow have in common: that something moved, which
/// thread runs them, and whom to wake.
pub struct Pulse {
    /// Something moved since the sweep began: sweep again.
    stirred: AtomicBool,
    /// Something waits at the open end of the flow to be taken.
    full: AtomicBool,
    /// The flow is a stream, of which nobody may want more than the first item.
    of_stream: bool,
    /// The thread that polls the flow.
    owner: Owner,
    /// The task of the flow, for the futures that run in its cuts.
    task: Arc<AtomicWaker>,
}

impl Pulse {
    /// The pulse of a new flow.
    #[must_use]
    pub fn new() -> Self {
        Self {
            stirred: AtomicBool::new(false),
            full: AtomicBool::new(false),
            of_stream: false,
            owner: Owner::new(),
            task: Arc::new(AtomicWaker::new()),
        }
    }

    /// The pulse of a new flow that is a stream.
    #[must_use]
    pub fn of_stream() -> Self {
        Self {
            of_stream: true,
            ..Self::new()
        }
    }

    /// Returns whether the flow is a stream.
    pub(super) fn is_of_stream(&self) -> bool {
        self.of_stream
    }

    /// Says that something moved, so that everybody is polled once more.
    ///
    /// For the parts of the flow itself; from outside, wake its task.
    #[inline]
    pub fn stir(&self) {
        // Relaxed, here and below: set and read by the task alone. It is an
        // atomic so that the flow can be `Send`; this way it costs nothing.
        self.stirred.store(true, Ordering::Relaxed);
    }

    /// An item is about to be given at the open end of the flow. Until it is taken it is
    /// delivered to nobody, and nothing is begun in its place.
    #[inline]
    pub fn leaves(&self) {
        self.full.store(true, Ordering::Relaxed);
    }

    /// The item was taken.
    #[inline]
    pub fn left(&self) {
        self.full.store(false, Ordering::Relaxed);
    }

    /// Returns whether something waits at the open end of the flow.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Whom the futures in the cuts wake.
    pub(super) fn task(&self) -> &Arc<AtomicWaker> {
        &self.task
    }

    /// Puts `value` where all regions of this flow can use it.
    pub(super) fn share<T>(&self, value: T) -> Shared<'_, T> {
        Shared::new(&self.owner, value)
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs the parts of a flow until `regions` says that all are over.
///
/// `regions` polls every region and drives every cut once, from the sinks to
/// the sources, so that room is made before it is asked for. It is called on
/// every wake-up and again while something moved. After 32 times the executor
/// has its turn; while nothing moves the task sleeps.
///
/// # Cancel safety
///
/// Dropping it drops nothing else: the regions belong to the caller.
pub async fn sweep(pulse: &Pulse, mut regions: impl FnMut(&mut Context<'_>) -> bool) {
    poll_fn(|cx| {
        pulse.owner.within(|| {
            // Before the cuts are driven: a wake-up that comes later than
            // their look at what is ready wakes the task.
            pulse.task.register(cx.waker());
            for _ in 0..SWEEPS {
                pulse.stirred.store(false, Ordering::Relaxed);
                if regions(cx) {
                    return Poll::Ready(());
                }
                if !pulse.stirred.load(Ordering::Relaxed) {
                    return Poll::Pending;
                }
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    })
    .await;
}
