//! A synchronous flow with an inlet and an open end: an operator.
//!
//! As of a [`LazyFlow`](super::LazyFlow) there are two kinds: where an item means at
//! most one that leaves, it is carried through at once; else each item, and the end of
//! input, is worked on by a coroutine.

mod ending;

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    collections::VecDeque,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use self::ending::Lends;
use super::lazy::Pulled;
use crate::region::{Giver, Taker, handed};
use crate::{operator::Operator, ty::Ty};

/// A reusable piece of a flow, made by `flow! { <T> -> … }` with an open end.
///
/// It stands in another flow as `-> via(piece)`; [`push`](PieceFlow::push) feeds
/// it by hand.
///
/// ```
/// use flow_runtime::flow;
///
/// let mut counts = flow! { <u64> -> flat_map(|n| n..) };
/// assert_eq!(counts.push(3).take(2).collect::<Vec<_>>(), [3, 4]);
/// ```
///
/// It is `Clone` when what it holds is: its functions, and the items in its batches and
/// windows. A clone holds the same, and each goes on by itself. So a piece may stand in
/// `by_key { }`, and between `scatter` and `gather` where it is `Send`.
///
/// ```
/// use flow_runtime::flow;
///
/// let mut pairs = flow! { <u64> -> partition(2) };
/// assert!(pairs.push(1).next().is_none());
/// let mut others = pairs.clone();
/// assert_eq!(pairs.push(2).next().unwrap(), [1, 2]);
/// assert_eq!(others.push(3).next().unwrap(), [1, 3]);
/// ```
///
/// # Panics
///
/// `clone` panics in the midst of an item: while something that left the piece has not
/// been taken out of what [`push`](Self::push) gave. An item that is worked on is not
/// copied.
#[must_use = "nothing runs until something is pushed"]
pub struct PieceFlow<W, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: W,
    /// Says whether something in it may hold items.
    holds: bool,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([W, O] PieceFlow<W, O>);
observed!([W] PieceFlow<W>: work, holds);

impl<W> PieceFlow<W> {
    #[inline]
    fn of(work: W) -> Self {
        Self {
            graph: &NONE,
            work,
            holds: true,
            observed: (),
        }
    }
}

impl<W, O> PieceFlow<W, O> {
    /// The same piece, in which nothing holds items.
    #[doc(hidden)]
    #[inline]
    pub fn holding_nothing(mut self) -> Self {
        self.holds = false;
        self
    }
}

impl<W: Clone, O: Clone> Clone for PieceFlow<W, O> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self {
            graph: self.graph,
            work: self.work.clone(),
            holds: self.holds,
            observed: self.observed.clone(),
        }
    }
}

/// The clone of a piece in the midst of an item.
#[cold]
#[track_caller]
fn in_the_midst() -> ! {
    panic!(
        "a piece of a flow is cloned in the midst of an item: \
         first take all that `push` gives, `for x in piece.push(item)`"
    )
}

impl<W: Pushed, O> PieceFlow<W, O> {
    /// Takes one item and gives what leaves because of it, as far as it is asked for.
    /// What is not taken comes first at the next push.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let mut evens = flow! { <u64> -> filter(|n| n % 2 == 0) };
    /// assert_eq!(evens.push(1).count(), 0);
    /// assert_eq!(evens.push(2).collect::<Vec<_>>(), [2]);
    /// ```
    #[inline]
    pub fn push(&mut self, item: W::Pushed) -> Leaving<'_, W> {
        self.work.push(Some(item));
        Leaving(&mut self.work)
    }

    /// Gives what is held at the end of input.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let mut pairs = flow! { <u64> -> partition(2) -> map(|pair| pair.len()) };
    /// assert_eq!(pairs.push(1).count(), 0);
    /// assert_eq!(pairs.finish().collect::<Vec<_>>(), [1]);
    /// ```
    #[inline]
    pub fn finish(&mut self) -> Leaving<'_, W> {
        self.work.push(None);
        Leaving(&mut self.work)
    }
}

/// The items that leave a [`PieceFlow`], in order.
///
/// ```
/// use flow_runtime::{flow, running::Leaving};
///
/// let mut piece = flow! { <u8> -> flat_map(|n| [n, n]) };
/// let mut leaving: Leaving<'_, _> = piece.push(3);
/// assert_eq!(leaving.next(), Some(3));
/// ```
#[must_use = "items leave when they are asked for"]
pub struct Leaving<'a, W>(&'a mut W);

impl<W: Pulled> Iterator for Leaving<'_, W> {
    type Item = W::Item;

    #[inline]
    fn next(&mut self) -> Option<W::Item> {
        self.0.pull()
    }
}

// What leaves is named, so that flows around a piece may be `Send`.
#[allow(refining_impl_trait)]
impl<W: Pushed, O> Operator<W::Pushed> for PieceFlow<W, O> {
    type Out = W::Item;

    #[inline]
    fn push(&mut self, item: W::Pushed) -> Leaving<'_, W> {
        Self::push(self, item)
    }

    #[inline]
    fn holds(&self) -> bool {
        self.holds
    }

    #[inline]
    fn finish(&mut self) -> Leaving<'_, W> {
        Self::finish(self)
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.work.is_over()
    }

    fn __put(&mut self, item: Option<W::Pushed>, _: &mut VecDeque<W::Item>) {
        self.work.push(item);
    }

    fn __pull(&mut self) -> Option<W::Item> {
        self.work.pull()
    }
}

/// Implemented by what takes items, and runs until one leaves.
pub trait Pushed: Pulled {
    /// The type of what it takes.
    type Pushed;

    /// Takes one item; `None` is the end of input.
    fn push(&mut self, item: Option<Self::Pushed>);

