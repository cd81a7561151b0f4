//! `min(f)` and `max(f)`.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::number::Compared;
use super::{Several, Summary};
use crate::ty::{Ty, When, apart::Apart};

/// The least of what `f` gives of the items, the first of equals.
#[inline]
pub fn min_of<T, A, P, V: Compared<P> + Apart<T, F, A>, F: FnMut(&T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, When<P, Extreme<F, V, false>>> {
    let values = PhantomData;
    Extreme { f, values }
}

/// The greatest of what `f` gives of the items, the last of equals.
#[inline]
pub fn max_of<T, A, P, V: Compared<P> + Apart<T, F, A>, F: FnMut(&T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, When<P, Extreme<F, V, true>>> {
    let values = PhantomData;
    Extreme { f, values }
}

/// See [`min_of`] and [`max_of`].
pub struct Extreme<F, V, const MAX: bool> {
    f: F,
    values: PhantomData<fn() -> V>,
}

impl<F: Clone, V, const MAX: bool> Clone for Extreme<F, V, MAX> {
    fn clone(&self) -> Self {
        let (f, values) = (self.f.clone(), PhantomData);
        Self { f, values }
    }
}

impl<F, V, const MAX: bool> Several for Extreme<F, V, MAX> {}

/// The value that is the extreme of the window, and those that will be when the ones before
/// them have left. Each has its place among all values that entered.
#[derive(Clone)]
pub struct Candidates<V> {
    extreme: Option<(u64, V)>,
    /// Holds the next ones: empty where there is no extreme.
    behind: VecDeque<(u64, V)>,
    entered: u64,
    left: u64,
    /// True when values leave: where none does, only the extreme is of use.
    slides: bool,
}

impl<V: PartialOrd + Clone> Candidates<V> {
    #[inline]
    fn enter<const MAX: bool>(&mut self, value: V) {
        let place = self.entered;
        self.entered += 1;
        // What does not equal itself compares with nothing.
        #[allow(clippy::eq_op, reason = "a float may not equal itself")]
        if value != value {
            return;
        }
        let yields = |(_, last): &(u64, V)| if MAX { *last <= value } else { *last > value };
        if !self.slides {
            if self.extreme.as_ref().is_none_or(yields) {
                self.extreme = Some((place, value));
            }
            return;
        }
        while self.behind.back().is_some_and(yields) {
            self.behind.pop_back();
        }
        if self.behind.is_empty() && self.extreme.as_ref().is_none_or(yields) {
            self.extreme = Some((place, value));
        } else {
            self.behind.push_back((place, value));
        }
    }

    #[inline]
    fn leave(&mut self) {
        let is_first = |(place, _): &mut (u64, V)| *place == self.left;
        if self.extreme.take_if(is_first).is_some() {
            self.extreme = self.behind.pop_front();
        }
        self.left += 1;
    }
}

impl<T, V: PartialOrd + Clone, F: FnMut(&T) -> V, const MAX: bool> Summary<T>
    for Extreme<F, V, MAX>
{
    type State = Candidates<V>;
    type Output = Option<V>;

    #[inline]
    fn open(&mut self, slides: bool) -> Candidates<V> {
        Candidates {
            extreme: None,
            behind: VecDeque::new(),
            entered: 0,
            left: 0,
            slides,
        }
    }

    #[inline]
    fn enter(&mut self, state: &mut Candidates<V>, item: &T) {
        state.enter::<MAX>((self.f)(item));
    }

    #[inline]
    fn leave(&mut self, state: &mut Candidates<V>, _: &T) {
        state.leave();
    }

    #[inline]
    fn value(&self, state: &Candidates<V>) -> Option<V> {
        state.extreme.as_ref().map(|(_, value)| value.clone())
    }

    #[inline]
    fn reset(&mut self, state: &mut Candidates<V>) {
        state.extreme = None;
        state.behind.clear();
        (state.entered, state.left) = (0, 0);
    }
}
