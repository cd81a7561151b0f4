//! `via_async`: pieces of flows that await or let time pass.
//!
//! Such a piece is one future, from an inlet to an outlet, and stands in a cut. It takes
//! one item at a time and gives one at a time; one more waits before it.

use core::convert::Infallible;
use core::pin::Pin;
use core::task::Context;
use std::sync::Arc;

use super::by_key_waiting::woken::{Wakers, Woken};
use crate::flow::{
    AsyncPiece,
    arisen::faults,
    mailbox::{Inlet, Mailbox, inlet},
    outlet::{Given, Outlet, outlet},
};
use crate::{
    region::Hold,
    ty::{Fits, Ty, When},
};

/// Passes items through `piece`: a `flow! { <T> -> … }` with an open end that awaits or
/// lets time pass.
///
/// It runs beside the rest of the flow. One item waits before it while it works on
/// another. At the end of input it ends, and what it holds leaves.
// Hidden, so that who asks whether a flow is `Send` need not ask what is in the piece.
#[inline]
pub fn via_async<T, U, P: AsyncPiece<T, Out = U>, M>(
    _: Ty<T, M>,
    piece: P,
) -> (When<U, ViaAsync<T, P, P::Running, U>>, Ty<U, M>)
where
    When<U, P>: Fits<M>, // what is no piece is not asked whether it can be copied
{
    (ViaAsync::new(piece), Ty::of_mode())
}

/// A piece that runs.
pub struct ViaAsync<T, P, R, U> {
    /// The parts that it is made of, until it begins.
    entry: Option<(P, Inlet<T>)>,
    /// `None` before it begins and where it is over. It is not looked at while the future
    /// runs: it may borrow from itself, and a shared reference to it is not allowed then.
    future: Pin<Box<Option<R>>>,
    /// There is a future.
    runs: bool,
    inlet: Mailbox<T, Infallible>,
    outlet: Outlet<U>,
    given: Given<U>,
    /// Something came out that was not taken.
    full: bool,
    /// The item that waits while the piece works on another.
    waiting: Option<T>,
    /// Something was taken out, and the piece has not gone on since.
    taken: bool,
    woken: Arc<Woken>,
    wakers: Wakers,
    /// Nothing more comes in.
    closed: bool,
    /// The piece was told so.
    told: bool,
}

impl<T, P: AsyncPiece<T>> ViaAsync<T, P, P::Running, P::Out> {
    pub(super) fn new(piece: P) -> Self {
        let (mailbox, inlet) = inlet(Ty::new(), &faults());
        let woken = Arc::new(Woken::new());
        let outlet = outlet(Ty::new());
        Self {
            entry: Some((piece, inlet)),
            future: Box::pin(None),
            runs: false,
            inlet: mailbox,
            given: outlet.given(),
            outlet,
            full: false,
            waiting: None,
            taken: false,
            wakers: Wakers::new(&woken),
            woken,
            closed: false,
            told: false,
        }
    }

    /// Returns whether the piece has begun, and ended.
    fn has_ended(&self) -> bool {
        self.entry.is_none() && !self.runs
    }

    /// Lets the piece do what it can.
    fn poll(&mut self) {
        if let Some((piece, inlet)) = self.entry.take() {
            self.future
                .set(Some(piece.start(inlet, self.outlet.clone())));
            self.runs = true;
        }
        self.taken = false;
        if let Some(future) = self.future.as_mut().as_pin_mut() {
            let cx = &mut Context::from_waker(self.wakers.of(0));
            let (polled, full) = self.given.resume_only(|| future.poll(cx));
            self.full = full;
            if polled.is_ready() {
                self.future.set(None);
                self.runs = false;
            }
        }
    }

    /// Does what became possible: `true` where more may come in.
    fn settle(&mut self) -> bool {
        let mut admitted = false;
        loop {
            if !self.inlet.is_at_work()
                && let Some(item) = self.waiting.take()
            {
                // It is dropped where the piece takes no more.
                self.inlet.put(item);
                admitted = true;
            } else if self.closed && !self.told && self.waiting.is_none() {
                self.told = true;
                self.inlet.close();
            } else {
                return admitted;
            }
            self.poll();
        }
    }
}

impl<T, P: AsyncPiece<T>> Hold for ViaAsync<T, P, P::Running, P::Out> {
    type In = T;
    type Out = P::Out;

    #[inline]
    fn has_room(&self) -> bool {
        self.waiting.is_none()
    }

    fn push(&mut self, item: T) -> bool {
        let full = self.full;
        self.waiting = Some(item);
        self.settle();
        self.full && !full
    }

    fn pop(&mut self) -> Option<P::Out> {
        if self.taken {
            self.poll();
            self.settle();
        }
        let item = self.given.take();
        self.full = false;
        self.taken = item.is_some();
        item
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let (full, over) = (self.full, self.has_ended());
        // Before it is looked who was woken: who is woken later wakes the task.
        self.woken.register(cx.waker());
        let mut woken = self.wakers.take();
        let is_woken = !woken.is_empty();
        woken.clear();
        self.wakers.put_back(woken);
        if is_woken {
            self.wakers.reset(0);
        }
        if is_woken || self.taken || self.entry.is_some() {
            self.poll();
        }
        let admitted = self.settle();
        admitted || self.full != full || self.has_ended() != over
    }

    fn close(&mut self) {
        self.closed = true;
        self.settle();
    }

    fn discard(&mut self) {
        self.entry = None;
        self.future.set(None);
        self.runs = false;
        self.waiting = None;
        self.taken = false;
        self.full = false;
        drop(self.given.take());
    }

    fn is_empty(&self) -> bool {
        let still = if self.closed {
            self.has_ended()
        } else {
            !self.inlet.is_at_work() && !self.given.is_under_way()
        };
        still && !self.full && self.waiting.is_none()
    }

    fn takes_more(&self) -> bool {
        !self.inlet.is_closed()
    }

    fn is_over(&self) -> bool {
        self.has_ended() && !self.full
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (usize::from(self.waiting.is_some()), Some(1))
    }
}

/// Chains are copied before anything in them begins.
impl<T, P: AsyncPiece<T> + Clone> Clone for ViaAsync<T, P, P::Running, P::Out> {
    fn clone(&self) -> Self {
        let Some((piece, _)) = &self.entry else {
            unreachable!("copies are made of what has not begun")
        };
        Self::new(piece.clone())
    }
}
