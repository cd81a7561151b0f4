//! `tumbling_window`: one window behind the other, by the time in the items.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::content::{Batches, Content, Several, SummedOf};
use super::keys::{By, Keys, States, Together};
use super::late::Span;
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
    /// Gives what is in each `d` by the time in the items: `(span, batch)`.
    ///
    /// Windows start at multiples of `d`: of the Unix epoch, of zero for integers, of the
    /// first item for an `Instant`. A window leaves at the first item behind it, or at the
    /// end of input; empty ones are not given. Gives a `Result`: an item older than one
    /// before it is [`Unsorted`](crate::Unsorted), and left out.
    ///
    /// `by = f` gives windows of items of equal key, `(key, span, batch)`, under one clock:
    /// those of one span leave together, in the order of their first items.
    ///
    /// # Panics
    ///
    /// Where `d` is not more than zero.
    tumbling_window(d) -> (Span<X>, Batch<T>),
    tumbling_window_aggregate -> (Span<X>, S::Output),
    tumbling_window_by -> (K, Span<X>, Batch<T>),
    tumbling_window_by_aggregate -> (K, Span<X>, S::Output),
    TumblingOf of Batches<T> or SummedOf<T, S>
}

/// The windows that are open, all of one span.
pub struct Tumbling<T, X: Time, G, C, S, J> {
    length: X::Gap,
    keys: G,
    content: C,
    /// The span of what is open, and whether it ends at a time that there is.
    span: Option<(Span<X>, bool)>,
    open: S,
    /// The places of what is open; empty but for its memory.
    places: Vec<usize>,
    kinds: PhantomData<fn(T) -> J>,
}

/// It with what it keeps of each key.
type TumblingOf<T, X, G, C, J> =
    Tumbling<T, X, G, C, <G as Keys<T>>::States<Open<<C as Content<T>>::Open, J>>, J>;

/// A window that is open.
#[derive(Clone)]
pub struct Open<O, J: Mark> {
    /// The number of its first item.
    first: u64,
    open: O,
    mark: J,
}

impl<T, X, G, C, J> TumblingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Content<T>,
    J: Mark,
{
    #[track_caller]
    fn new(length: X::Gap, keys: G, content: C) -> Self {
        demand_length::<X>("tumbling_window(d, at)", "d", length);
        Self {
            length,
            keys,
            content,
            span: None,
            open: States::none(),
            places: Vec::new(),
            kinds: PhantomData,
        }
    }

    /// The window that a time is in, and whether it ends at a time that there is.
    fn span_of(&self, came: Came<X>) -> (Span<X>, bool) {
        let at = came.at;
        let beyond = at.beyond(self.length, came.first);
        let start = at.before(beyond).unwrap_or(at.outermost(false));
        let end = at.after(X::shorten(self.length, beyond));
        let ends = end.is_some();
        let end = end.unwrap_or(at.outermost(true));
        (Span { start, end }, ends)
    }

    /// Closes the windows that are open.
    fn close(&mut self, out: &mut VecDeque<Given<T, X, J, Self>>) {
        let Some((span, _)) = self.span.take() else {
            return;
        };
        let mut places = std::mem::take(&mut self.places);
        self.open.places(&mut places);
        places.sort_unstable_by_key(|place| self.open.state(*place).first);
        for place in places.drain(..) {
            let (key, window) = self.open.remove(place);
            let given = self.content.close(window.open);
            let given = Ok(G::spanned(key, span, given));
            out.push_back(window.mark.with(given));
        }
        self.places = places;
    }
}

impl<T, X, G, C, J> Kind<T, X, J> for TumblingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T>,
    C: Content<T>,
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
        let is_behind = |(span, ends): (Span<X>, bool)| ends && came.at >= span.end;
        if self.span.is_none_or(is_behind) {
            self.close(out);
            self.span = Some(self.span_of(came));
        }
        let key = self.keys.key(&item);
        let place = self.open.find(&key).unwrap_or_else(|| {
            let open = Open {
                first: came.number,
                open: self.content.open(),
                mark: J::default(),
            };
            self.open.add(&key, open)
        });
        let window = self.open.state(place);
        self.content.enter(&mut window.open, item);
        marks.join(&mut window.mark, mark);
    }

    #[inline]
    fn end<M: Marks<Mark = J>>(&mut self, out: &mut Self::Outs, _: &M) {
        self.close(out);
    }
}

impl<T, X, G, C, J> Fresh for TumblingOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T> + Clone,
    C: Content<T> + Fresh,
    J: Mark,
{
    fn fresh(&self) -> Self {
        Self::new(self.length, self.keys.clone(), self.content.fresh())
    }
}

impl<T, X: Time, G: Clone, C: Twin, S: Clone> Twin for Tumbling<T, X, G, C, S, Plain> {
    fn twin(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            content: self.content.twin(),
            open: self.open.clone(),
            places: Vec::new(),
            ..*self
        }
    }
}
