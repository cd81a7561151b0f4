//! Defines what stands in a cut, with the tokens of what it holds.
//!
//! A cut gives items with their tokens and takes them so. Around what stands in
//! it is one of these, by what it does with its items: it lets each pass, keeps
//! the newest alone, or makes batches.

mod in_chains;
mod in_order;
mod newest;

pub use in_chains::{Chains, in_chains};
pub use in_order::in_order;
pub use newest::{Counted, newest};

use super::token::Token;

/// The output of a future, with the token of what went in.
#[inline]
pub async fn along<F: Future>(future: F, token: Token) -> (F::Output, Token) {
    (future.await, token)
}
