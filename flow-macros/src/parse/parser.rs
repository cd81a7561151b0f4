//! The parser of chains.
//!
//! Chains stand in elements, and elements in chains: each file has its part of one parser.

use crate::errors::Errors;

/// Parses chains and what stands in them, and reports what is wrong.
pub(super) struct ChainParser<'e> {
    pub(super) errors: &'e mut Errors,
}
