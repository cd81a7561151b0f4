//! Cuts of which nothing is said but that they hold items.
//!
//! Whoever asks whether a flow is `Send` then need not ask what the functions in them are:
//! of a function that mentions a lifetime rustc could not say. In a piece of a flow they are
//! not hidden, for it is `Clone` when what is in it is.

use crate::copies::fresh::Fresh;
use crate::{checkpoint::in_chains::Chains, region::Hold};

/// Hides what a cut is.
#[inline]
pub fn hidden<T, U, H: Hold<In = T, Out = U>>(hold: H) -> impl Hold<In = T, Out = U> {
    hold
}

/// [`hidden`], in a chain that is copied.
#[inline]
pub fn hidden_copied<T, U, H: Hold<In = T, Out = U> + Fresh>(
    hold: H,
) -> impl Hold<In = T, Out = U> + Fresh {
    hold
}

/// [`hidden`], of chains that are futures.
#[inline]
pub fn hidden_chains<T, U, H: Chains<In = T, Out = U>>(hold: H) -> impl Chains<In = T, Out = U> {
    hold
}

/// [`hidden_chains`], in a chain that is copied.
#[inline]
pub fn hidden_chains_copied<T, U, H: Chains<In = T, Out = U> + Fresh>(
    hold: H,
) -> impl Chains<In = T, Out = U> + Fresh {
    hold
}
