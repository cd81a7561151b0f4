//! `sliding_window`: the last `n` items, at every item.

use std::mem::needs_drop;
use std::sync::Arc;

use super::pool::Pool;
use super::window::{Chunk, Window};
use crate::checkpoint::last_items::Slide;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::region::Lent;
use crate::ty::Ty;

/// Gives the last `n` items at every item, from the `n`th on; with
/// `partial = true` from the first on.
///
/// Where `n` is an integer literal up to 64 a window is a `[T; n]`.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn sliding_window<T: Clone, M>(_: Ty<T, M>, n: usize) -> (SlidingWindow<T>, Ty<Window<T>, M>) {
    (SlidingWindow::new(n, n), Ty::of_mode())
}

/// Gives the last `n` items at every item, or as many as there were.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn sliding_window_partial<T: Clone, M>(
    _: Ty<T, M>,
    n: usize,
) -> (SlidingWindow<T>, Ty<Window<T>, M>) {
    (SlidingWindow::new(n, 1), Ty::of_mode())
}

/// The last `n` items, in memory shared with the windows.
pub struct SlidingWindow<T> {
    size: usize,
    /// The size of the first window: 1, or the full size.
    least: usize,
    /// The last `size` items, behind `slack` older ones at most.
    chunk: Lent<Chunk<T>>,
    pool: Arc<Pool<Lent<Chunk<T>>>>,
}

impl<T> SlidingWindow<T> {
    #[track_caller]
    fn new(size: usize, least: usize) -> Self {
        assert!(size > 0, "`sliding_window(n)`: `n` must be at least 1");
        let pool = Arc::new(Pool::new());
        Self {
            size,
            least,
            chunk: Chunk::take(&pool, size, |_| ()),
            pool,
        }
    }

    /// Adds one item. Gives the window that ends with it.
    #[inline]
    // What is asked of an item is asked here, so that rustc blames it where the constructor
    // does, once.
    pub fn push(&mut self, item: T) -> Option<Window<T>>
    where
        T: Clone,
    {
        match self.chunk.get_mut() {
            Some(chunk) => put(&mut chunk.items, item, self.size),
            None => self.leave_chunk(item),
        }
        let end = self.chunk.items.len();
        let start = end.saturating_sub(self.size);
        (end - start >= self.least).then(|| Window::new(&mut self.chunk, start..end))
    }

    /// Leaves the chunk to a window that lives on, and goes on with a copy of
    /// the items that the next window needs.
    fn leave_chunk(&mut self, item: T)
    where
        T: Clone,
    {
        let items = &self.chunk.items;
        let start = (items.len() + 1).saturating_sub(self.size);
        let next = Chunk::take(&self.pool, self.size, |next| {
            next.extend_from_slice(&items[start..]);
            next.push(item);
        });
        Chunk::leave(&mut self.chunk);
        self.chunk = next;
    }
}

impl<T: Clone> Slide for SlidingWindow<T> {
    type In = T;
    type Out = Window<T>;

    #[inline]
    fn size(&self) -> usize {
        self.size
    }

    #[inline]
    fn slide(&mut self, item: T) -> Option<Window<T>> {
        self.push(item)
    }
}

/// The copies of a chain share what memory they leave.
impl<T> Fresh for SlidingWindow<T> {
    fn fresh(&self) -> Self {
        let pool = Arc::clone(&self.pool);
        let chunk = Chunk::take(&pool, self.size, |_| ());
        Self {
            chunk,
            pool,
            ..*self
        }
    }
}

/// Whose chunk it is, the first to add an item goes on with a copy of it.
impl<T: Clone> Twin for SlidingWindow<T> {
    fn twin(&self) -> Self {
        Self {
            chunk: self.chunk.clone(),
            pool: Arc::clone(&self.pool),
            ..*self
        }
    }
}

