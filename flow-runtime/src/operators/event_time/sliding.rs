//! `sliding_window(d, at)`: what is not older than `d`, at every item.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;

use super::content::Several;
use super::keys::{By, Keys, States, Together};
use super::run::{Run, Shared, Slid};
use super::sorted::demand_length;
use super::time::{Dated, Time};
use super::windows::{AtOnce, Came, Given, Kind, Windowed, Windows, constructors};
use crate::checkpoint::marks::{Mark, Marks, Plain};
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::aggregate::Summary;
use crate::operators::many::window::Window;
use crate::operators::parts::distinct::KeptKey;
use crate::ty::{Fits, Ty, When, apart::Apart};
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
pub struct Sliding<T, X: Time, G, C, S, J> {
    length: X::Gap,
    keys: G,
    content: C,
    held: S,
    /// The time of every item that is held, its place, and its mark.
    times: VecDeque<(X, usize, J)>,
    item: PhantomData<fn(T)>,
}

/// It with what it keeps of each key.
type SlidingOf<T, X, G, C, J> =
    Sliding<T, X, G, C, <G as Keys<T>>::States<Held<<C as Run<T>>::Items>>, J>;

/// The items of a key.
#[derive(Clone)]
pub struct Held<I> {
    items: I,
    count: usize,
}

impl<T, X, G, C, J> SlidingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    J: Mark,
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
            item: PhantomData,
        }
    }

    /// Removes the items that are not younger than `out`.
    #[inline]
    fn leave<M: Marks<Mark = J>>(&mut self, out: X, marks: &M) {
        while self.times.front().is_some_and(|(at, ..)| *at <= out)
            && let Some((_, place, mark)) = self.times.pop_front()
        {
            marks.release(mark);
            let held = self.held.state(place);
            self.content.leave(&mut held.items);
            held.count -= 1;
            if held.count == 0 && G::FORGETS {
                self.content.clear(&mut held.items);
                self.held.retire(place);
            }
        }
    }
}

impl<T, X, G, C, J> Kind<T, X, J> for SlidingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    J: Mark,
{
    type Given = G::Bare<C::Out>;
    type Outs = AtOnce;

    #[inline]
    fn enter<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        came: Came<X>,
        _: &mut AtOnce,
        marks: &M,
    ) -> Given<T, X, J, Self> {
        let at = came.at;
        let key = self.keys.key(&item);
        if let Some(oldest) = at.before(self.length) {
            self.leave(oldest, marks);
        }
        let place = self.held.find(&key).unwrap_or_else(|| {
            let held = self.held.spare().unwrap_or_else(|| Held {
                items: self.content.begin(),
                count: 0,
            });
            self.held.add(&key, held)
        });
        let held = self.held.state(place);
        self.content.enter(&mut held.items, item);
        held.count += 1;
        self.times.push_back((at, place, mark));
        let given = self.content.give(&mut held.items, 0);
        let made = self.times.iter().filter(|(_, each, _)| *each == place);
        let all = marks.all(made.map(|(.., mark)| mark));
        all.with(Ok(G::bare(key, given)))
    }

    /// Gives nothing: a window is given at its last item.
    #[inline]
    fn end<M: Marks<Mark = J>>(&mut self, _: &mut AtOnce, marks: &M) {
        for (.., mark) in &mut self.times {
            marks.release(mem::take(mark));
        }
    }
}

impl<T, X, G, C, J> Fresh for SlidingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T> + Clone,
    C: Run<T> + Fresh,
    J: Mark,
{
    fn fresh(&self) -> Self {
        Self::new(self.length, self.keys.clone(), self.content.fresh())
    }
}

impl<T, X: Time, G: Clone, C: Twin, S: Clone> Twin for Sliding<T, X, G, C, S, Plain> {
    fn twin(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            content: self.content.twin(),
            held: self.held.clone(),
            times: self.times.clone(),
            ..*self
        }
    }
}
