//! `mean(f)` and `var(f)`.

use std::marker::PhantomData;

use super::exact::{Exact, two_product, two_sum};
use super::number::{Number, Numeric};
use super::{Several, Summary};
use crate::ty::{Ty, When};

/// The mean of what `f` gives of the items.
#[inline]
pub fn mean_of<T, P, V: Numeric<P>, F: FnMut(&T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> When<P, Mean<F, V>> {
    let values = PhantomData;
    Mean { f, values }
}

/// See [`mean_of`].
pub struct Mean<F, V> {
    f: F,
    values: PhantomData<fn() -> V>,
}

impl<F: Clone, V> Clone for Mean<F, V> {
    fn clone(&self) -> Self {
        let (f, values) = (self.f.clone(), PhantomData);
        Self { f, values }
    }
}

impl<F, V> Several for Mean<F, V> {}

impl<T, V: Number, F: FnMut(&T) -> V> Summary<T> for Mean<F, V> {
    type State = (V::Sum, usize);
    type Output = f64;

    #[inline]
    fn open(&mut self, _: bool) -> Self::State {
        (V::Sum::default(), 0)
    }

    #[inline]
    fn enter(&mut self, (sum, count): &mut Self::State, item: &T) {
        (self.f)(item).enter(sum);
        *count += 1;
    }

    #[inline]
    fn leave(&mut self, (sum, count): &mut Self::State, item: &T) {
        (self.f)(item).leave(sum);
        *count -= 1;
    }

    #[inline]
    fn value(&self, (sum, count): &Self::State) -> f64 {
        V::sum(sum) / *count as f64
    }

    #[inline]
    fn reset(&mut self, (sum, count): &mut Self::State) {
        V::clear(sum);
        *count = 0;
    }
}

/// The variance of what `f` gives of the items, as of a sample; not a number for one.
#[inline]
pub fn var_of<T, P, V: Numeric<P>, F: FnMut(&T) -> V, M>(_: Ty<T, M>, f: F) -> When<P, Var<F, V>> {
    let values = PhantomData;
    Var { f, values }
}

/// See [`var_of`].
pub struct Var<F, V> {
    f: F,
    values: PhantomData<fn() -> V>,
}

impl<F: Clone, V> Clone for Var<F, V> {
    fn clone(&self) -> Self {
        let (f, values) = (self.f.clone(), PhantomData);
        Self { f, values }
    }
}

impl<F, V> Several for Var<F, V> {}

/// The sums of values and of their squares, exactly. So nothing is lost where the
/// values are close to each other and far from zero.
#[derive(Clone)]
pub struct Squares<V> {
    /// The value that integers are counted from: the first in the window.
    base: Option<V>,
    count: usize,
    sum: Exact,
    squares: Exact,
}

impl<V: Number> Squares<V> {
    /// Forgets all values.
    #[inline]
    fn clear(&mut self) {
        (self.base, self.count) = (None, 0);
        self.sum.clear();
        self.squares.clear();
    }

    #[inline]
    fn enter(&mut self, value: V) {
        let x = value.distance(*self.base.get_or_insert(value));
        let (square, error) = two_product(x, x);
        self.count += 1;
        self.sum.add(x);
        self.squares.add(square);
        self.squares.add(error);
    }

    #[inline]
    fn leave(&mut self, value: V) {
        let x = value.distance(self.base.unwrap_or(value));
        let (square, error) = two_product(x, x);
        self.count -= 1;
        self.sum.take(x);
        self.squares.take(square);
        self.squares.take(error);
        if self.count == 0 {
            self.base = None;
        }
    }

    /// The number of values times the sum of squares, less the square of the sum, in
    /// twice the precision.
    fn variance(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        let count = self.count as f64;
        let ((sum, sum_low), (squares, squares_low)) = (self.sum.twofold(), self.squares.twofold());
        let (product, low) = two_product(squares, count);
        let (square, square_low) = two_product(sum, sum);
        let (high, rest) = two_sum(product, -square);
        let low = (low + squares_low * count) - (square_low + 2.0 * sum * sum_low);
        let spread = high + (rest + low);
        // Where all are equal nothing is left, and never less.
        let spread = if spread < 0.0 { 0.0 } else { spread };
        spread / (count * (count - 1.0))
    }
}

impl<T, V: Number, F: FnMut(&T) -> V> Summary<T> for Var<F, V> {
    type State = Squares<V>;
    type Output = f64;

    #[inline]
    fn open(&mut self, _: bool) -> Squares<V> {
        Squares {
            base: None,
            count: 0,
            sum: Exact::default(),
            squares: Exact::default(),
        }
    }

    #[inline]
    fn enter(&mut self, state: &mut Squares<V>, item: &T) {
        state.enter((self.f)(item));
    }

    #[inline]
    fn leave(&mut self, state: &mut Squares<V>, item: &T) {
        state.leave((self.f)(item));
    }

    #[inline]
    fn value(&self, state: &Squares<V>) -> f64 {
        state.variance()
    }

    #[inline]
    fn reset(&mut self, state: &mut Squares<V>) {
        state.clear();
    }
}