/// Adds an item to the last `size` ones.
///
/// Items that need no dropping may stay for longer: to move the others to the
/// front once in `size` times costs next to nothing. What has a destructor
/// leaves when it leaves the window.
#[inline]
fn put<T>(items: &mut Vec<T>, item: T, size: usize) {
    let slack = if needs_drop::<T>() { 0 } else { size };
    if items.len() >= size.saturating_add(slack) {
        items.drain(..=items.len() - size);
    }
    items.push(item);
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn windows_begin_with_the_nth_item() {
        let expected = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];
        let (mut windows, _) = sliding_window(Ty::new(), 3);
        let all: Vec<_> = (1..=5).filter_map(|x| windows.push(x)).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn partial_ones_begin_with_the_first() {
        let expected = [vec![1], vec![1, 2], vec![1, 2, 3], vec![2, 3, 4]];
        let (mut windows, _) = sliding_window_partial(Ty::new(), 3);
        let all: Vec<_> = (1..=4).filter_map(|x| windows.push(x)).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn sizes_of_one_and_beyond_the_input() {
        let (mut windows, _) = sliding_window(Ty::new(), 1);
        assert_eq!(windows.push('a').unwrap(), ['a']);
        assert_eq!(windows.push('b').unwrap(), ['b']);
        let (mut windows, _) = sliding_window(Ty::new(), usize::MAX);
        assert_eq!(windows.push('a'), None);
    }

    /// Counts its clones.
    struct Counted<'a>(u32, &'a Cell<u32>);

    impl Clone for Counted<'_> {
        fn clone(&self) -> Self {
            self.1.set(self.1.get() + 1);
            Self(self.0, self.1)
        }
    }

    #[test]
    fn windows_that_are_gone_when_the_next_item_comes_cost_no_clone() {
        let clones = Cell::new(0);
        let (mut windows, _) = sliding_window(Ty::new(), 10);
        let mut sum = 0;
        for x in 0..100 {
            if let Some(window) = windows.push(Counted(x, &clones)) {
                sum += window.iter().map(|item| item.0).sum::<u32>();
            }
        }
        assert_eq!(sum, (9..100).map(|last| 10 * last - 45).sum::<u32>());
        assert_eq!(clones.get(), 0);
    }

    #[test]
    fn a_window_that_lives_on_is_not_changed() {
        let (mut windows, _) = sliding_window(Ty::new(), 4);
        let mut alive = std::collections::VecDeque::new();
        for x in 0..100 {
            alive.extend(windows.push(x));
            if alive.len() > x % 7 {
                alive.pop_back();
            }
            assert!(
                alive
                    .iter()
                    .all(|window| window.is_sorted() && window.len() == 4)
            );
        }
    }

    #[test]
    fn chunks_are_used_again() {
        let (mut windows, _) = sliding_window(Ty::new(), 2);
        let mut behind = None;
        let mut memory = std::collections::HashSet::new();
        for x in 0..100 {
            // One window lives on while the next is made, as behind a buffer.
            behind = windows.push(x);
            memory.insert(windows.chunk.address());
        }
        assert_eq!(behind.unwrap(), [98, 99]);
        assert_eq!(memory.len(), 2);
    }

    #[test]
    fn what_has_a_destructor_leaves_with_its_last_window() {
        let token = Rc::new(());
        let (mut windows, _) = sliding_window(Ty::new(), 3);
        for _ in 0..10 {
            windows.push(Rc::clone(&token));
        }
        assert_eq!(Rc::strong_count(&token), 1 + 3);
    }

    #[test]
    fn windows_are_iterated_by_value_as_clones() {
        let (mut windows, _) = sliding_window(Ty::new(), 2);
        windows.push("a".to_owned());
        let window = windows.push("b".to_owned()).unwrap();
        assert_eq!(
            window.clone().into_iter().rev().collect::<Vec<_>>(),
            ["b", "a"]
        );
        assert_eq!(window.clone().into_iter().len(), 2);
        assert_eq!(Vec::from(window), ["a", "b"]);
    }

    #[test]
    #[should_panic(expected = "`sliding_window(n)`: `n` must be at least 1")]
    fn a_size_of_zero_panics() {
        let _ = sliding_window(Ty::<u8>::new(), 0);
    }
}
