//! What happens on an edge between operators: two chains meet, one splits,
//! results are taken apart.

use crate::error::{BoxError, Error, Stage};
use crate::ty::Ty;

/// Says that two chains that feed one segment carry the same type.
#[inline]
pub fn same<T>(_: Ty<T>, _: Ty<T>) {}

/// Gives what clones the item for one of several branches; the last branch
/// takes the item itself.
#[inline]
pub fn branch<T: Branch>(_: Ty<T>) -> impl Fn(&T) -> T {
    T::branch
}

/// What several branches may use: whatever is `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is used by several branches and is not `Clone`",
    label = "this item goes to more than one branch",
    note = "every branch but the last gets a clone of the item: derive `Clone`, or send `Arc<_>`s through the flow"
)]
pub trait Branch {
    /// The item once more.
    #[must_use]
    fn branch(&self) -> Self;
}

// Not to be recommended: rustc would blame the missing `Clone` and not say why
// a flow needs it.
#[diagnostic::do_not_recommend]
impl<T: Clone> Branch for T {
    #[inline]
    fn branch(&self) -> Self {
        self.clone()
    }
}

/// What goes on behind a `?`.
#[inline]
#[must_use]
pub fn ok<T, E>(_: Ty<Result<T, E>>) -> Ty<T> {
    Ty::new()
}

/// What `? else` sends to its segment.
#[inline]
#[must_use]
pub fn err<T, E>(_: Ty<Result<T, E>>) -> Ty<E> {
    Ty::new()
}

/// Gives what makes an error behind a bare `?` the flow's.
#[inline]
pub fn raise<T, E: Into<BoxError>>(_: Ty<Result<T, E>>, stage: Stage) -> impl Fn(E) -> Error {
    move |error| raised(error, stage)
}

/// Gives what makes an error behind a bare `?` the flow's own type, under
/// `#![error = X]`.
#[inline]
pub fn raise_into<X: From<E>, T, E>(_: Ty<Result<T, E>>) -> impl Fn(E) -> X {
    X::from
}

/// What a bare `?` ends the flow with.
#[cold]
pub fn raised<E: Into<BoxError>>(error: E, stage: Stage) -> Error {
    Error::at(stage, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const PARSE: Stage = Stage {
        name: "rows",
        operator: "map",
        location: "main.rs:1:1",
    };

    #[test]
    fn witnesses_are_taken_apart() {
        let item = Ty::<Result<u8, String>>::new();
        same(ok(item), Ty::<u8>::new());
        same(err(item), Ty::<String>::new());
    }

    #[test]
    fn a_branch_is_a_clone() {
        assert_eq!(branch(Ty::new())(&vec![1, 2]), [1, 2]);
    }

    #[test]
    fn raised_errors_name_their_stage() {
        let error = raised("x".parse::<u8>().unwrap_err(), PARSE);
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.stage(), Some("rows"));
        assert!(error.is::<std::num::ParseIntError>());
        assert_eq!(raised("text fits too", PARSE).stage(), Some("rows"));
    }
}
