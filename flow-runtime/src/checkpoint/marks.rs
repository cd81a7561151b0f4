//! The marks of items: what an operator that holds items holds beside them.
//!
//! Behind a source that acknowledges, the mark of an item is its [`Token`]. It goes into the
//! operator with the item and stays beside it. What leaves has a mark that joins those it was
//! made of, and the mark of what is dropped, replaced or refused is released. Elsewhere the
//! mark is [`Plain`], which is nothing, and none of it is there.
//!
//! ```text
//! op.push(item)               ──▶ Option<out>              a plain flow
//! op.put(item, mark, marks)   ──▶ Option<(out, mark)>      behind a source that acknowledges
//! ```

use super::{ledger::Ledger, source::Sources, token::Token};

#[cfg(test)]
pub(crate) mod account;

/// The mark of an item, or of what was made of several.
pub trait Mark: Default {
    /// Something with its mark.
    type With<X>;

    /// Returns something with this mark.
    fn with<X>(self, given: X) -> Self::With<X>;

    /// Takes something and its mark apart.
    fn apart<X>(given: Self::With<X>) -> (X, Self);

    /// Returns what leaves, where anything does, with this mark; nothing has it any more then.
    fn leave_with<X>(&mut self, given: Option<X>) -> Option<Self::With<X>>;
}

/// Keeps account of the marks of a flow.
pub trait Marks {
    /// The type of its marks.
    type Mark: Mark;

    /// Lets a mark stand for what another one does, too.
    fn join(&self, held: &mut Self::Mark, mark: Self::Mark);

    /// Lets a mark stand for what another one does, too, which stays.
    fn keep(&self, held: &mut Self::Mark, mark: &Self::Mark);

    /// Returns a mark that stands for what all of these do; they stay.
    #[inline]
    fn all<'m>(&self, marks: impl Iterator<Item = &'m Self::Mark>) -> Self::Mark
    where
        Self::Mark: 'm,
    {
        let mut all = Self::Mark::default();
        marks.for_each(|mark| self.keep(&mut all, mark));
        all
    }

    /// Lets go of what a mark stands for.
    fn release(&self, mark: Self::Mark);

    /// Drops something, and lets go of what its mark stands for.
    #[inline]
    fn discard<X>(&self, given: With<Self, X>) {
        let (_, mark) = Self::Mark::apart(given);
        self.release(mark);
    }
}

/// No mark, and those of a flow without any.
#[derive(Clone, Copy, Default)]
pub struct Plain;

impl Mark for Plain {
    type With<X> = X;

    #[inline]
    fn with<X>(self, given: X) -> X {
        given
    }

    #[inline]
    fn apart<X>(given: X) -> (X, Self) {
        (given, Self)
    }

    #[inline]
    fn leave_with<X>(&mut self, given: Option<X>) -> Option<X> {
        given
    }
}

impl Marks for Plain {
    type Mark = Self;

    #[inline]
    fn join(&self, _: &mut Self, _: Self) {}

    #[inline]
    fn keep(&self, _: &mut Self, _: &Self) {}

    #[inline]
    fn all<'m>(&self, _: impl Iterator<Item = &'m Self>) -> Self {
        Self
    }

    #[inline]
    fn release(&self, _: Self) {}
}

impl Mark for Token {
    type With<X> = (X, Self);

    #[inline]
    fn with<X>(self, given: X) -> (X, Self) {
        (given, self)
    }

    #[inline]
    fn apart<X>(given: (X, Self)) -> (X, Self) {
        given
    }

    #[inline]
    fn leave_with<X>(&mut self, given: Option<X>) -> Option<(X, Self)> {
        given.map(|given| (given, self.take()))
    }
}

impl<S: Sources> Marks for Ledger<S> {
    type Mark = Token;

    #[inline]
    fn join(&self, held: &mut Token, mark: Token) {
        *held = Self::join(self, held.take(), mark);
    }

    #[inline]
    fn keep(&self, held: &mut Token, mark: &Token) {
        Self::keep(self, held, mark);
    }

    #[inline]
    fn release(&self, mark: Token) {
        Self::release(self, mark);
    }
}

/// Those who share an account.
impl<M: Marks> Marks for &M {
    type Mark = M::Mark;

    #[inline]
    fn join(&self, held: &mut M::Mark, mark: M::Mark) {
        M::join(self, held, mark);
    }

    #[inline]
    fn keep(&self, held: &mut M::Mark, mark: &M::Mark) {
        M::keep(self, held, mark);
    }

    #[inline]
    fn release(&self, mark: M::Mark) {
        M::release(self, mark);
    }
}

/// Something with its mark, where `M` keeps account.
pub type With<M, X> = <<M as Marks>::Mark as Mark>::With<X>;

/// An operator that can hold tokens beside its items.
pub trait Marked {
    /// The same, where it does.
    type Marked;

    /// Returns it as one that does. It holds nothing yet.
    fn marked(self) -> Self::Marked;
}

/// A hold of a cut that can hold tokens beside its items; `L` keeps account of them.
pub trait MarkedBy<L> {
    /// The same, where it does: what comes in, and what leaves, has its token with it.
    type Marked;

    /// Returns it as one that does. It holds nothing yet.
    fn marked_by(self, marks: L) -> Self::Marked;
}

/// Has the hold of a cut hold tokens beside its items.
#[inline]
pub fn marked_by<H: MarkedBy<L>, L>(hold: H, marks: L) -> H::Marked {
    hold.marked_by(marks)
}

/// Has an operator hold tokens beside its items.
#[inline]
pub fn marked<P: Marked>(op: P) -> P::Marked {
    op.marked()
}
