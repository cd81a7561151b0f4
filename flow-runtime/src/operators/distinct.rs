//! Defines what operators that remember items by hash demand of them.

use std::hash::Hash;

/// Implemented by what can be found again by its hash: whatever is `Hash` and `Eq`.
///
/// One bound for the two, so that a type which is neither is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told from others: it is not `Hash + Eq`",
    note = "derive `Hash` and `Eq`, or give a key that is both; of a float, `by = |x| x.to_bits()`"
)]
pub trait Distinct: Hash + Eq {}

// Not to be recommended: rustc would name one of the two and not say why a flow
// needs it.
#[diagnostic::do_not_recommend]
impl<T: Hash + Eq> Distinct for T {}
