//! The chains of all keys as what stands in a cut.

use core::task::Context;

use super::super::Parts;
use super::ByKeyWaiting;
use crate::checkpoint::in_chains::Chains;
use crate::copies::fresh::Fresh;
use crate::flow::{mailbox::Inlet, outlet::Outlet};
use crate::operators::parts::distinct::Distinct;
use crate::operators::parts::recent::idle::Idle;
use crate::region::Hold;

impl<T, V, K, F, S, C, R, Fut> Hold for ByKeyWaiting<T, V, K, F, S, C, R, Fut>
where
    K: Distinct,
    F: FnMut(&T) -> K,
    C: Fn(&S) -> S,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut,
    Fut: Future<Output = ()>,
{
    type In = T;
    type Out = V;

    #[inline]
    fn has_room(&self) -> bool {
        self.waiting.is_none()
    }

    fn push(&mut self, item: T) -> bool {
        let (full, timed) = (self.full.len(), self.is_timed());
        let key = (self.parts.key)(&item);
        match self.see(&key) {
            Some(place) if !self.chains[place].busy => self.give(place, item),
            _ => {
                self.waiting = Some((key, item));
                self.settle();
            }
        }
        self.full.len() > full || self.is_timed() != timed
    }

    fn pop(&mut self) -> Option<V> {
        if self.full.is_empty() {
            self.go_on();
            self.settle();
        }
        let place = self.full.pop_front()?;
        let chain = &mut self.chains[place];
        chain.full = false;
        let item = chain.ends.as_mut().and_then(|ends| ends.given.take());
        self.taken.push(place);
        item
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let (full, live) = (self.full.len(), self.live());
        // Before it is looked who was woken: who is woken later wakes the task.
        self.woken.register(cx.waker());
        self.go_on();
        let mut woken = self.wakers.take();
        for place in woken.drain(..) {
            self.wakers.reset(place);
            self.poll(place);
        }
        self.wakers.put_back(woken);
        self.forget_idle(cx);
        let admitted = self.settle();
        let over = self.told && live > 0 && self.live() == 0;
        admitted || over || self.full.len() > full
    }

    fn close(&mut self) {
        if let Some(idle) = &mut self.idle {
            idle.clear();
        }
        self.closed = true;
        self.settle();
    }

    fn flush(&mut self) -> bool {
        let held = !self.places.is_empty();
        for place in self.in_order() {
            self.places.clear();
            self.forget(place);
        }
        held
    }

    fn is_resting(&self) -> bool {
        // What is held to the end waits for keys to be idle, where that counts.
        let still = match (self.closed, &self.idle) {
            (false, None) => self.working == 0 && self.leaving.is_empty(),
            _ => return self.is_empty(),
        };
        still && self.waiting.is_none() && self.full.is_empty()
    }

    fn discard(&mut self) {
        self.waiting = None;
        self.full.clear();
        self.taken.clear();
        self.places.clear();
        self.leaving.clear();
        self.chains.clear();
        self.free.clear();
        self.working = 0;
    }

    fn waits_for_time(&self) -> bool {
        let still = self.working == 0 && self.leaving.is_empty();
        still && self.waiting.is_none() && self.full.is_empty()
    }

    fn is_empty(&self) -> bool {
        let still = if self.closed || self.parts.holds {
            self.live() == 0
        } else {
            self.working == 0
        };
        still && self.waiting.is_none() && self.full.is_empty()
    }

    // An item at work waits no more. One more may come in, to wait for its chain.
    fn fill(&self) -> (usize, Option<usize>) {
        (usize::from(self.waiting.is_some()), Some(1))
    }
}

impl<T, V, K, F, S, C, R, Fut> Chains for ByKeyWaiting<T, V, K, F, S, C, R, Fut>
where
    K: Distinct,
    F: FnMut(&T) -> K,
    C: Fn(&S) -> S,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut,
    Fut: Future<Output = ()>,
{
    fn keep_refused(&mut self) {
        self.keeps_refused = true;
    }

    fn refused(&mut self) -> Option<T> {
        self.refused.pop()
    }
}

impl<T, V, K, F, S, C, R, Fut> Fresh for ByKeyWaiting<T, V, K, F, S, C, R, Fut>
where
    K: Distinct,
    F: Clone,
    C: Fn(&S) -> S + Clone,
    R: Clone,
{
    fn fresh(&self) -> Self {
        let Parts {
            key,
            chain,
            copy,
            run,
            holds,
        } = &self.parts;
        let parts = Parts {
            key: key.clone(),
            chain: copy(chain),
            copy: copy.clone(),
            run: run.clone(),
            holds: *holds,
        };
        Self::new(parts, self.idle.as_ref().map(Idle::after), self.capacity)
    }
}
