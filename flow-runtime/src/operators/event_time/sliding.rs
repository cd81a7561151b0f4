//! `sliding_window(d, at)`: what is not older than `d`, at every item.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::content::Several;
use super::keys::{By, Keys, States, Together};
use super::numbers::Numbers;
use super::run::{Run, Shared, Slid};
use super::sorted::demand_length;
use super::time::{Dated, Time};
use super::windows::{AtOnce, Came, Given, Kind, Windowed, Windows, constructors};
use crate::copies::fresh::Fresh;
use crate::operators::aggregate::Summary;
use crate::operators::many::window::Window;
use crate::operators::parts::distinct::KeptKey;
use crate::ty::{Fits, Ty, When};
use crate::unsorted::Unsorted;

constructors! {
    /// Gives, at each item, those of `(t − d, t]` by the time `t` in it.
    ///
    /// Gives a `Result`: an item older than one before it is
    /// [`Unsorted`](crate::Unsorted), and left out. `by = f` gives those of equal key:
    /// `(key, window)`.
    ///
    /// # Panics
    ///
    /// Where `d` is not more than zero.
    sliding_window_time(d) -> Window<T>,
    sliding_window_time_aggregate -> S::Output,
    sliding_window_time_by -> (K, Window<T>),
    sliding_window_time_by_aggregate -> (K, S::Output),
    SlidingOf of Shared<T> or Slid<T, S>, T: Clone
}

/// The items that may be in a window to come.
pub struct Sliding<T, X: Time, G, C, S, N> {
    length: X::Gap,
    keys: G,
    content: C,
    held: S,
    /// The time of every item that is held, its place, and its number.
    times: VecDeque<(X, usize, u64)>,
    numbers: PhantomData<fn(T) -> N>,
}

/// It with what it keeps of each key.
type SlidingOf<T, X, G, C, N> =
    Sliding<T, X, G, C, <G as Keys<T>>::States<Held<<C as Run<T>>::Items>>, N>;

/// The items of a key.
pub struct Held<I> {
    items: I,
    count: usize,
}

impl<T, X, G, C, N> SlidingOf<T, X, G, C, N>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    N: Numbers,
{
    #[track_caller]
    fn new(length: X::Gap, keys: G, content: C) -> Self {
        demand_length::<X>("sliding_window(d, at)", "d", length);
        Self {
            length,
            keys,
            content,
            held: States::none(),
            times: VecDeque::new(),
            numbers: PhantomData,
        }
    }

    /// Removes the items that are not younger than `out`.
    #[inline]
    fn leave(&mut self, out: X, numbers: &mut N) {
        while let Some((at, place, number)) = self.times.front().copied()
            && at <= out
        {
            self.times.pop_front();
            numbers.gone(number);
            let held = self.held.state(place);
            self.content.leave(&mut held.items);
            held.count -= 1;
            if held.count == 0 && G::FORGETS {
                self.held.remove(place);
            }
        }
    }
}

impl<T, X, G, C, N> Kind<T, X, N> for SlidingOf<T, X, G, C, N>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    N: Numbers,
{
    type Given = G::Bare<C::Out>;
    type Outs = AtOnce;

    #[inline]
    fn enter(
        &mut self,
        item: T,
        came: Came<X>,
        _: &mut AtOnce,
        numbers: &mut N,
    ) -> Given<T, X, N, Self> {
        let Came { at, number, .. } = came;
        let key = self.keys.key(&item);
        if let Some(oldest) = at.before(self.length) {
            self.leave(oldest, numbers);
        }
        let place = self.held.find(&key).unwrap_or_else(|| {
            let (items, count) = (self.content.begin(), 0);
            self.held.add(&key, Held { items, count })
        });
        let held = self.held.state(place);
        self.content.enter(&mut held.items, item);
        held.count += 1;
        self.times.push_back((at, place, number));
        let given = self.content.give(&mut held.items, 0);
        let made = self.times.iter().filter(|(_, each, _)| *each == place);
        let given = N::some(given, made.map(|(_, _, number)| *number));
        N::map(given, |given| Ok(G::bare(key, given)))
    }

    /// Gives nothing: a window is given at its last item.
    #[inline]
    fn end(&mut self, _: &mut AtOnce, _: &mut N) {}
}

impl<T, X, G, C, N> Fresh for SlidingOf<T, X, G, C, N>
where
    X: Time,
    G: Keys<T> + Clone,
    C: Run<T> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        Self::new(self.length, self.keys.clone(), self.content.fresh())
    }
}
