//! The states that wait to be written to a file of snapshots.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};

use super::offsets_file::Said;
use super::position::{Mark, Position};

/// A state as JSON, or why it is none, and the last line that it is made of.
pub(super) type Written = (Mark, io::Result<Vec<u8>>);

/// The states of snapshots, as JSON.
pub(super) struct Kept {
    /// The contents of the file, now or next.
    next: Option<Written>,
    /// States between two lines that are not done with yet, the first in front.
    waiting: VecDeque<Written>,
    /// The states of the flows that are there.
    live: Vec<Weak<dyn Live>>,
}

impl Kept {
    /// Creates what is kept of a file, which says this.
    pub(super) fn new(said: Option<(Mark, Vec<u8>)>) -> Self {
        Self {
            next: said.map(|(mark, state)| (mark, Ok(state))),
            waiting: VecDeque::new(),
            live: Vec::new(),
        }
    }

    /// Returns how far the lines go that the state is made of.
    pub(super) fn mark(&self) -> Option<Mark> {
        self.next.as_ref().map(|(mark, _)| *mark)
    }

    /// Returns where a flow begins, and its state there.
    pub(super) fn base(&self) -> Option<(Mark, &[u8])> {
        match &self.next {
            Some((mark, Ok(state))) => Some((*mark, state)),
            Some((_, Err(_))) | None => None,
        }
    }

    /// Adds the state of a flow.
    pub(super) fn enter(&mut self, live: Weak<dyn Live>) {
        self.live.push(live);
    }

    /// Notes a state as it is between two lines.
    pub(super) fn wait(&mut self, written: Written) {
        self.waiting.push_back(written);
    }

    /// Gives the state of the flow whose source begins.
    ///
    /// # Errors
    ///
    /// Where there is not one, that begins behind the line that the source does.
    pub(super) fn begin(&mut self, mark: Mark, file: &Path) -> io::Result<Arc<dyn Live>> {
        self.waiting.clear();
        let mut live = self.live.drain(..).filter_map(|live| live.upgrade());
        let (first, others) = (live.next(), live.count());
        let wrong = match first {
            None => "no `accumulate(…, keep = …)` of the flow keeps its state there",
            Some(_) if others > 0 => {
                "several `accumulate(…, keep = …)` are there that keep their states there"
            }
            Some(live) if live.base() != mark => {
                "the flow was built before another one came to its end"
            }
            Some(live) => return Ok(live),
        };
        let wrong = format!(
            "cannot resume by the snapshots `{}`: {wrong}",
            file.display()
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, wrong))
    }

    /// Notes that all up to this line is done with; returns whether there is something
    /// to write.
    pub(super) fn settle(&mut self, line: Mark) -> bool {
        let is_done = |(mark, _): &(Mark, _)| mark.line.line <= line.line.line;
        let done = self.waiting.iter().take_while(|each| is_done(each)).count();
        if let Some(last) = self.waiting.drain(..done).next_back() {
            self.next = Some(last);
        }
        done > 0
    }

    /// Takes the state as it is, where it is of no line that is not done with.
    pub(super) fn capture(&mut self, live: &dyn Live, done: Mark) {
        if let Some(state) = live.capture(done.line) {
            self.next = Some((done, state));
        }
    }

    /// Returns what the file is to say.
    ///
    /// # Errors
    ///
    /// Where the state cannot be kept.
    pub(super) fn said(&mut self) -> io::Result<Option<Said>> {
        match &self.next {
            None => Ok(None),
            Some((mark, Ok(state))) => Ok(Some(Said {
                mark: *mark,
                state: Some(state.clone()),
            })),
            Some((_, Err(error))) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

/// The state of a flow.
pub(super) trait Live: Send + Sync {
    /// The offset at which it begins.
    fn base(&self) -> Mark;

    /// The state as JSON, if it is of no line behind this one.
    fn capture(&self, done: Position) -> Option<io::Result<Vec<u8>>>;
}
