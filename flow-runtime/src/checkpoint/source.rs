//! The items of one source that are not committed yet.

use core::convert::Infallible;
use std::collections::VecDeque;

use super::output::{Output, Synced};

/// Holds what a source gave, in the order in which it was pulled.
pub struct Source<A, M, C> {
    /// The place of the first that waits among all that came.
    first: u64,
    waiting: VecDeque<Waiting<A, M>>,
    /// Holds what commits an item: its clones commit to the same.
    pub(super) commit: C,
}

struct Waiting<A, M> {
    /// Says how many tokens hold it.
    holders: u32,
    ack: A,
    meta: M,
}

/// Commits the items of a source. Clones commit to the same.
pub trait Commits<A>: Clone {
    /// Commits an item. `more`: the next one is done with as well and is committed right
    /// after it, so what is written of both can wait for that.
    fn commit(&mut self, ack: A, more: bool);

    /// Has this file synced before anything is committed from now on.
    fn sync_first(&mut self, output: Output);
}

impl<A, M, C: Commits<A>> Source<A, M, C> {
    /// The same source; what it gives is committed when it is durable in the file of
    /// this sink.
    #[must_use]
    pub fn behind(mut self, sink: &impl Synced) -> Self {
        self.commit.sync_first(sink.output());
        self
    }

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

    /// Returns what the source says of an item; `None` once it is committed.
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
    /// An item that is to be committed.
    type Done;

    /// One more token holds an item.
    fn hold(&mut self, source: u32, place: u64);

    /// One token less holds it.
    fn let_go(&mut self, source: u32, place: u64);

    /// From here on it is held for ever.
    fn withhold(&mut self, source: u32, place: u64) {
        self.hold(source, place);
    }

    /// Takes out an item that is done with and has nothing before it.
    fn done(&mut self) -> Option<Self::Done>;

    /// Commits it. That is code of the user's, which may take its time or panic,
    /// so it asks for nothing that is locked.
    fn commit(done: Self::Done);
}

impl Sources for () {
    type Done = Infallible;

    fn hold(&mut self, _: u32, _: u64) {}

    fn let_go(&mut self, _: u32, _: u64) {}

    fn done(&mut self) -> Option<Infallible> {
        None
    }

    fn commit(done: Infallible) {
        match done {}
    }
}

/// An item of the first source that is done with, or one of the others.
pub enum Done<A, M, C, Rest> {
    /// The committer, the item, whether the next one is done with as well, and its meta
    /// data: that is dropped where nothing is locked, too.
    This(C, A, bool, M),
    /// Of a source behind.
    Other(Rest),
}

impl<A, M, C: Commits<A>, Rest: Sources> Sources for (Source<A, M, C>, Rest) {
    type Done = Done<A, M, C, Rest::Done>;

    #[inline]
    fn hold(&mut self, source: u32, place: u64) {
        match source {
            0 => self.0.at(place).holders += 1,
            other => self.1.hold(other - 1, place),
        }
    }

    #[inline]
    fn let_go(&mut self, source: u32, place: u64) {
        match source {
            0 => self.0.at(place).holders -= 1,
            other => self.1.let_go(other - 1, place),
        }
    }

    #[inline]
    fn done(&mut self) -> Option<Self::Done> {
        let source = &mut self.0;
        let is_done = |first: &Waiting<_, _>| first.holders == 0;
        if source.waiting.front().is_some_and(is_done)
            && let Some(first) = source.waiting.pop_front()
        {
            source.first += 1;
            let Waiting { ack, meta, .. } = first;
            let more = source.waiting.front().is_some_and(is_done);
            return Some(Done::This(source.commit.clone(), ack, more, meta));
        }
        self.1.done().map(Done::Other)
    }

    #[inline]
    fn commit(done: Self::Done) {
        match done {
            Done::This(mut commit, ack, more, _) => commit.commit(ack, more),
            Done::Other(done) => Rest::commit(done),
        }
    }
}
