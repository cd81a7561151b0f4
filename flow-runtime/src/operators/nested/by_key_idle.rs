//! `by_key(idle = d)`: keys that are forgotten when they were not seen for a
//! while.
//!
//! Before the chains stands a cut, which knows when each key was last seen. It
//! passes every item on together with its key, and says which keys are idle.

use core::task::Context;
use std::{collections::VecDeque, num::NonZeroUsize, time::Duration};

use tokio::time::Instant;

use super::by_key::Chains;
use super::by_key_recent::{ByKeyRecent, Turn, Turns};
use crate::copies::fresh::Fresh;
use crate::operators::parts::distinct::{Distinct, KeptKey};
use crate::operators::parts::recent::{
    Recent,
    idle::{Idle, Sighted},
};
use crate::{
    region::Hold,
    ty::{Fits, Ty, When, apart::Apart},
};

/// [`by_key`](super::by_key::by_key) with `idle = d`: the chain of a key that is
/// not seen for `d` is flushed, and forgotten. `capacity = n` bounds how many
/// there are besides.
///
/// An item and what became idle before it wait to be taken, no more.
///
/// # Panics
///
/// Where `capacity` is 0, and at the first item where no tokio runtime with time
/// is there.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_idle<
    T,
    U,
    A,
    P,
    K: KeptKey<P> + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    S,
    M,
    N,
>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    f: F,
    idle: Duration,
    capacity: Option<usize>,
    chain: S,
    copy: fn(&S) -> S,
) -> (
    When<A, When<P, Sights<T, K, F>>>,
    When<A, When<P, ByKeyIdle<T, K, S>>>,
    Ty<U, M>,
) {
    assert!(
        capacity != Some(0),
        "`by_key(capacity = n)`: `n` must be at least 1"
    );
    let capacity = capacity.and_then(NonZeroUsize::new);
    let keys = ByKeyIdle(ByKeyRecent::with((), capacity, chain, copy));
    (Sights::new(f, idle), keys, Ty::of_mode())
}

/// Says what happens to a key.
pub enum Event<T, K> {
    /// An item of it came.
    Item(K, T),
    /// It is to be forgotten.
    Forget(K),
}

/// The time at which each key was last seen.
pub struct Sights<T, K, F> {
    key: F,
    idle: Idle,
    /// The last sight of each key.
    sights: Recent<K, Instant>,
    ready: VecDeque<Event<T, K>>,
}

impl Sighted for Instant {
    #[inline]
    fn sight(&self) -> Instant {
        *self
    }
}

impl<T, K, F> Sights<T, K, F> {
    fn new(key: F, after: Duration) -> Self {
        Self {
            key,
            idle: Idle::new(after),
            sights: Recent::new(),
            ready: VecDeque::new(),
        }
    }
}

impl<T, K, F: Clone> Fresh for Sights<T, K, F> {
    fn fresh(&self) -> Self {
        Self::new(self.key.clone(), self.idle.after())
    }
}

impl<T, K: Distinct + Clone, F: FnMut(&T) -> K> Hold for Sights<T, K, F> {
    type In = T;
    type Out = Event<T, K>;

    #[inline]
    fn has_room(&self) -> bool {
        self.ready.is_empty()
    }

    fn push(&mut self, item: T) -> bool {
        let key = (self.key)(&item);
        let now = self.idle.sight();
        match self.sights.see(&key) {
            // A key that is idle at this very moment is seen in time.
            Ok(sight) => *sight = now,
            Err(unseen) => {
                self.sights.add(unseen, key.clone(), now);
            }
        }
        self.ready.push_back(Event::Item(key, item));
        true
    }

    #[inline]
    fn pop(&mut self) -> Option<Event<T, K>> {
        self.ready.pop_front()
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let before = self.ready.len();
        while let Some(now) = self.idle.poll(cx) {
            while let Some((key, _)) = self.idle.forget(now, &mut self.sights) {
                self.ready.push_back(Event::Forget(key));
            }
        }
        self.ready.len() > before
    }

    fn close(&mut self) {
        self.idle.clear();
        let forget = |(key, _)| Event::Forget(key);
        self.ready.extend(self.sights.drain().map(forget));
    }

    fn waits_for_time(&self) -> bool {
        self.ready.is_empty()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.sights.is_empty()
    }

    // Keys that are not idle yet are no items.
    fn fill(&self) -> (usize, Option<usize>) {
        let items = self.ready.iter();
        let items = items.filter(|event| matches!(event, Event::Item(..)));
        (items.count(), Some(1))
    }
}

/// The chains of the keys that are not idle.
pub struct ByKeyIdle<T, K, S>(ByKeyRecent<T, K, (), S>);

impl<T, K: Distinct, S> Fresh for ByKeyIdle<T, K, S> {
    fn fresh(&self) -> Self {
        Self(self.0.fresh())
    }
}

impl<T, K: Distinct, S> Turns<Event<T, K>> for ByKeyIdle<T, K, S> {
    type Item = T;

    #[inline]
    fn enter(&mut self, event: Event<T, K>) {
        match event {
            Event::Item(key, item) => self.0.enter_under(key, item),
            Event::Forget(key) => self.0.forget(&key),
        }
    }

    #[inline]
    fn turn(&mut self) -> Option<Turn<'_, T, S>> {
        self.0.next()
    }
}

impl<T, K: Distinct, S> Chains for ByKeyIdle<T, K, S> {
    type Chain = S;

    fn end(&mut self) -> Option<&mut S> {
        self.0.end()
    }
}
