//! Waits that end when the flow around them is told to stop.
//!
//! What waits stands deep in a flow: in a future of a cut, in a function of the
//! user's, in the chain of a key. All of it runs while the flow is polled, so
//! whoever polls a flow that may be stopped leaves its signal where those can see
//! it.

use std::{cell::RefCell, time::Duration};

use super::stop::Signal;

thread_local! {
    /// The signal of the flow that this thread polls.
    static AROUND: RefCell<Option<Signal>> = const { RefCell::new(None) };
}

/// Lets `poll` see that `signal` is the one of the flow around it.
pub(super) fn within<R>(signal: &Signal, poll: impl FnOnce() -> R) -> R {
    let before = AROUND.with(|around| around.replace(Some(signal.clone())));
    let _restore = Restore(before);
    poll()
}

/// Puts back the signal of the flow around, also after a panic.
struct Restore(Option<Signal>);

impl Drop for Restore {
    fn drop(&mut self) {
        AROUND.with(|around| *around.borrow_mut() = self.0.take());
    }
}

/// Waits between two attempts. Returns whether another one may begin: not where
/// the flow around is told to stop, which ends the wait at once.
///
/// # Cancel safety
///
/// It holds nothing.
pub(crate) async fn back_off(delay: Duration) -> bool {
    let around = AROUND.with(|around| around.borrow().clone());
    let wait = async {
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
    };
    match around {
        None => {
            wait.await;
            true
        }
        Some(signal) => signal.unless_stopped(wait).await,
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[tokio::test(start_paused = true)]
    async fn a_wait_outside_of_flows_that_may_stop_is_a_sleep() {
        let began = tokio::time::Instant::now();
        assert!(back_off(Duration::from_secs(1)).await);
        assert_eq!(began.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_when_its_flow_is_told_to_stop_and_no_other() {
        let (signal, other) = (Signal::default(), Signal::default());
        let mut waits = pin!(back_off(Duration::from_secs(1)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(within(&signal, || waits.as_mut().poll(&mut cx)).is_pending());
        other.stop();
        assert!(within(&other, || waits.as_mut().poll(&mut cx)).is_pending());
        signal.stop();
        assert_eq!(waits.as_mut().poll(&mut cx), Poll::Ready(false));
        let again = pin!(back_off(Duration::ZERO));
        assert_eq!(within(&signal, || again.poll(&mut cx)), Poll::Ready(false));
    }
}
