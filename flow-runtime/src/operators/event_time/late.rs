//! The marks of items out of time, and the span of a window.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// An item that came too late to be put in order, with how much too late.
///
/// `D` is a `Duration`, or the integer type of the times where those are integers. An
/// item that `ahead = d` keeps out is one, too: there `by` is how far it is beyond what
/// is allowed.
///
/// ```
/// use flow_runtime::{Late, flow};
///
/// let (sorted, late) = flow! {
///     sorted = from([10, 12, 5, 11]) -> in_order(|x| *x, late = 3)? else late -> collect::<Vec<u32>>();
///     late   = collect::<Vec<_>>();
///     (sorted, late)
/// }
/// .run();
/// assert_eq!(sorted, [10, 11, 12]);
/// assert_eq!(late, [Late { item: 5, by: 4 }]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Late<T, D = Duration> {
    /// The item itself.
    pub item: T,
    /// The time by which it is older than the newest time seen less what may be late; zero where
    /// it is only older than what has left already.
    pub by: D,
}

impl<T, D: fmt::Debug> fmt::Display for Late<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an item is out of its time by {:?}", self.by)
    }
}

impl<T, D: fmt::Debug> fmt::Debug for Late<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut late = f.debug_struct("Late");
        late.field("by", &self.by).finish_non_exhaustive()
    }
}

impl<T, D: fmt::Debug> Error for Late<T, D> {}

/// The time that a window covers.
///
/// Of `tumbling_window` and `hopping_window` it is half open: `end` is the first time
/// behind it. Of `session_window` it goes from the first item to the last.
///
/// ```
/// use flow_runtime::{Span, flow};
///
/// let counts = flow! {
///     from([1, 2, 11]) -> tumbling_window(10, |x| *x)? -> aggregate(count()) -> collect::<Vec<_>>()
/// };
/// let expected = [(Span { start: 0, end: 10 }, 2), (Span { start: 10, end: 20 }, 1)];
/// assert_eq!(counts.run().unwrap(), expected);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span<X> {
    /// Its first time.
    pub start: X,
    /// The first time behind it; of a session its last.
    pub end: X,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_by_how_much() {
        let late = Late { item: (), by: 3 };
        assert_eq!(late.to_string(), "an item is out of its time by 3");
    }
}
