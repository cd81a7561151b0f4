//! `latest`: only the newest item waits.

use crate::copies::fresh::Fresh;
use crate::{
    checkpoint::{
        ledger::Ledger,
        marks::{MarkedBy, Marks, Plain, With},
        source::Sources,
    },
    region::Hold,
    ty::Ty,
};

/// Lets only the newest item wait: what comes while the one before it waits
/// takes its place. So what is before it never waits, and a slow stage behind it
/// works on what is new. The newest is always delivered, at the end of input as
/// well.
#[inline]
#[must_use]
pub fn latest<T, M>(_: Ty<T, M>) -> (Newest<T>, Ty<T, M>) {
    (Newest::new(Plain), Ty::of_mode())
}

/// The newest item, until it is taken.
pub struct Newest<T, M: Marks = Plain> {
    item: Option<With<M, T>>,
    marks: M,
}

impl<T, M: Marks> Newest<T, M> {
    const fn new(marks: M) -> Self {
        let item = None;
        Self { item, marks }
    }
}

impl<T> Fresh for Newest<T> {
    fn fresh(&self) -> Self {
        Self::new(Plain)
    }
}

impl<'l, T, S: Sources> MarkedBy<&'l Ledger<S>> for Newest<T> {
    type Marked = Newest<T, &'l Ledger<S>>;

    fn marked_by(self, ledger: &'l Ledger<S>) -> Self::Marked {
        Newest::new(ledger)
    }
}

impl<T, M: Marks> Hold for Newest<T, M> {
    type In = With<M, T>;
    type Out = With<M, T>;

    #[inline]
    fn has_room(&self) -> bool {
        true
    }

    #[inline]
    fn push(&mut self, item: With<M, T>) -> bool {
        let replaced = self.item.replace(item);
        let is_first = replaced.is_none();
        if let Some(replaced) = replaced {
            self.marks.discard(replaced);
        }
        is_first
    }

    #[inline]
    fn pop(&mut self) -> Option<With<M, T>> {
        self.item.take()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.item.is_none()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (usize::from(self.item.is_some()), Some(1))
    }
}
