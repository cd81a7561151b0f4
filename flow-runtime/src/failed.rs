//! An error beside the item that it arose of.

use core::{error, fmt};

/// An error together with the item that the operator was given: with `keep_item = true`.
///
/// As a rejected item can then be put aside, or tried once more:
///
/// ```
/// use flow_runtime::{Failed, flow};
///
/// let (sum, rejected) = flow! {
///     sum      = from(["1", "x", "3"]) -> map(|text| text.parse::<u32>(), keep_item = true)? else rejected -> sum::<u32>();
///     rejected = map(|Failed { item, error }| format!("{item}: {error}")) -> collect::<Vec<_>>();
///     (sum, rejected)
/// }
/// .run();
/// assert_eq!(sum, 4);
/// assert_eq!(rejected, ["x: invalid digit found in string"]);
/// ```
///
/// Where the error is one, so is this: it shows the error's text, and its
/// [`source`](error::Error::source) is the error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failed<T, E> {
    /// The item, as it was given to the operator.
    pub item: T,
    /// The error of the operator.
    pub error: E,
}

impl<T, E: fmt::Display> fmt::Display for Failed<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

/// Shows the error. The item need not be `Debug`, for this to be an error.
impl<T, E: fmt::Debug> fmt::Debug for Failed<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Failed");
        shown.field("error", &self.error).finish_non_exhaustive()
    }
}

impl<T, E: error::Error + 'static> error::Error for Failed<T, E> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    /// Not even `Debug`.
    struct Item;

    #[test]
    fn it_is_an_error_where_its_error_is_one() {
        let error = "x".parse::<u8>().unwrap_err();
        let failed = Failed { item: Item, error };
        assert_eq!(failed.to_string(), "invalid digit found in string");
        let source = failed.source().unwrap();
        assert!(source.is::<std::num::ParseIntError>());
        let boxed = crate::BoxError::from(failed);
        let failed = boxed.downcast_ref::<Failed<Item, std::num::ParseIntError>>();
        assert!(failed.is_some());
    }
}
