//! The part common to all windows by the time in the items: they ask for the time of an
//! item, refuse one that is older than the one before it, and hand the others to their
//! [`Kind`].

use std::collections::VecDeque;
use std::iter;
use std::marker::PhantomData;

use super::sorted::Sorted;
use super::time::Time;
use crate::checkpoint::marks::{Mark, Marks, Plain};
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::leaving;
use crate::unsorted::Unsorted;

/// One kind of windows: tumbling, hopping, sliding, or sessions.
pub trait Kind<T, X: Time, J: Mark> {
    /// A window, with its span and its key where it has them.
    type Given;

    /// Holds what leaves because of one item.
    type Outs: Outs<Given<T, X, J, Self>>;

    /// Adds an item, which is not older than those before it. Gives the window that ends
    /// with it, where every item ends one.
    fn enter<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        came: Came<X>,
        out: &mut Self::Outs,
        marks: &M,
    ) -> Ends<T, X, J, Self>;

    /// Ends the input.
    fn end<M: Marks<Mark = J>>(&mut self, out: &mut Self::Outs, marks: &M);
}

/// An output: a window, or the word that an item is not in order.
pub type Given<T, X, J, W> = <J as Mark>::With<Result<<W as Kind<T, X, J>>::Given, Unsorted>>;

/// The window that ends with an item, where every item ends one; else nothing.
pub type Ends<T, X, J, W> = <<W as Kind<T, X, J>>::Outs as Outs<Given<T, X, J, W>>>::Now;

/// Gives what leaves because of an item.
type Leaving<'o, T, X, J, W> = <<W as Kind<T, X, J>>::Outs as Outs<Given<T, X, J, W>>>::Leaving<'o>;

/// Gives what leaves at the end of input.
type Rest<'o, T, X, J, W> = <<W as Kind<T, X, J>>::Outs as Outs<Given<T, X, J, W>>>::Rest<'o>;

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
        = leaving::Leaving<'o, O>
    where
        O: 'o;
    type Rest<'o>
        = leaving::Leaving<'o, O>
    where
        O: 'o;

    #[inline]
    fn only(&mut self, given: O) {
        self.push_back(given);
    }

    #[inline]
    fn leave(&mut self, (): ()) -> leaving::Leaving<'_, O> {
        leaving::Leaving(self)
    }

    #[inline]
    fn rest(&mut self) -> leaving::Leaving<'_, O> {
        leaving::Leaving(self)
    }
}

/// Windows of one kind.
pub struct Windows<T, X, F, W, O, J> {
    at: F,
    kind: W,
    sorted: Sorted<X>,
    out: O,
    item: PhantomData<fn(T, J)>,
}

/// Windows of a kind, with the place where what it gives waits.
///
/// (The type of a field is a parameter: see [`Partition`](crate::operators::many::partition::Partition).)
pub type Windowed<T, X, F, W, J> = Windows<T, X, F, W, <W as Kind<T, X, J>>::Outs, J>;

impl<T, X, F, W, J> Windowed<T, X, F, W, J>
where
    X: Time,
    F: FnMut(&T) -> X,
    W: Kind<T, X, J>,
    J: Mark,
{
    pub(super) fn new(at: F, kind: W) -> Self {
        Self {
            at,
            kind,
            sorted: Sorted::new(),
            out: W::Outs::default(),
            item: PhantomData,
        }
    }

    /// Adds one item. Gives the windows that are complete because of it.
    #[inline]
    pub fn put<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        marks: &M,
    ) -> Leaving<'_, T, X, J, W> {
        let at = (self.at)(&item);
        let now = match self.sorted.accept(at) {
            (number, Ok(())) => {
                let first = self.sorted.first.unwrap_or(at);
                let came = Came { at, number, first };
                self.kind.enter(item, mark, came, &mut self.out, marks)
            }
            (_, Err(unsorted)) => self.out.only(mark.with(Err(unsorted))),
        };
        self.out.leave(now)
    }

    /// Returns how many windows it gives at the end of input, at most: that of no item is none.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        self.sorted.first.map_or(0, |_| usize::MAX)
    }

    /// Gives the windows that are not complete at the end of input.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(&mut self, marks: &M) -> Rest<'_, T, X, J, W> {
        self.kind.end(&mut self.out, marks);
        self.out.rest()
    }
}

