//! The line between the emitters of a flow and the flow.

use std::{sync::Arc, task::Context};

use tokio::sync::Mutex;

use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicBool, Ordering};

/// The state that the emitters of one flow share with it.
#[derive(Default)]
pub struct Line {
    /// Who has it emits; the others queue for it.
    pub(super) turn: Mutex<()>,
    /// Whoever has the turn, and waits for the flow.
    pub(super) emitter: AtomicWaker,
    /// The flow, which waits for an item.
    pub(super) flow: AtomicWaker,
    /// The flow has ended or is gone.
    pub(super) over: AtomicBool,
    /// The flow is dropped before it has ended.
    pub(super) cut_off: AtomicBool,
}

/// Opens the line to a flow.
#[must_use]
pub fn line() -> Arc<Line> {
    Arc::default()
}

impl Line {
    /// The flow looks whether there is something to do.
    pub(in crate::flow) fn listen(&self, cx: &Context<'_>) {
        self.flow.register(cx.waker());
    }

    /// There is something to do for the flow.
    pub(in crate::flow) fn wake_flow(&self) {
        self.flow.wake();
    }

    /// The flow has done something.
    pub(in crate::flow) fn tell(&self) {
        self.emitter.wake();
    }

    /// The flow has not ended, and is about to be dropped.
    pub(in crate::flow) fn cut_off(&self) {
        self.cut_off.store(true, Ordering::Release);
    }

    /// The flow has been dropped.
    pub(in crate::flow) fn hang_up(&self) {
        self.over.store(true, Ordering::Release);
        self.emitter.wake();
    }
}
