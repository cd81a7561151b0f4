//! Defines what loom has, and what it lacks.

pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
pub(crate) use loom::thread;

use std::task::Waker;

/// Runs a model in every order of its threads in which they take over from one
/// another, without having to, `preemptions` times at most.
pub(crate) fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// A thread that sleeps until it is woken.
pub(crate) struct Parker(loom::sync::Notify);

impl Parker {
    pub(crate) fn here() -> Self {
        Self(loom::sync::Notify::new())
    }

    pub(crate) fn sleep(&self) {
        self.0.wait();
    }

    pub(crate) fn wake(&self) {
        self.0.notify();
    }
}

/// A number that no other thread has, had or will have, and that is not zero.
pub(crate) fn thread_number() -> usize {
    static LAST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    loom::thread_local!(static NUMBER: usize = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1);
    NUMBER.with(|number| *number)
}

/// A number that no other living thread has, and that is not zero.
pub(crate) fn current_thread() -> usize {
    loom::thread_local!(static TOKEN: u8 = 0);
    TOKEN.with(|token| core::ptr::from_ref(token).addr())
}

/// As the one of the crate `atomic-waker`, whose two operations are atomic.
#[derive(Default)]
pub(crate) struct AtomicWaker(Mutex<Option<Waker>>);

impl AtomicWaker {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn register(&self, waker: &Waker) {
        let waker = waker.clone();
        let last = self.0.lock().unwrap().replace(waker);
        drop(last);
    }

    pub(crate) fn wake(&self) {
        let waker = self.0.lock().unwrap().take();
        waker.into_iter().for_each(Waker::wake);
    }
}

/// Channels; those of loom do not end when their senders are gone.
pub(crate) mod mpsc {
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::sync::mpsc::{RecvError, SendError};

    use super::{Condvar, Mutex};

    struct Channel<T> {
        state: Mutex<State<T>>,
        changed: Condvar,
    }

    struct State<T> {
        items: VecDeque<T>,
        sending: bool,
        receiving: bool,
    }

    /// The one sender.
    pub(crate) struct Sender<T>(Arc<Channel<T>>);

    pub(crate) struct Receiver<T>(Arc<Channel<T>>);

    pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let state = State {
            items: VecDeque::new(),
            sending: true,
            receiving: true,
        };
        let channel = Arc::new(Channel {
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        (Sender(Arc::clone(&channel)), Receiver(channel))
    }

    impl<T> Sender<T> {
        pub(crate) fn send(&self, item: T) -> Result<(), SendError<T>> {
            let mut state = self.0.state.lock().unwrap();
            if !state.receiving {
                return Err(SendError(item));
            }
            state.items.push_back(item);
            self.0.changed.notify_one();
            Ok(())
        }
    }

    impl<T> Drop for Sender<T> {
        fn drop(&mut self) {
            self.0.state.lock().unwrap().sending = false;
            self.0.changed.notify_one();
        }
    }

    impl<T> Receiver<T> {
        pub(crate) fn recv(&self) -> Result<T, RecvError> {
            let mut state = self.0.state.lock().unwrap();
            loop {
                if let Some(item) = state.items.pop_front() {
                    return Ok(item);
                }
                if !state.sending {
                    return Err(RecvError);
                }
                state = self.0.changed.wait(state).unwrap();
            }
        }

        pub(crate) fn try_iter(&self) -> impl Iterator<Item = T> {
            std::iter::from_fn(|| self.0.state.lock().unwrap().items.pop_front())
        }
    }

    impl<T> Drop for Receiver<T> {
        fn drop(&mut self) {
            let items = {
                let mut state = self.0.state.lock().unwrap();
                state.receiving = false;
                std::mem::take(&mut state.items)
            };
            drop(items);
        }
    }
}
