//! The output of a worker for the items of a block, until it is handed over.
//!
//! An item may give very many, or be without end. So what was made so far goes to the
//! flow before the block is done, when it is much; then the worker waits until the flow
//! has taken it, and ends when nobody wants more.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use super::size::BLOCK;
use crate::flow::outbox::Outbox;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::ty::Ty;

/// The number of times that a worker hands something over before the flow has taken it.
const AHEAD: usize = 2;

/// Hands over the outputs, each with the place of its item; `false` where nobody
/// wants more.
pub(super) type Post<U> = Box<dyn FnMut(VecDeque<(usize, U)>) -> bool + Send>;

/// The outbox of a worker.
pub trait Gathers<U>: Outbox<U> {
    /// The next item is that of this place.
    fn begin(&mut self, _: usize) {}

    /// Has much of what is made handed over early.
    fn connect(&mut self, _: Post<U>)
    where
        Self: Sized,
    {
    }

    /// Returns whether it keeps what was made of several items.
    fn keeps(&self) -> bool {
        false
    }

    /// Takes what was made first, with the place of its item; `place` is that of the last.
    fn take(&mut self, place: usize) -> Option<(usize, U)> {
        self.pop().map(|item| (place, item))
    }
}

impl<U> Gathers<U> for Option<U> {}
impl<U> Gathers<U> for VecDeque<U> {}

/// The outbox of a worker, for any number of items.
pub struct Made<U> {
    items: VecDeque<(usize, U)>,
    /// The place of the item that is worked on.
    place: usize,
    /// `None` where all that is made of a block is handed over together.
    post: Option<Post<U>>,
    wanted: bool,
}

/// An outbox of a worker, for any number of these.
#[inline]
#[must_use]
pub fn made<U, M>(_: Ty<U, M>) -> Made<U> {
    Made::default()
}

impl<U> Default for Made<U> {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            place: 0,
            post: None,
            wanted: true,
        }
    }
}

impl<U> Outbox<U> for Made<U> {
    #[inline]
    fn push(&mut self, item: U) {
        self.items.push_back((self.place, item));
        if self.items.len() >= BLOCK
            && let Some(post) = &mut self.post
        {
            self.wanted = post(std::mem::take(&mut self.items));
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<U> {
        self.items.pop_front().map(|(_, item)| item)
    }

    #[inline]
    fn is_wanted(&self) -> bool {
        self.wanted
    }
}

impl<U> Gathers<U> for Made<U> {
    #[inline]
    fn begin(&mut self, place: usize) {
        self.place = place;
    }

    fn connect(&mut self, post: Post<U>) {
        self.post = Some(post);
    }

    #[inline]
    fn keeps(&self) -> bool {
        true
    }

    #[inline]
    fn take(&mut self, _: usize) -> Option<(usize, U)> {
        self.items.pop_front()
    }
}

/// The number of hand-overs of a worker before the flow has taken one.
pub(super) struct Credit {
    left: Mutex<usize>,
    /// There is more, or the workers are to stop.
    changed: Condvar,
}

impl Credit {
    pub(super) fn new() -> Self {
        Self {
            left: Mutex::new(AHEAD),
            changed: Condvar::new(),
        }
    }

    /// Waits until there is some; `None` where the workers are to stop.
    pub(super) fn wait(self: &Arc<Self>, stopped: impl Fn() -> bool) -> Option<Taken> {
        let mut left = lock(&self.left);
        while *left == 0 {
            if stopped() {
                return None;
            }
            left = self
                .changed
                .wait(left)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *left -= 1;
        (!stopped()).then(|| Taken(Arc::clone(self)))
    }

    /// Has who waits look again whether to stop.
    pub(super) fn stir(&self) {
        let left = lock(&self.left);
        drop(left);
        self.changed.notify_all();
    }
}

/// Gives credit back when it is dropped: what was handed over is taken.
pub(super) struct Taken(Arc<Credit>);

impl Drop for Taken {
    fn drop(&mut self) {
        *lock(&self.0.left) += 1;
        self.0.changed.notify_all();
    }
}

pub(super) fn lock<X>(mutex: &Mutex<X>) -> MutexGuard<'_, X> {
    // Nothing that may panic runs under a lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
