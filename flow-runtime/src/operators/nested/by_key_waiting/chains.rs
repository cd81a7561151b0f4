//! The chains, and the cut that they stand in.

use core::convert::Infallible;
use core::pin::Pin;
use core::task::Context;
use std::{collections::HashMap, collections::VecDeque, sync::Arc};
use std::{mem, time::Duration};

use foldhash::fast::RandomState;
use tokio::time::Instant;

mod hold;

use super::Parts;
use super::woken::{Wakers, Woken};
use crate::flow::{
    arisen::faults,
    mailbox::{Inlet, Mailbox, inlet},
    outlet::{Given, Outlet, outlet},
};
use crate::operators::parts::distinct::Distinct;
use crate::operators::parts::recent::{
    Recent,
    idle::{Idle, Sighted},
};
use crate::ty::Ty;

/// The chains of all keys.
pub struct ByKeyWaiting<T, V, K, F, S, C, R, Fut> {
    parts: Parts<F, S, C, R>,
    idle: Option<Idle>,
    capacity: Option<usize>,
    /// The chains of keys that are not being forgotten.
    places: Recent<Arc<K>, At>,
    /// Says where the chains of keys are that are being forgotten.
    leaving: HashMap<Arc<K>, usize, RandomState>,
    chains: Vec<Place<T, V, K, Fut>>,
    /// The places without a chain.
    free: Vec<usize>,
    /// Says how many chains were begun.
    begun: u64,
    /// Says how many chains work on something.
    working: usize,
    /// The item that waits for its chain, and its key.
    waiting: Option<(K, T)>,
    /// The chains out of which something came, the first first.
    full: VecDeque<usize>,
    /// The chains out of which something was taken.
    taken: Vec<usize>,
    woken: Arc<Woken>,
    wakers: Wakers,
    /// Nothing more comes in.
    closed: bool,
    /// All chains were told so.
    told: bool,
    /// It keeps what a chain takes no more, which else is dropped.
    keeps_refused: bool,
    refused: Vec<T>,
}

/// The place of the chain of a key.
struct At {
    place: usize,
    /// The time at which the key was last seen, if that counts.
    sight: Option<Instant>,
}

impl Sighted for At {
    fn sight(&self) -> Instant {
        self.sight.expect("keys that may be idle are timed")
    }
}

/// A place for the chain of a key.
struct Place<T, V, K, Fut> {
    /// `None` where the chain is over, or no chain is here. It is not looked at
    /// while the future runs: it may borrow from itself, and a shared reference to it
    /// is not allowed then.
    future: Pin<Box<Option<Fut>>>,
    /// There is a future.
    runs: bool,
    /// `None` where no chain is here.
    ends: Option<Ends<T, V, K>>,
    /// It takes no item yet: it works on the last one.
    busy: bool,
    /// It works on something.
    works: bool,
    /// It has items that leave no sooner when it is told to end: its key is not idle.
    at_work: bool,
    /// Something came out that was not taken.
    full: bool,
}

/// Holds what a chain is reached by.
struct Ends<T, V, K> {
    key: Arc<K>,
    /// Its place in the order in which chains were begun.
    number: u64,
    inlet: Mailbox<T, Infallible>,
    given: Given<V>,
    /// It was told that nothing more comes.
    closed: bool,
}

impl<T, V, K, F, S, C, R, Fut> ByKeyWaiting<T, V, K, F, S, C, R, Fut>
where
    K: Distinct,
{
    #[track_caller]
    pub(in super::super) fn new(
        parts: Parts<F, S, C, R>,
        idle: Option<Duration>,
        capacity: Option<usize>,
    ) -> Self {
        assert!(
            capacity != Some(0),
            "`by_key(capacity = n)`: `n` must be at least 1"
        );
        let woken = Arc::new(Woken::new());
        Self {
            parts,
            idle: idle.map(Idle::new),
            capacity,
            places: Recent::new(),
            leaving: HashMap::default(),
            chains: Vec::new(),
            free: Vec::new(),
            begun: 0,
            working: 0,
            waiting: None,
            full: VecDeque::new(),
            taken: Vec::new(),
            wakers: Wakers::new(&woken),
            woken,
            closed: false,
            told: false,
            keeps_refused: false,
            refused: Vec::new(),
        }
    }
}

