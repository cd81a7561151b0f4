//! `session_window`: items that follow each other closely.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;

use super::content::{Batches, Content, Several, SummedOf};
use super::keys::{By, Keys, Together};
use super::late::Span;
use super::sorted::demand_length;
use super::time::{Dated, Time};
use super::windows::{Came, Given, Kind, Windowed, Windows, constructors};
use crate::checkpoint::marks::{Mark, Marks};
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::aggregate::Summary;
use crate::operators::many::batch::Batch;
use crate::operators::parts::distinct::{Distinct, KeptKey};
use crate::operators::parts::recent::Recent;
use crate::ty::{Fits, Ty, When, apart::Apart};
use crate::unsorted::Unsorted;

constructors! {
    /// Gives sessions, in which items are at most `gap` apart by the time in them:
    /// `(span, batch)`, the span from the first item to the last.
    ///
    /// A session leaves at the first item that is further behind it, or at the end of input.
    /// Gives a `Result`: an item older than one before it is
    /// [`Unsorted`](crate::Unsorted), and left out.
    ///
    /// `by = f` gives sessions of items of equal key, `(key, span, batch)`, under one clock:
    /// the newest time of any key closes the sessions of all. Those closed by one item, or
    /// by the end of input, leave in the order of their starts.
    ///
    /// # Panics
    ///
    /// Where `gap` is not more than zero.
    session_window(gap) -> (Span<X>, Batch<T>),
    session_window_aggregate -> (Span<X>, S::Output),
    session_window_by -> (K, Span<X>, Batch<T>),
    session_window_by_aggregate -> (K, Span<X>, S::Output),
    SessionsOf of Batches<T> or SummedOf<T, S>
}

/// The sessions that are open.
pub struct Sessions<T, X: Time, G, C, K, S> {
    gap: X::Gap,
    keys: G,
    content: C,
    /// The open sessions, from the one that has waited for longest on.
    open: Recent<K, S>,
    /// The sessions that one item closes; empty but for its memory.
    closed: Vec<(K, S)>,
    item: PhantomData<fn(T)>,
}

/// It with what it keeps of each key.
type SessionsOf<T, X, G, C, J> =
    Sessions<T, X, G, C, <G as Keys<T>>::Key, Open<X, <C as Content<T>>::Open, J>>;

/// A session that is open.
#[derive(Clone)]
pub struct Open<X, O, J: Mark> {
    span: Span<X>,
    /// The number of its first item.
    first: u64,
    open: O,
    mark: J,
}

impl<T, X, G, C, J> SessionsOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T, Key: Distinct>,
    C: Content<T>,
    J: Mark,
{
    #[track_caller]
    fn new(gap: X::Gap, keys: G, content: C) -> Self {
        demand_length::<X>("session_window(gap, at)", "gap", gap);
        Self {
            gap,
            keys,
            content,
            open: Recent::new(),
            closed: Vec::new(),
            item: PhantomData,
        }
    }

    /// The sessions leave of whose last time `is_over` says so.
    #[inline]
    fn close(&mut self, is_over: impl Fn(X) -> bool, out: &mut VecDeque<Given<T, X, J, Self>>) {
        while let Some(session) = self.open.oldest()
            && is_over(session.span.end)
        {
            self.closed.extend(self.open.forget_oldest());
        }
        if self.closed.is_empty() {
            return;
        }
        let mut closed = mem::take(&mut self.closed);
        closed.sort_unstable_by_key(|(_, session)| session.first);
        for (key, session) in closed.drain(..) {
            let given = self.content.close(session.open);
            let given = Ok(G::spanned(key, session.span, given));
            out.push_back(session.mark.with(given));
        }
        self.closed = closed;
    }
}

impl<T, X, G, C, J> Kind<T, X, J> for SessionsOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T, Key: Distinct>,
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
        let Came { at, number, .. } = came;
        if let Some(oldest) = at.before(self.gap) {
            self.close(|last| last < oldest, out);
        }
        let key = self.keys.key(&item);
        let begin = |content: &mut C| Open {
            span: Span { start: at, end: at },
            first: number,
            open: content.open(),
            mark: J::default(),
        };
        let session = match self.open.see(&key) {
            Ok(session) => session,
            Err(unseen) => self.open.add(unseen, key, begin(&mut self.content)).0,
        };
        session.span.end = at;
        self.content.enter(&mut session.open, item);
        marks.join(&mut session.mark, mark);
    }

    #[inline]
    fn end<M: Marks<Mark = J>>(&mut self, out: &mut Self::Outs, _: &M) {
        self.close(|_| true, out);
    }
}

impl<T, X, G, C, J> Fresh for SessionsOf<T, X, G, C, J>
where
    X: Time,
    G: Keys<T, Key: Distinct> + Clone,
    C: Content<T> + Fresh,
    J: Mark,
{
    fn fresh(&self) -> Self {
        Self::new(self.gap, self.keys.clone(), self.content.fresh())
    }
}

impl<T, X: Time, G: Clone, C: Twin, K: Clone, S: Clone> Twin for Sessions<T, X, G, C, K, S> {
    fn twin(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            content: self.content.twin(),
            open: self.open.clone(),
            closed: Vec::new(),
            ..*self
        }
    }
}
