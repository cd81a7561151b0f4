//! `count()` and `sum(f)`.

use std::marker::PhantomData;

use super::number::{Summand, Summed};
use super::{Several, Summary};
use crate::ty::{Ty, When};

/// The number of items.
#[inline]
pub fn count_of<T, M>(_: Ty<T, M>) -> Count {
    Count
}

/// See [`count_of`].
#[derive(Clone, Copy)]
pub struct Count;

impl Several for Count {}

impl<T> Summary<T> for Count {
    type State = usize;
    type Output = usize;

    #[inline]
    fn open(&mut self, _: bool) -> usize {
        0
    }

    #[inline]
    fn enter(&mut self, state: &mut usize, _: &T) {
        *state += 1;
    }

    #[inline]
    fn leave(&mut self, state: &mut usize, _: &T) {
        *state -= 1;
    }

    #[inline]
    fn value(&self, state: &usize) -> usize {
        *state
    }

    #[inline]
    fn reset(&mut self, state: &mut usize) {
        *state = 0;
    }
}

/// The sum of what `f` gives of the items.
#[inline]
pub fn sum_of<T, P, V: Summed<P>, F: FnMut(&T) -> V, M>(_: Ty<T, M>, f: F) -> When<P, Sum<F, V>> {
    let values = PhantomData;
    Sum { f, values }
}

/// See [`sum_of`].
pub struct Sum<F, V> {
    f: F,
    values: PhantomData<fn() -> V>,
}

impl<F: Clone, V> Clone for Sum<F, V> {
    fn clone(&self) -> Self {
        let (f, values) = (self.f.clone(), PhantomData);
        Self { f, values }
    }
}

impl<F, V> Several for Sum<F, V> {}

impl<T, V: Summand, F: FnMut(&T) -> V> Summary<T> for Sum<F, V> {
    type State = V::Sum;
    type Output = V;

    #[inline]
    fn open(&mut self, _: bool) -> V::Sum {
        V::Sum::default()
    }

    #[inline]
    fn enter(&mut self, state: &mut V::Sum, item: &T) {
        (self.f)(item).enter(state);
    }

    #[inline]
    fn leave(&mut self, state: &mut V::Sum, item: &T) {
        (self.f)(item).leave(state);
    }

    #[inline]
    fn value(&self, state: &V::Sum) -> V {
        V::total(state)
    }

    #[inline]
    fn reset(&mut self, state: &mut V::Sum) {
        V::clear(state);
    }
}
