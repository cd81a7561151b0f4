//! The message of an error of any type: as it is displayed, else as it is debugged, else
//! the name of its type.
//!
//! An expansion calls `(&&&Said(&error)).said(to)` with all three traits in scope, and
//! rustc takes the first that fits.

use std::fmt::{Debug, Display, Write as _};

use crate::attempts::Charged;

/// An error that is to be told.
pub struct Said<'a, E>(pub &'a E);

/// As it is displayed.
pub trait SaidAsText {
    /// Writes it.
    fn said(&self, to: &mut String);
}

/// As it is debugged.
pub trait SaidAsDebug {
    /// Writes it.
    fn said(&self, to: &mut String);
}

/// By its type alone.
pub trait SaidAsType {
    /// Writes it.
    fn said(&self, to: &mut String);
}

impl<E: Display> SaidAsText for &&Said<'_, E> {
    fn said(&self, to: &mut String) {
        // A `Display` that fails has said what it could.
        let _ = write!(to, "{}", self.0);
    }
}

impl<E: Debug> SaidAsDebug for &Said<'_, E> {
    fn said(&self, to: &mut String) {
        let _ = write!(to, "{:?}", self.0);
    }
}

impl<E> SaidAsType for Said<'_, E> {
    fn said(&self, to: &mut String) {
        to.push_str(std::any::type_name::<E>());
    }
}

/// The outcome of a function, which may be a `Result`.
pub struct Outcome<'a, T>(pub &'a T);

/// Of a `Result`.
pub trait MayFail {
    /// Returns whether it failed.
    fn failed(&self) -> bool;
}

/// Of anything else.
pub trait CannotFail {
    /// Returns that it did not.
    fn failed(&self) -> bool;
}

impl<T, E> MayFail for &Outcome<'_, Result<T, E>> {
    fn failed(&self) -> bool {
        self.0.is_err()
    }
}

/// Of one that a budget may have kept from being called, which is a failure as well.
impl<T, E> MayFail for &Outcome<'_, Charged<Result<T, E>>> {
    fn failed(&self) -> bool {
        !matches!(self.0.as_given(), Ok(Ok(_)))
    }
}

impl<T> CannotFail for Outcome<'_, T> {
    fn failed(&self) -> bool {
        false
    }
}

#[cfg(test)]
#[allow(clippy::needless_borrow, reason = "as expansions call it")]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Debugged;
    struct Neither;

    #[test]
    fn an_error_is_told_as_well_as_it_can_be() {
        let mut told = String::new();
        (&&&Said(&"text")).said(&mut told);
        assert_eq!(std::mem::take(&mut told), "text");
        (&&&Said(&Debugged)).said(&mut told);
        assert_eq!(std::mem::take(&mut told), "Debugged");
        (&&&Said(&Neither)).said(&mut told);
        assert!(told.ends_with("Neither"));
    }

    #[test]
    fn a_result_may_fail_and_nothing_else() {
        assert!((&&Outcome(&Err::<(), _>(1))).failed());
        assert!(!(&&Outcome(&Ok::<_, ()>(1))).failed());
        assert!(!(&&Outcome(&Debugged)).failed());
        assert!((&&Outcome(&Charged::given(Err::<(), _>(1)))).failed());
        assert!(!(&&Outcome(&Charged::given(Ok::<_, ()>(1)))).failed());
    }
}
