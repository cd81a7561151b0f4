//! Defines what operators that remember items by hash demand of them.

use std::hash::Hash;

use crate::ty::proven;

/// Implemented by what can be found again by its hash: whatever is `Hash` and `Eq`.
///
/// One bound for the two, so that a type which is neither is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told from others: it is not `Hash + Eq`",
    note = "derive `Hash` and `Eq`, or give a key that is both; of a float, `by = |x| x.to_bits()`",
    note = "a type parameter is told from others where it is `Hash + Eq`"
)]
pub trait Distinct: Hash + Eq {}

// Not to be recommended: rustc would name one of the two and not say why a flow
// needs it.
#[diagnostic::do_not_recommend]
impl<T: Hash + Eq> Distinct for T {}

/// Implemented by items that are kept, to tell others from them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told from others and kept: it is not `Hash + Eq + Clone`",
    note = "derive `Hash`, `Eq` and `Clone`, or say what is compared: `by = f`",
    note = "a type parameter is both where it is `Hash + Eq + Clone`"
)]
pub trait Remembered: Distinct + Clone {}

#[diagnostic::do_not_recommend]
impl<T: Distinct + Clone> Remembered for T {}

proven! {
    /// A key that is [`Distinct`], with the proof of it.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be told from others: it is not `Hash + Eq`",
        note = "derive `Hash` and `Eq`, or give a key that is both; of a float, `by = |x| x.to_bits()`",
        note = "a type parameter is told from others where it is `Hash + Eq`"
    )]
    pub trait Key: Distinct;

    /// A [`Key`] that is kept in more than one place.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be told from others and kept: it is not `Hash + Eq + Clone`",
        note = "derive `Hash`, `Eq` and `Clone`, or give a key that is all three; of a float, `by = |x| x.to_bits()`",
        note = "a type parameter is both where it is `Hash + Eq + Clone`"
    )]
    pub trait KeptKey: Distinct, Clone;
}
