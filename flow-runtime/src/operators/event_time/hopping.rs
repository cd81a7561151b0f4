//! `hopping_window`: windows of one length that start at a beat, by the time in the
//! items.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;

use super::content::Several;
use super::keys::{By, Keys, States, Together};
use super::late::Span;
use super::run::{Copies, Run, Slid};
use super::sorted::demand_length;
use super::time::{Dated, Time};
use super::windows::{Came, Given, Kind, Windowed, Windows, constructors};
use crate::checkpoint::marks::{Mark, Marks, Plain};
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::aggregate::Summary;
use crate::operators::many::batch::Batch;
use crate::operators::parts::distinct::KeptKey;
use crate::ty::{Fits, Ty, When, apart::Apart};
use crate::unsorted::Unsorted;

constructors! {
    /// Gives windows of `d` by the time in the items, one of which starts each `every`:
    /// `(span, batch)`.
    ///
    /// Windows start at multiples of `every`: of the Unix epoch, of zero for integers, of the
    /// first item for an `Instant`; not before the first time that there is. Where they
    /// overlap an item is in several; where `every` is longer than `d`, some are in none. A
    /// window leaves at the first item behind it, or at the end of input; empty ones are not
    /// given. Gives a `Result`: an item older than one before it is
    /// [`Unsorted`](crate::Unsorted), and left out.
    ///
    /// `by = f` gives windows of items of equal key, `(key, span, batch)`, under one clock:
    /// those of one span leave together, in the order of their first items.
    ///
    /// # Panics
    ///
    /// Where `d` or `every` is not more than zero.
    hopping_window(d, every) -> (Span<X>, Batch<T>),
    hopping_window_aggregate -> (Span<X>, S::Output),
    hopping_window_by -> (K, Span<X>, Batch<T>),
    hopping_window_by_aggregate -> (K, Span<X>, S::Output),
    HoppingOf of Copies<T> or Slid<T, S>, T: Clone
}

/// The items that are in a window which is not complete.
pub struct Hopping<T, X: Time, G, C, S, J> {
    length: X::Gap,
    every: X::Gap,
    keys: G,
    content: C,
    /// The first window that is not complete and has items; `None` where nothing is held.
    next: Option<Next<X>>,
    held: S,
    /// The places of what is held; empty but for its memory.
    places: Vec<usize>,
    kinds: PhantomData<fn(T) -> J>,
}

/// It with what it keeps of each key.
type HoppingOf<T, X, G, C, J> =
    Hopping<T, X, G, C, <G as Keys<T>>::States<Held<X, <C as Run<T>>::Items, J>>, J>;

/// A window that is not complete.
#[derive(Clone, Copy)]
struct Next<X> {
    start: X,
    /// The first time behind it, where there is one.
    end: Option<X>,
    /// The start of the window behind it, where there is one.
    following: Option<X>,
}

/// The items of a key.
#[derive(Clone)]
pub struct Held<X, I, J> {
    items: I,
    /// Their times, numbers and marks.
    times: VecDeque<(X, u64, J)>,
}

impl<T, X, G, C, J> HoppingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    J: Mark,
{
    #[track_caller]
    fn new(length: X::Gap, every: X::Gap, keys: G, content: C) -> Self {
        demand_length::<X>("hopping_window(d, every, at)", "d", length);
        demand_length::<X>("hopping_window(d, every, at)", "every", every);
        Self {
            length,
            every,
            keys,
            content,
            next: None,
            held: States::none(),
            places: Vec::new(),
            kinds: PhantomData,
        }
    }

    /// The first window that a time is in.
    fn first_with(&self, Came { at, first, .. }: Came<X>) -> Option<Next<X>> {
        let mut beyond = at.beyond(self.every, first);
        if beyond >= self.length {
            return None;
        }
        let mut following = at.after(X::shorten(self.every, beyond));
        // Where there is no time to start at, the window starts with the first there is.
        let mut start = at.before(beyond).unwrap_or(at.outermost(false));
        loop {
            let further = X::lengthen(beyond, self.every);
            match start.before(self.every) {
                Some(earlier) if further < self.length && further > beyond => {
                    (start, beyond, following) = (earlier, further, Some(start));
                }
                _ => break,
            }
        }
        let end = at.after(X::shorten(self.length, beyond));
        Some(Next {
            start,
            end,
            following,
        })
    }