impl<T, V, K, F, S, C, R, Fut> ByKeyWaiting<T, V, K, F, S, C, R, Fut>
where
    K: Distinct,
    C: Fn(&S) -> S,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut,
    Fut: Future<Output = ()>,
{
    /// Returns how many chains there are.
    fn live(&self) -> usize {
        self.chains.len() - self.free.len()
    }

    /// Notes that a key is seen: that an item of it came, or that its chain has no more to do.
    /// Gives the place of its chain.
    #[inline]
    fn see(&mut self, key: &K) -> Option<usize> {
        let at = self.places.see(key).ok()?;
        at.sight = self.idle.as_mut().map(Idle::sight);
        Some(at.place)
    }

    /// Returns whether keys are timed.
    fn is_timed(&self) -> bool {
        self.idle.as_ref().is_some_and(Idle::is_set)
    }

    /// Lets the item that waits into its chain, where that is possible now.
    fn admit(&mut self) {
        let Some((key, item)) = self.waiting.take() else {
            return;
        };
        let place = match self.places.peek(&key).map(|at| at.place) {
            Some(place) if self.chains[place].busy => None,
            Some(place) => Some(place),
            // It begins anew, when what it held has left.
            None if self.leaving.contains_key(&key) => None,
            None if self.makes_room() => {
                let place = self.begin(Arc::new(key));
                self.give(place, item);
                return;
            }
            None => None,
        };
        match place {
            Some(place) => self.give(place, item),
            None => self.waiting = Some((key, item)),
        }
    }

    /// Returns whether there may be one more chain. Where not, one is told to end.
    fn makes_room(&mut self) -> bool {
        let full = |chains: &Self| chains.capacity.is_some_and(|n| chains.live() >= n);
        if full(self)
            && self.leaving.is_empty()
            && let Some((_, At { place, .. })) = self.places.forget_oldest()
        {
            self.forget(place);
        }
        !full(self)
    }

    /// Begins the chain of a key.
    fn begin(&mut self, key: Arc<K>) -> usize {
        let place = self.free.pop().unwrap_or_else(|| {
            self.chains.push(Place {
                future: Box::pin(None),
                runs: false,
                ends: None,
                busy: false,
                works: false,
                at_work: false,
                full: false,
            });
            self.chains.len() - 1
        });
        self.begun += 1;
        let (mailbox, inlet) = inlet(Ty::new(), &faults());
        let outlet = outlet(Ty::new());
        let chain = (self.parts.copy)(&self.parts.chain);
        let given = outlet.given();
        let future = (self.parts.run)(chain, inlet, outlet);
        let chain = &mut self.chains[place];
        chain.future.set(Some(future));
        chain.runs = true;
        chain.ends = Some(Ends {
            key: Arc::clone(&key),
            number: self.begun,
            inlet: mailbox,
            given,
            closed: false,
        });
        self.add(key, place);
        place
    }

    /// Notes where the chain of a key is, which is seen now.
    fn add(&mut self, key: Arc<K>, place: usize) {
        let sight = self.idle.as_mut().map(Idle::sight);
        if let Err(unseen) = self.places.see(&*key) {
            self.places.add(unseen, key, At { place, sight });
        }
    }

    /// Lets a chain go on with an item.
    #[inline]
    fn give(&mut self, place: usize, item: T) {
        if self.chains[place].ends.is_some() {
            self.poll_with(place, Some(item));
        }
    }

    /// Ends a chain, and with it what is known of its key, which is no longer in
    /// `places`.
    fn forget(&mut self, place: usize) {
        if let Some(ends) = &self.chains[place].ends {
            self.leaving.insert(Arc::clone(&ends.key), place);
        }
        self.end(place);
    }

    /// Tells a chain that nothing more comes.
    fn end(&mut self, place: usize) {
        if let Some(ends) = &mut self.chains[place].ends {
            ends.closed = true;
            ends.inlet.close();
        }
        self.poll(place);
    }

    /// Lets a chain do what it can.
    fn poll(&mut self, place: usize) {
        self.poll_with(place, None);
    }

    /// Lets a chain do what it can, with one more item where one is given. What it takes
    /// no more is dropped, or kept.
    fn poll_with(&mut self, place: usize, item: Option<T>) {
        // A waker may be used late.
        let Some(chain) = self.chains.get_mut(place) else {
            return;
        };
        let Some(ends) = &mut chain.ends else {
            return;
        };
        let (inlet, given) = (&ends.inlet, &mut ends.given);
        let mut refused = item.and_then(|item| inlet.offer(item).err());
        let (over, full) = given.resume_only(|| {
            let over = chain.future.as_mut().as_pin_mut().is_some_and(|future| {
                let cx = &mut Context::from_waker(self.wakers.of(place));
                future.poll(cx).is_ready()
            });
            // It is dropped, and with it its end of the inlet.
            if over {
                chain.future.set(None);
            }
            over
        });
        if over {
            // It may have ended behind an item that it did not take.
            refused = refused.or(inlet.untaken());
        }
        let busy = inlet.is_at_work();
        chain.runs &= !over;
        chain.busy = busy;
        self.refused.extend(refused.filter(|_| self.keeps_refused));
        let under_way = ends.given.is_under_way();
        let works = chain.busy || (chain.runs && under_way);
        self.working = self.working + usize::from(works) - usize::from(chain.works);
        chain.works = works;
        let was_at_work = chain.at_work;
        chain.at_work = chain.busy || (chain.runs && ends.given.is_at_work());
        let ceased = was_at_work && !chain.at_work && self.idle.is_some() && !self.closed;
        let key = ceased.then(|| Arc::clone(&ends.key));
        if !chain.full && full {
            chain.full = true;
            self.full.push_back(place);
        }
        if ends.closed && !chain.full && !chain.runs {
            self.leave(place);
        }
        if let Some(key) = key {
            self.see(&key);
        }
    }

    /// Forgets a chain that is over, and makes room for another.
    #[cold]
    fn leave(&mut self, place: usize) {
        if let Some(ends) = self.chains[place].ends.take() {
            self.leaving.remove(&*ends.key);
            self.places.forget(&*ends.key);
            self.free.push(place);
        }
    }

    /// Lets those go on out of which something was taken.
    fn go_on(&mut self) {
        let mut taken = mem::take(&mut self.taken);
        for place in taken.drain(..) {
            self.poll(place);
        }
        self.taken = taken;
    }

    /// Returns the places of all chains, in the order in which they were begun.
    fn in_order(&self) -> Vec<usize> {
        let number = |chain: &Place<T, V, K, Fut>| Some(chain.ends.as_ref()?.number);
        let all = self.chains.iter().enumerate();
        let mut all: Vec<(u64, usize)> = all
            .filter_map(|(place, chain)| Some((number(chain)?, place)))
            .collect();
        all.sort_unstable();
        all.into_iter().map(|(_, place)| place).collect()
    }

    /// Does what became possible: `true` where more may come in.
    #[inline]
    fn settle(&mut self) -> bool {
        let waited = self.waiting.is_some();
        if waited {
            self.admit();
        }
        let admitted = waited && self.waiting.is_none();
        if self.closed && !self.told && self.waiting.is_none() {
            self.told = true;
            for place in self.in_order() {
                self.end(place);
            }
        }
        admitted
    }

    /// Ends the chains of keys that are idle.
    fn forget_idle(&mut self, cx: &mut Context<'_>) {
        while let Some(now) = self.idle.as_mut().and_then(|idle| idle.poll(cx)) {
            // Each is looked at once: one that is at work is seen by that.
            for _ in 0..self.live() {
                let Some((key, At { place, .. })) = self.next_idle(now) else {
                    break;
                };
                if self.chains[place].at_work {
                    self.add(key, place);
                } else {
                    self.forget(place);
                }
            }
        }
    }

    fn next_idle(&mut self, now: Instant) -> Option<(Arc<K>, At)> {
        self.idle.as_mut()?.forget(now, &mut self.places)
    }
}
