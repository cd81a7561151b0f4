//! The part common to all windows by the time in the items: they ask for the time of an
//! item, refuse one that is older than the one before it, and hand the others to their
//! [`Kind`].

use std::collections::{VecDeque, vec_deque::Drain};
use std::iter;
use std::marker::PhantomData;

use super::numbers::Numbers;
use super::sorted::Sorted;
use super::time::Time;
use crate::copies::fresh::Fresh;
use crate::unsorted::Unsorted;

/// One kind of windows: tumbling, hopping, sliding, or sessions.
pub trait Kind<T, X: Time, N: Numbers> {
    /// A window, with its span and its key where it has them.
    type Given;

    /// Holds what leaves because of one item.
    type Outs: Outs<Given<T, X, N, Self>>;

    /// Adds an item, which is not older than those before it. Gives the window that ends
    /// with it, where every item ends one.
    fn enter(
        &mut self,
        item: T,
        came: Came<X>,
        out: &mut Self::Outs,
        numbers: &mut N,
    ) -> Ends<T, X, N, Self>;

    /// Ends the input.
    fn end(&mut self, out: &mut Self::Outs, numbers: &mut N);
}

/// An output: a window, or the word that an item is not in order.
pub type Given<T, X, N, W> = <N as Numbers>::Out<Result<<W as Kind<T, X, N>>::Given, Unsorted>>;

/// The window that ends with an item, where every item ends one; else nothing.
pub type Ends<T, X, N, W> = <<W as Kind<T, X, N>>::Outs as Outs<Given<T, X, N, W>>>::Now;

/// Gives what leaves because of an item.
type Leaving<'o, T, X, N, W> = <<W as Kind<T, X, N>>::Outs as Outs<Given<T, X, N, W>>>::Leaving<'o>;

/// Gives what leaves at the end of input.
type Rest<'o, T, X, N, W> = <<W as Kind<T, X, N>>::Outs as Outs<Given<T, X, N, W>>>::Rest<'o>;

/// The time and the number of an item that comes.
#[derive(Clone, Copy)]
pub struct Came<X> {
    pub(super) at: X,
    pub(super) number: u64,
    /// The time of the first item of all.
    pub(super) first: X,
}

/// The outputs because of one item: one thing, which is handed on, or any number, which
/// wait in a queue.
pub trait Outs<O>: Default {
    /// The output that is handed on.
    type Now;

    /// Gives what leaves because of an item.
    // With a name, as what `rest` gives: a flow stands still while something leaves, and rustc
    // could not tell that one of borrowed items is `Send`.
    type Leaving<'o>: Iterator<Item = O>
    where
        Self: 'o;

    /// Gives what leaves at the end of input.
    type Rest<'o>: Iterator<Item = O>
    where
        Self: 'o;

    /// Takes what is the only thing that leaves.
    fn only(&mut self, given: O) -> Self::Now;

    /// Gives what leaves.
    fn leave(&mut self, now: Self::Now) -> Self::Leaving<'_>;

    /// Gives what leaves at the end of input.
    fn rest(&mut self) -> Self::Rest<'_>;
}

/// One thing for every item.
#[derive(Default)]
pub struct AtOnce;

impl<O> Outs<O> for AtOnce {
    type Now = O;
    type Leaving<'o> = iter::Once<O>;
    type Rest<'o> = iter::Empty<O>;

    #[inline]
    fn only(&mut self, given: O) -> O {
        given
    }

    #[inline]
    fn leave(&mut self, now: O) -> iter::Once<O> {
        iter::once(now)
    }

    #[inline]
    fn rest(&mut self) -> iter::Empty<O> {
        iter::empty()
    }
}

/// Any number. Between two items it is empty but for its memory.
impl<O> Outs<O> for VecDeque<O> {
    type Now = ();
    type Leaving<'o>
        = Drain<'o, O>
    where
        O: 'o;
    type Rest<'o>
        = Drain<'o, O>
    where
        O: 'o;

    #[inline]
    fn only(&mut self, given: O) {
        self.push_back(given);
    }

    #[inline]
    fn leave(&mut self, (): ()) -> Drain<'_, O> {
        self.drain(..)
    }

    #[inline]
    fn rest(&mut self) -> Drain<'_, O> {
        self.drain(..)
    }
}

/// Windows of one kind.
pub struct Windows<T, X, F, W, O, N> {
    at: F,
    kind: W,
    sorted: Sorted<X>,
    out: O,
    numbers: N,
    item: PhantomData<fn(T)>,
}

/// Windows of a kind, with the place where what it gives waits.
///
/// (The type of a field is a parameter: see [`Partition`](crate::operators::many::partition::Partition).)
pub type Windowed<T, X, F, W, N> = Windows<T, X, F, W, <W as Kind<T, X, N>>::Outs, N>;

