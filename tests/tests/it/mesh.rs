//! Meshes: nodes that choose where their items go.

mod flows;
mod nodes;
mod pictures;
mod schedulers;
mod sendable;
mod tour;
mod trouble;

use std::{cell::RefCell, rc::Rc};

/// Lines that many write.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn say(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    /// Takes what was said since the last time.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

/// Says yes and no by turns, yes first.
fn by_turns() -> impl FnMut() -> bool + Send {
    let mut yes = false;
    move || {
        yes = !yes;
        yes
    }
}
