//! The wait between two attempts, and what ends it before its time.
//!
//! A flow that is told to stop begins no attempt anew, so it does not wait for one
//! either. Whoever polls such a flow does it [within](BackOffs::within) its
//! [`BackOffs`]: a wait that begins there belongs to them, however deep in functions
//! of the user's it lies, and [`end`](BackOffs::end) ends all of theirs. A flow that
//! is run to its end has none.

use core::{
    cell::RefCell,
    future::{pending, poll_fn},
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{sync::Notify, time::sleep};

thread_local! {
    /// Those of the flow that is being polled, where it may be stopped.
    static CURRENT: RefCell<Option<BackOffs>> = const { RefCell::new(None) };
}

/// The waits of one flow that may be stopped.
#[derive(Clone, Debug, Default)]
pub(crate) struct BackOffs(Arc<State>);

#[derive(Debug, Default)]
struct State {
    ended: AtomicBool,
    /// Wakes all that wait.
    end: Notify,
}

impl BackOffs {
    /// Ends every wait of theirs, and all that would begin.
    pub(crate) fn end(&self) {
        // Before those who wait are woken: who comes between looks it up.
        self.0.ended.store(true, Ordering::Release);
        self.0.end.notify_waiters();
    }

    /// Calls `poll`; the waits that begin in it are theirs.
    pub(crate) fn within<T>(&self, poll: impl FnOnce() -> T) -> T {
        /// Puts back those of the flow around this one, after a panic as well.
        struct Outer(Option<BackOffs>);

        impl Drop for Outer {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }

        let _outer = Outer(CURRENT.replace(Some(self.clone())));
        poll()
    }

    fn ended(&self) -> bool {
        self.0.ended.load(Ordering::Acquire)
    }
}

/// Waits until the next attempt is due. `false` where none may be begun any more.
///
/// # Panics
///
/// Where `delay` is not zero and no tokio runtime with time is there.
///
/// # Cancel safety
///
/// It holds nothing.
pub(super) async fn wait(delay: Duration) -> bool {
    let Some(flow) = CURRENT.with_borrow(Clone::clone) else {
        if !delay.is_zero() {
            sleep(delay).await;
        }
        return true;
    };
    // Made before it is looked whether they have ended: it hears of what is told
    // from now on.
    let mut end = pin!(flow.0.end.notified());
    if flow.ended() {
        return false;
    }
    if delay.is_zero() {
        // Attempts that never wait would keep the flow from being told to stop.
        rest().await;
        return !flow.ended();
    }
    let mut due = pin!(sleep(delay));
    poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(false);
        }
        due.as_mut().poll(cx).map(|()| true)
    })
    .await
}

/// Waits until the flow that is being polled is told to stop; for ever, where none is or
/// it cannot be.
///
/// # Cancel safety
///
/// It holds nothing.
pub(super) async fn stopped() {
    let Some(flow) = CURRENT.with_borrow(Clone::clone) else {
        return pending().await;
    };
    let end = flow.0.end.notified();
    if !flow.ended() {
        end.await;
    }
}

/// Returns whether the flow that is being polled was told to stop.
pub(super) fn is_stopped() -> bool {
    CURRENT.with_borrow(|flow| flow.as_ref().is_some_and(BackOffs::ended))
}

/// Lets the executor have its turn.
pub(super) async fn rest() {
    let mut rested = false;
    poll_fn(|cx| rest_once(&mut rested, cx)).await;
}

/// Lets the executor have its turn, the first time it is polled.
fn rest_once(rested: &mut bool, cx: &Context<'_>) -> Poll<()> {
    if *rested {
        return Poll::Ready(());
    }
    *rested = true;
    cx.waker().wake_by_ref();
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::{pin::Pin, task::Waker};
    use tokio::time::Instant;

    const LONG: Duration = Duration::from_secs(600);

    fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_lasts_as_long_as_it_is_told() {
        let begin = Instant::now();
        assert!(wait(LONG).await);
        let flow = BackOffs::default();
        let mut waits = Box::pin(wait(LONG));
        assert!(poll_fn(|cx| flow.within(|| waits.as_mut().poll(cx))).await);
        assert_eq!(begin.elapsed(), 2 * LONG);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_is_heard_by_those_who_wait_and_by_those_who_come() {
        let begin = Instant::now();
        let flow = BackOffs::default();
        let mut waits = Box::pin(wait(LONG));
        assert!(flow.within(|| poll(&mut waits)).is_pending());
        let other = tokio::spawn(waits);
        flow.end();
        assert!(!other.await.unwrap());
        for delay in [Duration::ZERO, LONG] {
            let mut late = Box::pin(wait(delay));
            assert_eq!(flow.within(|| poll(&mut late)), Poll::Ready(false));
        }
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_within_another_has_waits_of_its_own() {
        let (outer, inner) = (BackOffs::default(), BackOffs::default());
        let [mut of_inner, mut of_outer, mut of_none] = [(); 3].map(|()| Box::pin(wait(LONG)));
        outer.within(|| {
            assert!(inner.within(|| poll(&mut of_inner)).is_pending());
            assert!(poll(&mut of_outer).is_pending());
        });
        assert!(poll(&mut of_none).is_pending());
        inner.end();
        assert_eq!(poll(&mut of_inner), Poll::Ready(false));
        assert!(poll(&mut of_outer).is_pending());
        outer.end();
        assert_eq!(poll(&mut of_outer), Poll::Ready(false));
        assert!(poll(&mut of_none).is_pending());
    }
}
