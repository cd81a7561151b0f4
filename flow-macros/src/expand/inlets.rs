//! The inlets of a flow, by the names that the program emits to.

use proc_macro2::Ident;
use quote::format_ident;

use super::names::Writer;
use crate::graph::NodeId;

/// The inlets of a flow, as its own type names them.
pub struct Inlets {
    /// The user's names.
    pub names: Vec<Ident>,
    /// The types of what is emitted: `T0`, `T1`.
    pub types: Vec<Ident>,
    /// The indices of tuples.
    pub indices: Vec<syn::Index>,
}

impl Inlets {
    pub fn of(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> Self {
        let named = |id: &NodeId| {
            let node = &writer.graph().nodes[*id];
            // That several inlets have names is checked.
            node.chain.cloned().unwrap_or_else(|| writer.local(*id))
        };
        Self {
            names: inlets.iter().map(named).collect(),
            types: (0..inlets.len())
                .map(|each| format_ident!("T{each}"))
                .collect(),
            indices: (0..inlets.len()).map(syn::Index::from).collect(),
        }
    }

    /// The methods of the inlets: `emit_left`, `emit_right`.
    pub fn methods(&self, verb: &str) -> Vec<Ident> {
        let names = self.names.iter();
        names
            .map(|name| format_ident!("{}_{}", verb, name, span = name.span()))
            .collect()
    }
}
