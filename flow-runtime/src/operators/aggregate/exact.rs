//! Sums of floats without drift.

/// A sum of floats that is exact: what has been added and is taken away again leaves
/// nothing behind, however many have gone through.
///
/// It is kept as several floats that do not overlap, as Shewchuk found: the rounding
/// error of every addition is a float, too.
#[derive(Clone, Default, Debug)]
pub struct Exact {
    /// The greatest part.
    top: f64,
    /// The others, from the least on. Mostly there is none, or one.
    rest: Vec<f64>,
    /// The numbers of infinities, of negative ones, and of what is no number: they cannot
    /// be taken away by a subtraction.
    beyond: [usize; 3],
}

/// The sum of two floats, and its rounding error.
#[inline]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// The product of two floats, and its rounding error.
#[inline]
pub fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    if product.is_finite() {
        let ((a, a_low), (b, b_low)) = (split(a), split(b));
        (
            product,
            a_low * b_low - (((product - a * b) - a_low * b) - a * b_low),
        )
    } else {
        (product, 0.0)
    }
}

/// A float in halves, the products of which are exact.
#[inline]
fn split(x: f64) -> (f64, f64) {
    /// Beyond it the splitting itself overflows.
    const LARGE: f64 = 1e290;
    if x.abs() > LARGE {
        let (high, low) = split(x * (-28_f64).exp2());
        return (high * 28_f64.exp2(), low * 28_f64.exp2());
    }
    let scaled = 134_217_729.0 * x; // 2^27 + 1
    let high = scaled - (scaled - x);
    (high, x - high)
}

impl Exact {
    /// Forgets all numbers, and keeps its memory.
    #[inline]
    pub fn clear(&mut self) {
        self.rest.clear();
        (self.top, self.beyond) = (0.0, [0; 3]);
    }

    /// Adds a number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        if x.is_finite() {
            self.put(x);
        } else {
            self.beyond[kind(x)] += 1;
        }
    }

    /// Takes a number away that was added before.
    #[inline]
    pub fn take(&mut self, x: f64) {
        if x.is_finite() {
            self.put(-x);
        } else {
            self.beyond[kind(x)] -= 1;
        }
    }

    #[inline]
    fn put(&mut self, mut x: f64) {
        if !self.rest.is_empty() {
            let mut kept = 0;
            for place in 0..self.rest.len() {
                let part = self.rest[place];
                let (sum, error) = two_sum(x, part);
                let error = if sum.is_finite() {
                    x = sum;
                    error
                } else {
                    part
                };
                if error != 0.0 {
                    self.rest[kept] = error;
                    kept += 1;
                }
            }
            self.rest.truncate(kept);
        }
        let (sum, error) = two_sum(self.top, x);
        let (top, error) = if sum.is_finite() {
            (sum, error)
        } else {
            (self.top, x)
        };
        self.top = top;
        if error != 0.0 {
            self.rest.push(error);
        }
    }

    /// Returns what there is beyond the numbers, which decides alone.
    #[inline]
    fn beyond(&self) -> Option<f64> {
        match self.beyond {
            [0, 0, 0] => None,
            [_, 0, 0] => Some(f64::INFINITY),
            [0, _, 0] => Some(f64::NEG_INFINITY),
            _ => Some(f64::NAN),
        }
    }

    /// The float that is nearest to the sum.
    #[inline]
    pub fn value(&self) -> f64 {
        if let Some(beyond) = self.beyond() {
            return beyond;
        }
        if self.rest.is_empty() {
            return self.top;
        }
        self.rounded()
    }

    fn rounded(&self) -> f64 {
        let (mut sum, mut error) = (self.top, 0.0);
        let mut rest = self.rest.iter().rev().copied();
        for part in rest.by_ref() {
            (sum, error) = two_sum(sum, part);
            if error != 0.0 {
                break;
            }
        }
        // Half way between two floats the next part decides.
        if let Some(next) = rest.next()
            && (error < 0.0) == (next < 0.0)
        {
            let (twice, rounded) = (2.0 * error, sum + 2.0 * error);
            if rounded - sum == twice {
                return rounded;
            }
        }
        sum
    }

    /// The sum as two floats, with twice the precision of one; the first alone where it
    /// is no number.
    #[inline]
    pub fn twofold(&self) -> (f64, f64) {
        if let Some(beyond) = self.beyond() {
            return (beyond, 0.0);
        }
        two_sum(self.top, self.rest.iter().sum())
    }
}

#[inline]
fn kind(x: f64) -> usize {
    match x {
        f64::INFINITY => 0,
        f64::NEG_INFINITY => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(items: &[f64]) -> f64 {
        let mut sum = Exact::default();
        items.iter().for_each(|x| sum.add(*x));
        sum.value()
    }

    #[test]
    fn sums_are_rounded_once() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[1e16, 1.0, 1e-16]), 10_000_000_000_000_002.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
    }

    #[test]
    fn what_is_taken_away_leaves_nothing() {
        let items = [
            1e300,
            3.7,
            -2e-300,
            1e-17,
            f64::INFINITY,
            0.1,
            f64::NAN,
            1e16,
        ];
        let mut sum = Exact::default();
        items.iter().for_each(|x| sum.add(*x));
        assert!(sum.value().is_nan());
        sum.take(f64::NAN);
        assert_eq!(sum.value(), f64::INFINITY);
        for x in items.iter().filter(|x| !x.is_nan()) {
            sum.take(*x);
        }
        assert_eq!(sum.value(), 0.0);
        assert!(sum.rest.is_empty());
    }

    #[test]
    fn products_have_their_error() {
        let (product, error) = two_product(0.1, 0.1);
        assert_eq!(product, 0.1 * 0.1);
        assert_eq!(error, 0.1_f64.mul_add(0.1, -product));
        let (product, error) = two_product(1e300, 1e-10);
        assert_eq!(error, 1e300_f64.mul_add(1e-10, -product));
        assert_eq!(two_product(1e200, 1e200), (f64::INFINITY, 0.0));
    }
}
