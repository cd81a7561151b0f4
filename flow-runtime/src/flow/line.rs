//! The line between the emitters of a flow and the flow.

use std::{sync::Arc, task::Context};

use tokio::sync::Mutex;

use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicBool, Ordering};

/// The state that the emitters of one flow share with it.
#[derive(Default)]
pub struct Line {
    /// Of a flow that awaits each inlet has its own: what waits at one may need what comes
    /// into another.
    turns: Box<[Turn]>,
    /// The flow, which waits for an item.
    pub(super) flow: AtomicWaker,
    /// The flow has ended or is gone.
    pub(super) over: AtomicBool,
    /// The flow is dropped before it has ended.
    pub(super) cut_off: AtomicBool,
}

/// The turns of those who emit.
#[derive(Default)]
pub(super) struct Turn {
    /// Who has it emits; the others queue for it.
    pub(super) queue: Mutex<()>,
    /// Whoever has the turn, and waits for the flow.
    pub(super) emitter: AtomicWaker,
}

/// Opens the line to a flow whose emitters all take turns.
#[must_use]
pub fn line() -> Arc<Line> {
    line_of(1)
}

/// Opens the line to a flow whose emitters take turns of so many kinds.
#[must_use]
pub fn line_of(turns: usize) -> Arc<Line> {
    Arc::new(Line {
        turns: (0..turns).map(|_| Turn::default()).collect(),
        ..Line::default()
    })
}

impl Line {
    pub(super) fn turn(&self, index: usize) -> &Turn {
        &self.turns[index]
    }

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
        self.turns.iter().for_each(|turn| turn.emitter.wake());
    }

    /// The flow has not ended, and is about to be dropped.
    pub(in crate::flow) fn cut_off(&self) {
        self.cut_off.store(true, Ordering::Release);
    }

    /// The flow has been dropped.
    pub(in crate::flow) fn hang_up(&self) {
        self.over.store(true, Ordering::Release);
        self.tell();
    }
}
