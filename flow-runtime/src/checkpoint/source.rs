//! The items of one source that are not committed yet.

use std::collections::VecDeque;

/// What a source gave, in the order in which it was pulled.
pub struct Source<A, M, C> {
    /// The place of the first that waits among all that came.
    first: u64,
    waiting: VecDeque<Waiting<A, M>>,
    /// What commits an item.
    commit: C,
}

struct Waiting<A, M> {
    /// How many tokens hold it.
    holders: u32,
    ack: A,
    meta: M,
}

impl<A, M, C: FnMut(A)> Source<A, M, C> {
    /// A source of which nothing came yet.
    #[inline]
    pub(super) fn new(commit: C) -> Self {
        Self {
            first: 0,
            waiting: VecDeque::new(),
            commit,
        }
    }

    /// Notes the next item; gives its place.
    #[inline]
    pub(super) fn accept(&mut self, ack: A, meta: M) -> u64 {
        self.waiting.push_back(Waiting {
            holders: 1,
            ack,
            meta,
        });
        self.first + (self.waiting.len() - 1) as u64
    }

    /// What the source says of an item; `None` once it is committed.
    #[inline]
    pub(super) fn meta(&self, place: u64) -> Option<&M> {
        let index = place.checked_sub(self.first)?;
        let waiting = self.waiting.get(usize::try_from(index).ok()?);
        waiting.map(|waiting| &waiting.meta)
    }

    #[inline]
    fn at(&mut self, place: u64) -> &mut Waiting<A, M> {
        &mut self.waiting[(place - self.first) as usize]
    }
}

/// The sources of a flow that acknowledge: a list of pairs.
pub trait Sources {
    /// One more token holds an item.
    fn hold(&mut self, source: u32, place: u64);

    /// One token less holds it. What is done with and has nothing before it is
    /// committed.
    fn let_go(&mut self, source: u32, place: u64);
}

impl Sources for () {
    fn hold(&mut self, _: u32, _: u64) {}

    fn let_go(&mut self, _: u32, _: u64) {}
}

impl<A, M, C: FnMut(A), Rest: Sources> Sources for (Source<A, M, C>, Rest) {
    #[inline]
    fn hold(&mut self, source: u32, place: u64) {
        match source {
            0 => self.0.at(place).holders += 1,
            other => self.1.hold(other - 1, place),
        }
    }

    #[inline]
    fn let_go(&mut self, source: u32, place: u64) {
        if source > 0 {
            return self.1.let_go(source - 1, place);
        }
        let source = &mut self.0;
        source.at(place).holders -= 1;
        while let Some(first) = source.waiting.pop_front_if(|first| first.holders == 0) {
            source.first += 1;
            (source.commit)(first.ack);
        }
    }
}
