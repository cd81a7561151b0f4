//! The locals that operators are bound to.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};

use super::Writer;
use crate::{
    graph::{Graph, NodeId},
    sorted::Set,
    table::Role,
};

/// A local, which may be a reference to what is named. No stream of its own: those are put
/// together by the compiler, call by call.
#[derive(Clone)]
pub struct Local {
    pub(super) name: Ident,
    pub(super) lent: bool,
}

impl ToTokens for Local {
    fn to_tokens(&self, stream: &mut TokenStream) {
        let name = &self.name;
        match self.lent {
            true => stream.append(Group::new(Delimiter::Parenthesis, quote!(*#name))),
            false => name.to_tokens(stream),
        }
    }
}

/// The words that name a stage in an older edition and are reserved in the macro's own.
const RESERVED: [&str; 1] = ["gen"];

impl Writer<'_, '_, '_> {
    /// A name of these letters. One that is reserved here and not where the flow is written is
    /// raw.
    pub(super) fn ident(&self, text: &str, span: Span) -> Ident {
        match text.strip_prefix("r#") {
            Some(word) => Ident::new_raw(word, span),
            None if RESERVED.contains(&text) => Ident::new_raw(text, span),
            None => Ident::new(text, span),
        }
    }

    /// The same names, in code that is lent what it looks at.
    pub fn looking(&self) -> Self {
        Self {
            looks: true,
            ..self.lending()
        }
    }

    /// A reference to an operator, to nobody else: what is asked while something is awaited
    /// need not be `Sync`.
    pub fn lent_alone(&self, node: NodeId) -> TokenStream {
        let op = self.held(&self.local(node));
        match self.looks {
            true => quote!(&#op),
            false => quote!(&mut #op),
        }
    }
}

/// A name for every node: the user's where a chain's name names what comes out
/// of it, else the operator's and its number. A name in capitals is not used: a
/// constant or a variant of that name could not be shadowed.
pub(super) fn locals(graph: &Graph<'_>, path: &str, reserved: &Set<String>) -> Vec<String> {
    let mut taken = reserved.clone();
    let named = |id: NodeId| {
        let node = &graph.nodes[id];
        node.chain
            .filter(|_| node.names_end)
            .map(ToString::to_string)
            .filter(|name| !name.starts_with(char::is_uppercase))
    };
    let mut locals: Vec<Option<String>> = (0..graph.nodes.len()).map(named).collect();
    taken.extend(locals.iter().flatten().cloned());
    for (id, local) in locals.iter_mut().enumerate() {
        if local.is_none() {
            let operator = graph.nodes[id].operator;
            let word = if operator.behaviour.role == Role::Inlet {
                "inlet"
            } else {
                operator.name
            };
            let mut name = format!("{word}{path}_{id}");
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            *local = Some(name);
        }
    }
    locals.into_iter().flatten().collect()
}
