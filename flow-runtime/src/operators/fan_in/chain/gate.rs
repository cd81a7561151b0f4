//! A gate that holds back the sources of an input until it is its turn.

use core::{future::poll_fn, task::Poll};
use std::sync::Arc;

use crate::sync::{
    AtomicWaker,
    atomic::{AtomicBool, Ordering},
};

/// Shut until the turn of an input comes: its regions wait here before they begin.
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

struct Shared {
    open: AtomicBool,
    /// The task of the flow.
    waiting: AtomicWaker,
}

impl Gate {
    pub(super) fn new(open: bool) -> Self {
        Self(Arc::new(Shared {
            open: AtomicBool::new(open),
            waiting: AtomicWaker::new(),
        }))
    }

    pub(super) fn open(&self) {
        self.0.open.store(true, Ordering::Release);
        self.0.waiting.wake();
    }

    /// Returns whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.open.load(Ordering::Acquire)
    }

    /// Waits until it is open.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    pub async fn opened(&self) {
        poll_fn(|cx| {
            self.0.waiting.register(cx.waker());
            match self.is_open() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}
