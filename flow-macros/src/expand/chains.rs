//! Chains of keys in their places, for those that meet them in a step.

use proc_macro2::TokenStream;

use super::{
    inner, keyed,
    names::{Bodies, Chains, Writer},
};
use crate::graph::NodeId;

/// Writes chains as this expansion does.
pub struct InPlace;

impl Chains for InPlace {
    fn keyed(
        &self,
        writer: &Writer<'_, '_, '_>,
        node: NodeId,
        item: &TokenStream,
        bodies: Bodies,
        needed: Option<TokenStream>,
        raised: &TokenStream,
    ) -> TokenStream {
        keyed::keyed(writer, node, item, bodies, needed, raised)
    }

    fn step(&self, within: &Writer<'_, '_, '_>) -> TokenStream {
        inner::step_within(within)
    }

    fn end(&self, within: &Writer<'_, '_, '_>) -> TokenStream {
        inner::end_within(within)
    }
}
