//! Defines keys that do not borrow from their items.
//!
//! A key is kept beside the item, or longer. A closure that gives a reference into its item is
//! told so by rustc, where the reference is. Of a function that is given by its name rustc says
//! it of everything that the function has become part of; so it is asked for here, once.

use super::{Fails, Holds, Nothing};

/// A value that `F` gives of any item of type `T`, with the [proof](Holds) that it borrows
/// nothing from it.
///
/// It is asked of the key and not of the function: where the function does not fit the items
/// the key stays unknown, and that is said alone.
#[diagnostic::on_unimplemented(
    message = "a key is a value of its own, and this function gives `{Self}`, which borrows from the item",
    label = "its function gives a key that borrows",
    note = "give a key that is owned, such as a `String`, or an index"
)]
pub trait Apart<T, F, P> {}

#[diagnostic::do_not_recommend]
impl<T, K, F: FnOnce(&T) -> K> Apart<T, F, Holds> for K {}

#[diagnostic::do_not_recommend]
impl<T, K: Nothing, F: FnOnce(&T) -> K> Apart<T, F, Fails> for K {}
