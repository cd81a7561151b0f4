//! The places of blocking calls. One that nobody waits for any more keeps its place until
//! its thread is done with it.
//!
//! How many places there are the flow decides: it makes as many calls at once. So it is
//! enough that each call left to itself holds up one that follows.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinHandle, spawn_blocking},
};

use crate::waits::Within;

/// The calls of one function that were left to themselves.
pub struct Places {
    /// Those for which no later call waits yet.
    owed: AtomicUsize,
    /// A permit for each of them that has ended.
    ended: Semaphore,
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}

impl Places {
    /// Nothing was left to itself.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            owed: AtomicUsize::new(0),
            ended: Semaphore::const_new(0),
        }
    }

    /// Takes over the wait for one call, if one is owed.
    fn claim(&self) -> bool {
        let less = |owed: usize| owed.checked_sub(1);
        let claimed = self
            .owed
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
        claimed.is_ok()
    }

    fn owe(&self) {
        self.owed.fetch_add(1, Ordering::AcqRel);
    }
}

/// Defines how far a thread is with a call.
mod state {
    pub(super) const QUEUED: u8 = 0;
    pub(super) const RUNS: u8 = 1;
    pub(super) const ENDED: u8 = 2;
    /// Nobody waits for it.
    pub(super) const LEFT: u8 = 3;
}

/// Holds what the two sides of a call share.
struct Run {
    state: AtomicU8,
    places: Arc<Places>,
}

impl Run {
    fn change(&self, from: u8, to: u8) -> bool {
        let (new, old) = (Ordering::AcqRel, Ordering::Acquire);
        self.state.compare_exchange(from, to, new, old).is_ok()
    }
}

/// Ends a run, also when the function panicked.
struct Ends(Arc<Run>);

impl Drop for Ends {
    fn drop(&mut self) {
        if !self.0.change(state::RUNS, state::ENDED) {
            self.0.places.ended.add_permits(1);
        }
    }
}

/// A call on a thread of its own.
#[must_use = "what the function gives is lost"]
pub struct Call<U> {
    run: Arc<Run>,
    stage: Stage<U>,
}

enum Stage<U> {
    /// Until a call that was left to itself has ended.
    Waits(Pin<Box<dyn Future<Output = ()> + Send>>, Starts<U>),
    /// On its thread, or in line for one.
    Runs(JoinHandle<U>),
    /// Between the two, and behind the end.
    Over,
}

/// Hands the function to a thread.
type Starts<U> = Box<dyn FnOnce() -> JoinHandle<U> + Send>;

impl<U: Send + 'static> Call<U> {
    /// Calls `f` on a thread, once a place is free.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn new(places: Arc<Places>, f: impl FnOnce() -> U + Send + 'static) -> Self {
        let claimed = places.claim();
        let run = Arc::new(Run {
            state: AtomicU8::new(state::QUEUED),
            places,
        });
        let stage = if claimed {
            let places = Arc::clone(&run.places);
            let ended = async move {
                // It is never closed.
                if let Ok(permit) = places.ended.acquire().await {
                    permit.forget();
                }
            };
            let run = Arc::clone(&run);
            Stage::Waits(Box::pin(ended), Box::new(move || start(run, f)))
        } else {
            Stage::Runs(start(Arc::clone(&run), f))
        };
        Self { run, stage }
    }
}

fn start<U: Send + 'static>(
    run: Arc<Run>,
    f: impl FnOnce() -> U + Send + 'static,
) -> JoinHandle<U> {
    // What calls waits for the end.
    let within = Within::default().here();
    spawn_blocking(move || {
        let _within = within.enter();
        if !run.change(state::QUEUED, state::RUNS) {
            panic!("nobody waits for the call");
        }
        let _ends = Ends(run);
        f()
    })
}

impl<U: Send + 'static> Future for Call<U> {
    type Output = Result<U, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<U, JoinError>> {
        if let Stage::Waits(ended, _) = &mut self.stage {
            ready!(ended.as_mut().poll(cx));
            if let Stage::Waits(_, starts) = std::mem::replace(&mut self.stage, Stage::Over) {
                self.stage = Stage::Runs(starts());
            }
        }
        let Stage::Runs(running) = &mut self.stage else {
            panic!("the call is polled behind its end");
        };
        let outcome = ready!(Pin::new(running).poll(cx));
        self.stage = Stage::Over;
        Poll::Ready(outcome)
    }
}

impl<U> Drop for Call<U> {
    fn drop(&mut self) {
        match &self.stage {
            Stage::Waits(..) => self.run.places.owe(),
            Stage::Runs(running) => {
                // Only what has not begun is called off.
                running.abort();
                let begun = !self.run.change(state::QUEUED, state::LEFT);
                if begun && self.run.change(state::RUNS, state::LEFT) {
                    self.run.places.owe();
                }
            }
            Stage::Over => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, time::Duration};
    use tokio::time::timeout;

    #[tokio::test]
    async fn the_next_call_waits_for_one_that_was_left() {
        let places = Arc::new(Places::new());
        let (end, ended) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel::<()>();
        let call = Call::new(Arc::clone(&places), move || {
            let _ = begin.send(());
            let _ = ended.recv();
        });
        begun.recv().unwrap();
        drop(call);
        for _ in 0..3 {
            let mut next = Call::new(Arc::clone(&places), || 1);
            let early = timeout(Duration::from_millis(1), &mut next).await;
            assert!(early.is_err(), "it has no place");
        }
        let next = Call::new(Arc::clone(&places), || 2);
        let beside = Call::new(Arc::clone(&places), || 3);
        assert_eq!(beside.await.unwrap(), 3, "there is another place");
        end.send(()).unwrap();
        assert_eq!(next.await.unwrap(), 2);
        assert_eq!(Call::new(places, || 4).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn a_call_that_panics_or_has_ended_leaves_its_place() {
        let places = Arc::new(Places::new());
        let panics = Call::new(Arc::clone(&places), || panic!("so"));
        assert!(panics.await.is_err());
        assert_eq!(Call::new(Arc::clone(&places), || 1).await.unwrap(), 1);
        assert_eq!(places.owed.load(Ordering::Relaxed), 0);
        assert_eq!(places.ended.available_permits(), 0);
    }
}