    /// A window is complete: it leaves, and the next one is the first that has items.
    fn close<M: Marks<Mark = J>>(
        &mut self,
        next: Next<X>,
        out: &mut VecDeque<Given<T, X, J, Self>>,
        marks: &M,
    ) {
        let start = next.following;
        let end = next.end.unwrap_or(next.start.outermost(true));
        let span = Span {
            start: next.start,
            end,
        };
        let mut places = mem::take(&mut self.places);
        self.held.places(&mut places);
        let first = |held: &Held<X, C::Items, J>| held.times.front().map(|(_, number, _)| *number);
        places.sort_unstable_by_key(|place| first(self.held.state(*place)));
        let mut stays = false;
        for place in places.drain(..) {
            let (given, some) = self.give(place, span, start, marks);
            out.push_back(given);
            stays |= some;
        }
        self.places = places;
        self.next = start.filter(|_| stays).map(|start| Next {
            start,
            end: start.after(self.length),
            following: start.after(self.every),
        });
    }

    /// The window of a key leaves, and what is before the start of the next one with it.
    /// Says whether something stays.
    fn give<M: Marks<Mark = J>>(
        &mut self,
        place: usize,
        span: Span<X>,
        start: Option<X>,
        marks: &M,
    ) -> (Given<T, X, J, Self>, bool) {
        let held = self.held.state(place);
        let goes = |(at, ..): &(X, u64, J)| start.is_none_or(|start| *at < start);
        let going = held.times.partition_point(goes);
        let given = self.content.give(&mut held.items, going);
        let all = marks.all(held.times.iter().map(|(.., mark)| mark));
        let gone = held.times.drain(..going);
        gone.for_each(|(.., mark)| marks.release(mark));
        let stays = !held.times.is_empty();
        let key = if stays {
            self.held.key(place)
        } else {
            self.content.clear(&mut held.items);
            self.held.retire(place)
        };
        (all.with(Ok(G::spanned(key, span, given))), stays)
    }
}

impl<T, X, G, C, J> Kind<T, X, J> for HoppingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Run<T>,
    J: Mark,
{
    type Given = G::Spanned<X, C::Out>;
    type Outs = VecDeque<J::With<Result<Self::Given, Unsorted>>>;

    #[inline]
    fn enter<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        came: Came<X>,
        out: &mut Self::Outs,
        marks: &M,
    ) {
        let Came { at, number, .. } = came;
        while let Some(next) = self.next
            && next.end.is_some_and(|end| at >= end)
        {
            self.close(next, out, marks);
        }
        if self.next.is_none() {
            self.next = self.first_with(came);
        }
        if self.next.is_none_or(|next| at < next.start) {
            // Between two windows.
            return marks.release(mark);
        }
        let key = self.keys.key(&item);
        let place = self.held.find(&key).unwrap_or_else(|| {
            let held = self.held.spare().unwrap_or_else(|| Held {
                items: self.content.begin(),
                times: VecDeque::new(),
            });
            self.held.add(&key, held)
        });
        let held = self.held.state(place);
        self.content.enter(&mut held.items, item);
        held.times.push_back((at, number, mark));
    }

    #[inline]
    fn end<M: Marks<Mark = J>>(&mut self, out: &mut Self::Outs, marks: &M) {
        while let Some(next) = self.next {
            self.close(next, out, marks);
        }
    }
}

impl<T, X, G, C, J> Fresh for HoppingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T> + Clone,
    C: Run<T> + Fresh,
    J: Mark,
{
    fn fresh(&self) -> Self {
        let (keys, content) = (self.keys.clone(), self.content.fresh());
        Self::new(self.length, self.every, keys, content)
    }
}

impl<T, X: Time, G: Clone, C: Twin, S: Clone> Twin for Hopping<T, X, G, C, S, Plain> {
    fn twin(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            content: self.content.twin(),
            held: self.held.clone(),
            places: Vec::new(),
            ..*self
        }
    }
}
