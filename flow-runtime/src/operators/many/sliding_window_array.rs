//! `sliding_window` of a size known to the compiler: windows are arrays.

use arrayvec::ArrayVec;

use super::inline_batch::InlineBatch;
use crate::checkpoint::last_items::Slide;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::Ty;

/// Gives the last `N` items at every item, from the `N`th on.
#[inline]
#[must_use]
pub fn sliding_window_array<T: Clone, const N: usize, M>(
    _: Ty<T, M>,
) -> (SlidingWindowArray<T, N>, Ty<[T; N], M>) {
    const { assert!(N > 0, "the size must be at least 1") };
    (SlidingWindowArray::new(), Ty::of_mode())
}

/// Gives the last `N` items at every item, or as many as there were.
#[inline]
#[must_use]
pub fn sliding_window_partial_inline<T: Clone, const N: usize, M>(
    _: Ty<T, M>,
) -> (SlidingWindowInline<T, N>, Ty<InlineBatch<T, N>, M>) {
    const { assert!(N > 0, "the size must be at least 1") };
    let items = InlineBatch::default();
    (SlidingWindowInline { items }, Ty::of_mode())
}

/// Up to this size the compiler keeps an array in registers, and moves its
/// items one by one faster than in one go.
const SMALL: usize = 8;

/// The last `N` items, where `N` is known to the compiler.
pub struct SlidingWindowArray<T, const N: usize> {
    /// The items, while fewer than `N` came or where `N` is not small.
    list: ArrayVec<T, N>,
    /// The items, once `N` came and where `N` is small.
    array: Option<[T; N]>,
}

impl<T, const N: usize> SlidingWindowArray<T, N> {
    #[inline]
    fn new() -> Self {
        Self {
            list: ArrayVec::new(),
            array: None,
        }
    }
}

impl<T: Clone, const N: usize> Slide for SlidingWindowArray<T, N> {
    type In = T;
    type Out = [T; N];

    #[inline]
    fn size(&self) -> usize {
        N
    }

    #[inline]
    fn slide(&mut self, item: T) -> Option<[T; N]> {
        self.push(item)
    }
}

impl<T: Clone, const N: usize> Slide for SlidingWindowInline<T, N> {
    type In = T;
    type Out = InlineBatch<T, N>;

    #[inline]
    fn size(&self) -> usize {
        N
    }

    #[inline]
    fn slide(&mut self, item: T) -> Option<InlineBatch<T, N>> {
        self.push(item)
    }
}

impl<T, const N: usize> Fresh for SlidingWindowArray<T, N> {
    fn fresh(&self) -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Fresh for SlidingWindowInline<T, N> {
    fn fresh(&self) -> Self {
        let items = InlineBatch::default();
        Self { items }
    }
}

impl<T: Clone, const N: usize> Twin for SlidingWindowArray<T, N> {
    fn twin(&self) -> Self {
        Self {
            list: self.list.clone(),
            array: self.array.clone(),
        }
    }
}

impl<T: Clone, const N: usize> Twin for SlidingWindowInline<T, N> {
    fn twin(&self) -> Self {
        let items = self.items.clone();
        Self { items }
    }
}

impl<T, const N: usize> SlidingWindowArray<T, N> {
    /// Adds one item. Gives the window that ends with it.
    #[inline]
    // What is asked of an item is asked here, so that rustc blames it where the constructor
    // does, once.
    pub fn push(&mut self, item: T) -> Option<[T; N]>
    where
        T: Clone,
    {
        if N <= SMALL
            && let Some(items) = &mut self.array
        {
            (1..N).for_each(|place| items.swap(place - 1, place));
            items[N - 1] = item;
            return Some(items.clone());
        }
        if self.list.is_full() {
            self.list.remove(0);
        }
        self.list.push(item);
        if N <= SMALL && self.list.is_full() {
            self.array = self.list.take().into_inner().ok();
            return self.array.clone();
        }
        <&[T; N]>::try_from(self.list.as_slice()).ok().cloned()
    }
}

/// The last items, up to `N`.
pub struct SlidingWindowInline<T, const N: usize> {
    items: InlineBatch<T, N>,
}

impl<T, const N: usize> SlidingWindowInline<T, N> {
    /// Adds one item. Gives the window that ends with it: always `Some`.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<InlineBatch<T, N>>
    where
        T: Clone,
    {
        self.items.make_room();
        self.items.push(item);
        Some(self.items.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_with_the_nth_item() {
        let (mut windows, _) = sliding_window_array::<_, 3, _>(Ty::new());
        let all: Vec<_> = (1..=5).filter_map(|x| windows.push(x)).collect();
        assert_eq!(all, [[1, 2, 3], [2, 3, 4], [3, 4, 5]]);
    }

    #[test]
    fn partial_ones_begin_with_the_first() {
        let (mut windows, _) = sliding_window_partial_inline::<_, 3, _>(Ty::new());
        let all: Vec<_> = (1..=4).filter_map(|x| windows.push(x)).collect();
        assert_eq!(all, [vec![1], vec![1, 2], vec![1, 2, 3], vec![2, 3, 4]]);
    }

    #[test]
    fn larger_windows_are_no_different() {
        let (mut windows, _) = sliding_window_array::<_, 20, _>(Ty::new());
        let all: Vec<_> = (0..22).filter_map(|x| windows.push(x)).collect();
        assert_eq!(
            all,
            [0, 1, 2].map(|first| std::array::from_fn(|i| first + i))
        );
    }

    #[test]
    fn windows_of_one() {
        let (mut windows, _) = sliding_window_array::<_, 1, _>(Ty::new());
        assert_eq!(windows.push("a".to_owned()).unwrap(), ["a"]);
        assert_eq!(windows.push("b".to_owned()).unwrap(), ["b"]);
    }
}
