//! The thread that draws a bar now and then.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that ends, and is waited for, with this.
#[derive(Default)]
pub(super) struct Ticker {
    /// There while the thread runs. Dropping the sender ends it.
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

/// The wish of a [`Ticker`] that its thread ends.
pub(super) struct Stopped(Receiver<()>);

impl Ticker {
    /// Starts the thread, if it does not run and someone sees standard error.
    #[cold]
    pub(super) fn start<W: FnOnce(Stopped) + Send + 'static>(&mut self, work: impl FnOnce() -> W) {
        if self.thread.is_some() || !stderr().is_terminal() {
            return;
        }
        let (stop, stopped) = channel();
        let work = work();
        // A flow works without it where no thread is to be had.
        self.thread = thread::Builder::new()
            .name("flow progress".to_owned())
            .spawn(move || work(Stopped(stopped)))
            .ok()
            .map(|thread| (stop, thread));
    }

    /// Lets the thread draw a last time, and waits for that.
    pub(super) fn finish(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            // It fails only if it panicked, and has said so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Stopped {
    /// Waits for the next time to draw; returns false when the thread is to end.
    pub(super) fn within(&self, pause: Duration) -> bool {
        matches!(self.0.recv_timeout(pause), Err(RecvTimeoutError::Timeout))
    }
}