impl<T, X, F, W> Windowed<T, X, F, W, Plain>
where
    X: Time,
    F: FnMut(&T) -> X,
    W: Kind<T, X, Plain>,
{
    /// Adds one item. Gives the windows that are complete because of it.
    #[inline]
    pub fn push(&mut self, item: T) -> Leaving<'_, T, X, Plain, W> {
        self.put(item, Plain, &Plain)
    }

    /// Gives the windows that are not complete at the end of input.
    #[inline]
    pub fn finish(&mut self) -> Rest<'_, T, X, Plain, W> {
        self.end(&Plain)
    }
}

impl<T, X, F, W, J> Fresh for Windowed<T, X, F, W, J>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    W: Kind<T, X, J> + Fresh,
    J: Mark,
{
    fn fresh(&self) -> Self {
        Self::new(self.at.clone(), self.kind.fresh())
    }
}

/// Between two items nothing is on its way out.
impl<T, X: Copy, F: Clone, W: Twin, O: Default> Twin for Windows<T, X, F, W, O, Plain> {
    fn twin(&self) -> Self {
        Self {
            at: self.at.clone(),
            kind: self.kind.twin(),
            sorted: self.sorted,
            out: O::default(),
            item: PhantomData,
        }
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
        pub fn $name<J: Mark, T $(: $clone)?, D, Q, X: Dated<D, Q>, F: FnMut(&T) -> X + Fits<M>, M>(
            _: Ty<T, M>,
            _: J,
            $($length: D,)+
            at: F,
        ) -> (
            When<Q, Windowed<T, X, F, $kind<T, X, Together, $items<T>, J>, J>>,
            Ty<Result<$given, Unsorted>, M>,
        ) {
            let kind = $kind::new($(X::gap($length),)+ Together, $items::new());
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] of aggregates.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $aggregate<J: Mark, T, D, Q, X: Dated<D, Q>, F: FnMut(&T) -> X + Fits<M>, S: Summary<T>, M>(
            _: Ty<T, M>,
            _: J,
            $($length: D,)+
            at: F,
            summary: S,
        ) -> (
            When<Q, Windowed<T, X, F, $kind<T, X, Together, $summed, J>, J>>,
            Ty<Result<$known, Unsorted>, M>,
        ) {
            let kind = $kind::new($(X::gap($length),)+ Together, <$summed>::new(summary));
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] by key.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $by<J, T, D, Q, X, F, A, P, K, G, M>(
            _: Ty<T, M>,
            _: J,
            $($length: D,)+
            at: F,
            by: G,
        ) -> (
            When<A, When<P, When<Q, Windowed<T, X, F, $kind<T, X, By<G>, $items<T>, J>, J>>>>,
            Ty<Result<$given_by, Unsorted>, M>,
        )
        where
            J: Mark,
            $(T: $clone,)?
            X: Dated<D, Q>,
            F: FnMut(&T) -> X + Fits<M>,
            K: KeptKey<P> + Apart<T, G, A>,
            G: FnMut(&T) -> K + Fits<M>,
        {
            let kind = $kind::new($(X::gap($length),)+ By(by), $items::new());
            (Windows::new(at, kind), Ty::of_mode())
        }

        #[doc = concat!("[`", stringify!($name), "`] of aggregates by key.")]
        ///
        /// # Panics
        ///
        #[doc = concat!("As [`", stringify!($name), "`].")]
        #[inline]
        #[track_caller]
        pub fn $by_aggregate<J, T, D, Q, X, F, A, P, K, G, S, M>(
            _: Ty<T, M>,
            _: J,
            $($length: D,)+
            at: F,
            by: G,
            summary: S,
        ) -> (
            When<A, When<P, When<Q, Windowed<T, X, F, $kind<T, X, By<G>, $summed, J>, J>>>>,
            Ty<Result<$known_by, Unsorted>, M>,
        )
        where
            J: Mark,
            X: Dated<D, Q>,
            F: FnMut(&T) -> X + Fits<M>,
            K: KeptKey<P> + Apart<T, G, A>,
            G: FnMut(&T) -> K + Fits<M>,
            S: Summary<T> + Several,
        {
            let kind = $kind::new($(X::gap($length),)+ By(by), <$summed>::new(summary));
            (Windows::new(at, kind), Ty::of_mode())
        }
    };
}

pub(super) use constructors;