impl<T, X, F, W, N> Windowed<T, X, F, W, N>
where
    X: Time,
    F: FnMut(&T) -> X,
    W: Kind<T, X, N>,
    N: Numbers,
{
    pub(super) fn new(at: F, kind: W) -> Self {
        Self {
            at,
            kind,
            sorted: Sorted::new(),
            out: W::Outs::default(),
            numbers: N::default(),
            item: PhantomData,
        }
    }

    /// Adds one item. Gives the windows that are complete because of it.
    #[inline]
    pub fn push(&mut self, item: T) -> Leaving<'_, T, X, N, W> {
        let at = (self.at)(&item);
        let now = match self.sorted.accept(at) {
            (number, Ok(())) => {
                let first = self.sorted.first.unwrap_or(at);
                let came = Came { at, number, first };
                self.kind
                    .enter(item, came, &mut self.out, &mut self.numbers)
            }
            (number, Err(unsorted)) => self.out.only(N::one(Err(unsorted), number)),
        };
        self.out.leave(now)
    }

    /// Gives the windows that are not complete at the end of input.
    #[inline]
    pub fn finish(&mut self) -> Rest<'_, T, X, N, W> {
        self.kind.end(&mut self.out, &mut self.numbers);
        self.out.rest()
    }

    /// Returns what keeps the numbers of items that stay nowhere.
    #[inline]
    pub fn numbers(&mut self) -> &mut N {
        &mut self.numbers
    }
}

impl<T, X, F, W, N> Fresh for Windowed<T, X, F, W, N>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    W: Kind<T, X, N> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        Self::new(self.at.clone(), self.kind.fresh())
    }
}

/// Writes the constructors of a kind of windows: of all items together and of those of
/// each key, with the items in them or what aggregates make of them.
macro_rules! constructors {
    (
        $(#[$doc:meta])*
        $name:ident($($length:ident),+) -> $given:ty,
        $aggregate:ident -> $known:ty,
        $by:ident -> $given_by:ty,
        $by_aggregate:ident -> $known_by:ty,
        $kind:ident of $items:ident<T> or $summed:ty $(, T: $clone:ident)?
    ) => {
        $(#[$doc])*
        #[inline]
        #[track_caller]
        pub fn $name<N: Numbers, T $(: $clone)?, Q, X: Dated<Q>, F: FnMut(&T) -> X + Fits<M>, M>(
            _: Ty<T, M>,
            _: N,
            $($length: X::Gap,)+
            at: F,
        ) -> (
            When<Q, Windowed<T, X, F, $kind<T, X, Together, $items<T>, N>, N>>,
            Ty<Result<$given, Unsorted>, M>,
        ) {
            let kind = $kind::new($($length,)+ Together, $items::new());
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] of aggregates.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $aggregate<N: Numbers, T, Q, X: Dated<Q>, F: FnMut(&T) -> X + Fits<M>, S: Summary<T>, M>(
            _: Ty<T, M>,
            _: N,
            $($length: X::Gap,)+
            at: F,
            summary: S,
        ) -> (
            When<Q, Windowed<T, X, F, $kind<T, X, Together, $summed, N>, N>>,
            Ty<Result<$known, Unsorted>, M>,
        ) {
            let kind = $kind::new($($length,)+ Together, <$summed>::new(summary));
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] by key.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $by<N, T, Q, X, F, P, K, G, M>(
            _: Ty<T, M>,
            _: N,
            $($length: X::Gap,)+
            at: F,
            by: G,
        ) -> (
            When<P, When<Q, Windowed<T, X, F, $kind<T, X, By<G>, $items<T>, N>, N>>>,
            Ty<Result<$given_by, Unsorted>, M>,
        )
        where
            N: Numbers,
            $(T: $clone,)?
            X: Dated<Q>,
            F: FnMut(&T) -> X + Fits<M>,
            K: KeptKey<P>,
            G: FnMut(&T) -> K + Fits<M>,
        {
            let kind = $kind::new($($length,)+ By(by), $items::new());
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] of aggregates by key.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $by_aggregate<N, T, Q, X, F, P, K, G, S, M>(
            _: Ty<T, M>,
            _: N,
            $($length: X::Gap,)+
            at: F,
            by: G,
            summary: S,
        ) -> (
            When<P, When<Q, Windowed<T, X, F, $kind<T, X, By<G>, $summed, N>, N>>>,
            Ty<Result<$known_by, Unsorted>, M>,
        )
        where
            N: Numbers,
            X: Dated<Q>,
            F: FnMut(&T) -> X + Fits<M>,
            K: KeptKey<P>,
            G: FnMut(&T) -> K + Fits<M>,
            S: Summary<T> + Several,
        {
            let kind = $kind::new($($length,)+ By(by), <$summed>::new(summary));
            (Windows::new(at, kind), Ty::of_mode())
        }
    };
}

pub(super) use constructors;
