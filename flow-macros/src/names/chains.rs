//! Chains of keys, which are written in their places.

use proc_macro2::TokenStream;

use super::{Bodies, Writer};
use crate::graph::NodeId;

/// Writes the chain of a key where a step has it.
///
/// A chain is a flow of its own, with a step and an end, in the step of another. Who prints
/// steps, or writes a chain around its step, asks this: so neither has to know those that
/// write whole flows.
pub trait Chains {
    /// Writes the step of an item under its key; what comes out of it goes on to `bodies`,
    /// while more is `needed`.
    fn keyed(
        &self,
        writer: &Writer<'_, '_, '_>,
        node: NodeId,
        item: &TokenStream,
        bodies: Bodies,
        needed: Option<TokenStream>,
        raised: &TokenStream,
    ) -> TokenStream;

    /// Writes what is done with an item in a chain.
    fn step(&self, within: &Writer<'_, '_, '_>) -> TokenStream;

    /// Writes what is done at the end of a chain.
    fn end(&self, within: &Writer<'_, '_, '_>) -> TokenStream;
}
