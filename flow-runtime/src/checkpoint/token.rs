//! Defines what travels beside an item.

use crate::ty::Ty;

/// The source of a token that stands for nothing.
const NONE: u32 = u32::MAX;

/// The source of a token that stands for several.
const JOINED: u32 = u32::MAX - 1;

/// Says whose item this is. It holds that item until it is
/// released; one that is dropped holds it for
/// ever.
#[must_use = "a token that is dropped is never released"]
#[derive(Debug, PartialEq, Eq)]
pub struct Token {
    /// The source, by its place in the flow.
    source: u32,
    /// The item, by its place among all that the source gave; or the list.
    place: u64,
}

/// Says what a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Nothing: its item came from a source that does not acknowledge.
    Nothing,
    /// One item of a source.
    Item(u32, u64),
    /// The contents of a list.
    List(usize),
}

impl Token {
    /// The token of an item that nobody acknowledges.
    #[inline]
    pub const fn none() -> Self {
        let (source, place) = (NONE, 0);
        Self { source, place }
    }

    /// The token in this place, which is left with none.
    #[inline]
    pub fn take(&mut self) -> Self {
        core::mem::take(self)
    }

    #[inline]
    pub(super) const fn of_item(source: u32, place: u64) -> Self {
        Self { source, place }
    }

    #[inline]
    pub(super) const fn of_list(list: usize) -> Self {
        let (source, place) = (JOINED, list as u64);
        Self { source, place }
    }

    /// Returns what it stands for.
    #[inline]
    pub(super) const fn holds(&self) -> Holds {
        match self.source {
            NONE => Holds::Nothing,
            JOINED => Holds::List(self.place as usize),
            source => Holds::Item(source, self.place),
        }
    }

    /// The same once more, without the ledger's knowledge.
    #[inline]
    pub(super) const fn copy(&self) -> Self {
        let Self { source, place } = *self;
        Self { source, place }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::none()
    }
}

/// The output of a future, with the token of what went in.
#[inline]
pub async fn along<F: Future>(future: F, token: Token) -> (F::Output, Token) {
    (future.await, token)
}

/// The witness of items that wait together with their tokens.
#[inline]
#[must_use]
pub fn with_token<T, M>(_: Ty<T, M>) -> Ty<(T, Token), M> {
    Ty::of_mode()
}
