//! The two ends of a cut: who still feeds it and who still reads it.

/// Counts the handles on a cut.
#[derive(Default)]
pub(super) struct Ends {
    /// The feeds that are open.
    feeds: usize,
    /// A feed has been opened: without one yet, nothing is over.
    opened: bool,
    /// Nobody will read what comes out.
    unread: bool,
    /// A feed waits for room.
    waiting: bool,
}

impl Ends {
    pub(super) fn open_feed(&mut self) {
        self.feeds += 1;
        self.opened = true;
    }

    pub(super) fn close_feed(&mut self) {
        self.feeds -= 1;
    }

    /// Returns whether all feeds are closed. Several regions may feed one cut: all of
    /// them open their feeds in the first sweep, before anybody reads.
    pub(super) fn closed(&self) -> bool {
        self.opened && self.feeds == 0
    }

    pub(super) fn close_results(&mut self) {
        self.unread = true;
    }

    pub(super) fn unread(&self) -> bool {
        self.unread
    }

    pub(super) fn wait(&mut self) {
        self.waiting = true;
    }

    /// Returns whether a feed waited until now.
    pub(super) fn end_wait(&mut self) -> bool {
        core::mem::take(&mut self.waiting)
    }
}
