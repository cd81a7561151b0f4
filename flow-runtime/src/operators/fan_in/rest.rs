//! The rest of an item that gives several, in front of a fan-in that takes one at a time.
//!
//! It is kept, and taken one by one as the fan-in wants it. So it may be without end.

use std::{collections::VecDeque, marker::PhantomData};

use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::flow::stop::is_endless;
use crate::operators::via::Pass;
use crate::ty::Ty;

/// A place for the rest of what gives such items.
#[inline]
#[must_use]
pub fn rest<T, I, M>(_: Ty<T, M>) -> Rest<T, I> {
    rest_of_any()
}

/// A place for the rest of what gives items that are told by their use.
#[inline]
#[must_use]
pub fn rest_of_any<T, I>() -> Rest<T, I> {
    Rest {
        now: None,
        behind: VecDeque::new(),
        items: PhantomData,
    }
}

/// A place for the rest of what gives such items, where all of one item is taken before the
/// next comes.
#[inline]
#[must_use]
pub fn lone_rest<T, I, M>(_: Ty<T, M>) -> LoneRest<T, I> {
    lone_rest_of_any()
}

/// A place for such a rest of what gives items that are told by their use.
#[inline]
#[must_use]
pub fn lone_rest_of_any<T, I>() -> LoneRest<T, I> {
    LoneRest {
        now: None,
        items: PhantomData,
    }
}

/// A place for what the branches of one item bring into a union, of these items.
#[inline]
#[must_use]
pub fn slots<T, M, const N: usize>(_: Ty<T, M>) -> Slots<T, N> {
    Slots {
        items: [const { None }; N],
        at: N,
    }
}

/// A place for the rest of what leaves an operator of `via`.
#[inline]
#[must_use]
pub fn rest_of_via<T, M>(_: Ty<T, M>) -> RestOfVia<T> {
    rest_of_any_via()
}

/// A place for the rest of what leaves an operator of `via`, told by its use.
#[inline]
#[must_use]
pub fn rest_of_any_via<T>() -> RestOfVia<T> {
    RestOfVia {
        given: VecDeque::new(),
        more: false,
    }
}

/// The rest of items that give several, the oldest first.
pub struct Rest<T, I> {
    /// Gives the next item.
    now: Option<I>,
    /// Holds what came after it: another branch of its source may want more sooner.
    behind: VecDeque<I>,
    items: PhantomData<fn() -> T>,
}

impl<T, I> Rest<T, I> {
    /// Lets all that an item gives wait; returns whether nothing was left before.
    #[inline]
    pub fn push(&mut self, items: impl IntoIterator<Item = T, IntoIter = I>) -> bool {
        let (items, first) = (items.into_iter(), self.now.is_none());
        match first {
            true => self.now = Some(items),
            false => self.behind.push_back(items),
        }
        first
    }

    /// Returns whether nothing is left.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.now.is_none()
    }

    /// Drops all that is left.
    #[inline]
    pub fn clear(&mut self) {
        self.now = None;
        self.behind.clear();
    }
}

impl<T, I: Iterator<Item = T>> Rest<T, I> {
    /// The next item; `None` where one had no more.
    // Not `Iterator`: it goes on behind a `None`.
    #[inline]
    pub fn next(&mut self) -> Option<T> {
        let next = self.now.as_mut()?.next();
        if next.is_none() {
            self.now = self.behind.pop_front();
        }
        next
    }

    /// Returns whether what is left says that it has no end.
    #[inline]
    #[must_use]
    pub fn is_endless(&self) -> bool {
        let mut all = self.now.iter().chain(&self.behind);
        all.any(is_endless)
    }
}

impl<T, I> Fresh for Rest<T, I> {
    fn fresh(&self) -> Self {
        rest_of_any()
    }
}

impl<T, I: Clone> Twin for Rest<T, I> {
    fn twin(&self) -> Self {
        Self {
            now: self.now.clone(),
            behind: self.behind.clone(),
            items: PhantomData,
        }
    }
}

/// The rest of one item that gives several.
pub struct LoneRest<T, I> {
    /// Gives the next item.
    now: Option<I>,
    items: PhantomData<fn() -> T>,
}

impl<T, I: Iterator<Item = T>> LoneRest<T, I> {
    /// Lets all that an item gives wait. Nothing is left of the item before.
    #[inline]
    pub fn push(&mut self, items: impl IntoIterator<Item = T, IntoIter = I>) {
        self.now = Some(items.into_iter());
    }

    /// The next item; `None` where none is left.
    // Not `Iterator`: it goes on behind a `None`.
    #[inline]
    pub fn next(&mut self) -> Option<T> {
        let next = self.now.as_mut()?.next();
        if next.is_none() {
            self.now = None;
        }
        next
    }
}

impl<T, I: Iterator<Item = T>> LoneRest<T, I> {
    /// Returns whether what is left says that it has no end.
    #[inline]
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.now.as_ref().is_some_and(is_endless)
    }
}

impl<T, I> LoneRest<T, I> {
    /// Drops all that is left.
    #[inline]
    pub fn clear(&mut self) {
        self.now = None;
    }
}

/// The items that the branches of one have brought into a union, until they are taken one by
/// one.
pub struct Slots<T, const N: usize> {
    items: [Option<T>; N],
    /// The place of the next, where there are more than [`FEW`].
    at: usize,
}