    /// Returns whether nothing in it takes more.
    fn is_over(&self) -> bool {
        false
    }
}

/// A piece in which at most one item leaves for each that enters.
pub struct Steps<T, U, State, Step> {
    state: State,
    out: Option<U>,
    /// Holds what left before `out`, and was not taken.
    earlier: VecDeque<U>,
    /// Carries one item through, or ends the input.
    step: Step,
    items: PhantomData<fn(T)>,
}

impl<T, U, State, Step> PieceFlow<Steps<T, U, State, Step>>
where
    Step: FnMut(&mut State, &mut Option<U>, Option<T>),
{
    /// A piece that does `step` with every item, and with `None` at the end of input.
    #[doc(hidden)]
    #[inline]
    pub fn by_steps(_: Ty<T>, _: Ty<U>, state: State, step: Step) -> Self {
        Self::of(Steps {
            state,
            out: None,
            earlier: VecDeque::new(),
            step,
            items: PhantomData,
        })
    }
}

impl<T, U, State: Clone, Step: Clone> Clone for Steps<T, U, State, Step> {
    #[track_caller]
    fn clone(&self) -> Self {
        if self.out.is_some() || !self.earlier.is_empty() {
            in_the_midst();
        }
        Self {
            state: self.state.clone(),
            out: None,
            earlier: VecDeque::new(),
            step: self.step.clone(),
            items: PhantomData,
        }
    }
}

impl<T, U, State, Step> Lends for Steps<T, U, State, Step> {
    type State = State;

    #[inline]
    fn state(&self) -> Option<&State> {
        Some(&self.state)
    }
}

impl<T, U, State, Step> Pulled for Steps<T, U, State, Step> {
    type Item = U;

    #[inline]
    fn pull(&mut self) -> Option<U> {
        if !self.earlier.is_empty() {
            return self.earlier.pop_front();
        }
        self.out.take()
    }
}

impl<T, U, State, Step> Pushed for Steps<T, U, State, Step>
where
    Step: FnMut(&mut State, &mut Option<U>, Option<T>),
{
    type Pushed = T;

    #[inline]
    fn push(&mut self, item: Option<T>) {
        if self.out.is_some() {
            self.earlier.extend(self.out.take());
        }
        (self.step)(&mut self.state, &mut self.out, item);
    }
}

/// The type of what a coroutine works with. It goes from the piece to the coroutine of an item and
/// back, so the coroutine is all that an item in its midst leaves behind.
type Lent<U, State> = Box<(Giver<U>, State)>;

/// A piece that works on every item in a coroutine.
pub struct Coroutines<T, U, State, Step, F> {
    out: Taker<U>,
    /// Gone while a coroutine has it.
    lent: Option<Lent<U, State>>,
    step: Step,
    /// Holds what works on the item in its midst. Boxed once: coroutines take turns there.
    work: Pin<Box<Option<F>>>,
    /// Holds what was pushed and not begun.
    waiting: VecDeque<Option<T>>,
}

impl<T, U, State, Step, F> PieceFlow<Coroutines<T, U, State, Step, F>>
where
    Step: FnMut(Lent<U, State>, Option<T>) -> F,
    F: Future<Output = Lent<U, State>>,
{
    /// A piece that works on every item, and on `None` at the end of input, in what
    /// `step` gives. That hands what leaves to the giver, and awaits nothing else.
    #[doc(hidden)]
    #[inline]
    pub fn coroutines(_: Ty<T>, _: Ty<U>, state: State, step: Step) -> Self {
        let (giver, out) = handed();
        Self::of(Coroutines {
            out,
            lent: Some(Box::new((giver, state))),
            step,
            work: Box::pin(None),
            waiting: VecDeque::new(),
        })
    }
}

impl<T, U, State: Clone, Step: Clone, F> Clone for Coroutines<T, U, State, Step, F> {
    #[track_caller]
    fn clone(&self) -> Self {
        let Some(lent) = &self.lent else {
            in_the_midst();
        };
        let (giver, out) = handed();
        Self {
            out,
            lent: Some(Box::new((giver, lent.1.clone()))),
            step: self.step.clone(),
            work: Box::pin(None),
            // Nothing waits where nothing is worked on.
            waiting: VecDeque::new(),
        }
    }
}

impl<T, U, State, Step, F> Lends for Coroutines<T, U, State, Step, F> {
    type State = State;

    #[inline]
    fn state(&self) -> Option<&State> {
        self.lent.as_ref().map(|lent| &lent.1)
    }
}

impl<T, U, State, Step, F> Pulled for Coroutines<T, U, State, Step, F>
where
    Step: FnMut(Lent<U, State>, Option<T>) -> F,
    F: Future<Output = Lent<U, State>>,
{
    type Item = U;

    #[inline]
    fn pull(&mut self) -> Option<U> {
        loop {
            if let Some(work) = self.work.as_mut().as_pin_mut() {
                let cx = &mut Context::from_waker(Waker::noop());
                let (polled, item) = self.out.resume(|| work.poll(cx));
                let Poll::Ready(lent) = polled else {
                    return item;
                };
                self.lent = Some(lent);
                self.work.set(None);
            }
            let item = self.waiting.pop_front()?;
            self.push(item);
        }
    }
}

impl<T, U, State, Step, F> Pushed for Coroutines<T, U, State, Step, F>
where
    Step: FnMut(Lent<U, State>, Option<T>) -> F,
    F: Future<Output = Lent<U, State>>,
{
    type Pushed = T;

    #[inline]
    fn push(&mut self, item: Option<T>) {
        match self.lent.take() {
            // Nothing runs yet.
            Some(lent) => self.work.set(Some((self.step)(lent, item))),
            None => self.waiting.push_back(item),
        }
    }
}
