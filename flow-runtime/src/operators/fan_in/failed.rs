//! The results of jobs with which a bare `?` will end the flow: known before they are read.

use super::edge::Fallible;
use crate::attempts::Charged;

/// Returns whether a bare `?` will end the flow with a result.
#[inline]
pub fn has_failed<R: Fallible>(result: &R) -> bool {
    result.has_failed()
}

/// As [`has_failed`], of a job that may give more than its result.
#[inline]
pub fn has_failed_within<R: FallibleWithin>(given: &R) -> bool {
    given.has_failed()
}

/// Implemented by what a job may give: its result, with a token, or the reason that it was not
/// called.
pub trait FallibleWithin {
    /// Returns whether a bare `?` will end the flow with it.
    fn has_failed(&self) -> bool;
}

impl<T, E> FallibleWithin for Result<T, E> {
    #[inline]
    fn has_failed(&self) -> bool {
        self.is_err()
    }
}

impl<R: Fallible> FallibleWithin for Charged<R> {
    #[inline]
    fn has_failed(&self) -> bool {
        self.as_given().map_or(true, Fallible::has_failed)
    }
}

impl<R: Fallible, J> FallibleWithin for (R, J) {
    #[inline]
    fn has_failed(&self) -> bool {
        self.0.has_failed()
    }
}

impl<R: Fallible, J> FallibleWithin for (Charged<R>, J) {
    #[inline]
    fn has_failed(&self) -> bool {
        FallibleWithin::has_failed(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_result_has_failed_whatever_is_beside_it() {
        let [good, bad] = [Ok(1), Err("bad")];
        assert!(!has_failed(&good) && has_failed(&bad));
        assert!(!has_failed_within(&good) && has_failed_within(&bad));
        assert!(!has_failed_within(&(good, 7)) && has_failed_within(&(bad, 7)));
        let [charged, failed] = [Charged::given(good), Charged::given(bad)];
        assert!(!has_failed_within(&charged) && has_failed_within(&failed));
        assert!(!has_failed_within(&(charged, 7)) && has_failed_within(&(failed, 7)));
        let ended = Charged::<Result<(), &str>>::ended(Error::failed("used up"));
        assert!(has_failed_within(&ended) && has_failed_within(&(ended, 7)));
    }
}