/// The number of places that are asked one after the other for the next item: so the compiler
/// keeps them in registers. Two branches of an item take 20 instructions, by their places 53.
const FEW: usize = 8;

impl<T, const N: usize> Slots<T, N> {
    /// Lets what the branches of an item bring wait. Nothing is left of the item before.
    #[inline]
    pub fn push(&mut self, items: [Option<T>; N]) {
        *self = Self { items, at: 0 };
    }

    /// Drops all that is left.
    #[inline]
    pub fn clear(&mut self) {
        self.items = [const { None }; N];
    }

    /// The next item; `None` where none is left.
    // Not `Iterator`: it goes on behind a `None`.
    #[inline]
    pub fn next(&mut self) -> Option<T> {
        if N <= FEW {
            return self.items.iter_mut().find_map(Option::take);
        }
        while let Some(item) = self.items.get_mut(self.at) {
            self.at += 1;
            if item.is_some() {
                return item.take();
            }
        }
        None
    }
}

/// The rest of what leaves an operator of `via`.
pub struct RestOfVia<T> {
    /// Holds what it gave at once.
    given: VecDeque<T>,
    /// Says whether it may have more to give.
    more: bool,
}

impl<T> RestOfVia<T> {
    /// Puts an item into the operator, or the end of input; returns whether nothing was left
    /// before.
    #[inline]
    pub fn put<E, V: Pass<E, Out = T>>(&mut self, via: &mut V, item: Option<E>) -> bool {
        via.put(item, &mut self.given);
        !std::mem::replace(&mut self.more, true)
    }

    /// The next item that leaves the operator.
    #[inline]
    pub fn next<E, V: Pass<E, Out = T>>(&mut self, via: &mut V) -> Option<T> {
        if let Some(item) = self.given.pop_front() {
            return Some(item);
        }
        let item = self.more.then(|| via.pull()).flatten();
        self.more = item.is_some();
        item
    }

    /// Returns whether nothing is left.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.more
    }

    /// Forgets what is left: nobody wants it.
    #[inline]
    pub fn clear(&mut self) {
        self.given.clear();
        self.more = false;
    }
}

impl<T> Fresh for RestOfVia<T> {
    fn fresh(&self) -> Self {
        rest_of_any_via()
    }
}

impl<T: Clone> Twin for RestOfVia<T> {
    fn twin(&self) -> Self {
        Self {
            given: self.given.clone(),
            more: self.more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Operator;
    use crate::operators::via::via;

    #[test]
    fn items_are_taken_one_by_one_and_the_oldest_first() {
        let mut rest = rest(Ty::<u8>::new());
        assert!(rest.is_empty());
        assert!(rest.push(0..2) && !rest.push(7..8));
        assert_eq!((rest.next(), rest.next()), (Some(0), Some(1)));
        assert_eq!((rest.next(), rest.is_empty()), (None, false));
        assert_eq!((rest.next(), rest.next()), (Some(7), None));
        assert!(rest.is_empty() && rest.fresh().is_empty());
    }

    #[test]
    fn what_has_no_end_says_so() {
        let mut rest = rest(Ty::<u64>::new());
        assert!(!rest.is_endless());
        rest.push(0..);
        assert!(rest.is_endless() && rest.twin().is_endless());
        rest.clear();
        assert!(rest.is_empty() && !rest.is_endless());
    }

    #[test]
    fn branches_are_taken_in_their_order() {
        let mut few = slots(Ty::new());
        assert_eq!(few.next(), None);
        few.push([Some(0), None, Some(2)]);
        assert_eq!(
            (few.next(), few.next(), few.next()),
            (Some(0), Some(2), None)
        );
        let mut many = slots(Ty::new());
        assert_eq!(many.next(), None);
        for _ in 0..2 {
            many.push(std::array::from_fn::<_, 20, _>(|n| {
                (n % 3 == 1).then_some(n)
            }));
            let all: Vec<usize> = std::iter::from_fn(|| many.next()).collect();
            assert_eq!(all, [1, 4, 7, 10, 13, 16, 19]);
            many.push([Some(0); 20]);
            many.clear();
            assert_eq!(many.next(), None);
        }
    }

    /// Counts from each item on, without end.
    struct Counts(u64);

    impl Operator<u64> for Counts {
        type Out = u64;

        fn push(&mut self, item: u64) -> impl IntoIterator<Item = u64> {
            item..
        }

        fn __put(&mut self, item: Option<u64>, out: &mut VecDeque<u64>) {
            out.extend(item);
            self.0 = item.unwrap_or(u64::MAX);
        }

        fn __pull(&mut self) -> Option<u64> {
            self.0 = self.0.checked_add(1)?;
            Some(self.0)
        }
    }

    #[test]
    fn an_operator_is_asked_for_what_it_has_left() {
        let (mut op, item) = via(Ty::<u64>::new(), Counts(0));
        let mut rest = rest_of_via(item);
        assert!(rest.is_empty() && rest.put(&mut op, Some(3)));
        assert_eq!((rest.next(&mut op), rest.next(&mut op)), (Some(3), Some(4)));
        assert!(!rest.is_empty());
        rest.clear();
        assert!(rest.is_empty() && rest.next(&mut op).is_none());
        // The end of input leaves nothing here.
        assert!(rest.put(&mut op, None) && rest.next(&mut op).is_none() && rest.is_empty());
    }
}
