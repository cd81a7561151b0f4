//! `aggregate`: what is known of the items in a window, in place of the window.
//!
//! A [`Summary`] is what the flow asks for: one of the six words, an [`Aggregate`] of
//! the user's, or several in a tuple. It keeps its functions once, and has a state for
//! every window. In a window that slides items enter at its end and leave at its
//! beginning, each at a cost that does not depend on the window.

mod behind;
mod exact;
mod extremes;
mod moments;
mod number;
mod own;
mod several;
mod slide;
mod total;

pub use behind::{Windowed, aggregate, aggregate_items};
pub use extremes::{max_of, min_of};
pub use moments::{mean_of, var_of};
pub use own::{ClonesAggregate, LeavesAggregate, own_of};
pub use slide::{sliding_window_aggregate, sliding_window_partial_aggregate};
pub use total::{count_of, sum_of};

/// A value over the items in a window, kept up to date while items enter and leave:
/// `aggregate(expr)`.
///
/// Items leave in the order in which they entered. Behind a window in which items only
/// enter, such as a `tumbling_window`, an aggregate is cloned for every window; one that
/// is not `Clone` is told that all items leave when a window is complete, which keeps
/// them until then. With `by = f` it has to be `Clone`.
///
/// ```
/// use flow_runtime::{Aggregate, flow};
///
/// /// How often a reading was above the limit.
/// #[derive(Clone, Default)]
/// struct Above {
///     limit: f64,
///     times: usize,
/// }
///
/// impl Aggregate<f64> for Above {
///     type Output = usize;
///
///     fn enter(&mut self, item: &f64) {
///         self.times += usize::from(*item > self.limit);
///     }
///
///     fn leave(&mut self, item: &f64) {
///         self.times -= usize::from(*item > self.limit);
///     }
///
///     fn value(&self) -> usize {
///         self.times
///     }
/// }
///
/// let above = Above { limit: 30.0, times: 0 };
/// let times = flow! {
///     from([29.0, 31.0, 32.0, 28.0])
///         -> sliding_window(2) -> aggregate(above, max(|x| *x)) -> collect::<Vec<_>>()
/// };
/// assert_eq!(times.run(), [(1, Some(31.0)), (2, Some(32.0)), (1, Some(32.0))]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no aggregate of items of type `{T}`",
    label = "this is to be an aggregate",
    note = "it is one of `count()`, `sum(f)`, `mean(f)`, `var(f)`, `min(f)`, `max(f)`, or a value that implements `Aggregate<{T}>`"
)]
pub trait Aggregate<T> {
    /// The value.
    type Output;

    /// An item comes into the window.
    fn enter(&mut self, item: &T);

    /// The item leaves that came first of those in the window.
    fn leave(&mut self, item: &T);

    /// Returns what is known of the items in the window.
    fn value(&self) -> Self::Output;
}

/// A function of the items of windows, each of which has a state of its own.
pub trait Summary<T> {
    /// The state that is kept for a window.
    type State;

    /// The value over them.
    type Output;

    /// True when the items of a window have to leave when it is complete.
    const LEAVES: bool = false;

    /// The state of an empty window. Where it does not slide, nothing ever leaves it.
    fn open(&mut self, slides: bool) -> Self::State;

    /// An item comes into a window.
    fn enter(&mut self, state: &mut Self::State, item: &T);

    /// The first item leaves a window.
    fn leave(&mut self, state: &mut Self::State, item: &T);

    /// Returns what is known of the items in a window.
    fn value(&self, state: &Self::State) -> Self::Output;

    /// Empties the state of a complete window for the next one, which has its memory. All
    /// items have left where they have to.
    fn reset(&mut self, state: &mut Self::State);
}

/// A content that can be in several open windows at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is needed for several windows at once, and cannot be cloned",
    note = "an aggregate of your own is `Clone` where windows have keys"
)]
pub trait Several {}
