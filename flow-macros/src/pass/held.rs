//! The tokens of what waits: in operators that hold, at fan-ins, in sinks.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Tokens;
use crate::{
    code::tokens::{Keeper, is_synced},
    graph::{NodeId, Use},
    lower::tree::{Origin, Raise, Stmt},
    names::raised_result,
    table::{Inputs, Waits},
};

impl Tokens<'_, '_, '_, '_> {
    /// Puts the item into an operator, with its token.
    pub(super) fn put(&self, node: NodeId) -> TokenStream {
        let (writer, at) = (self.writer, self.writer.place(node));
        let (op, ledger) = (writer.local(node), writer.ledger());
        let item = writer.take(writer.plan.hand(Use { node, input: 0 }));
        let again = self.again();
        quote_spanned!(at=> #op.put(#item, #again, #ledger))
    }

    /// Writes what is done before and behind a loop over what an operator of the user's gave for
    /// an item: it says itself until when it holds any.
    pub(super) fn passed(&self, node: NodeId) -> Option<[TokenStream; 2]> {
        let Keeper::Kept = self.writer.keeper(node)? else {
            return None;
        };
        let (tokens, token, ledger) = (
            self.writer.tokens(node),
            self.writer.token(),
            self.writer.ledger(),
        );
        let holds = self.writer.private(quote!(op::pass_holds));
        let op = self.writer.held(&self.writer.local(node));
        Some([
            quote!(#tokens.keep(&#token, #ledger);),
            quote!(if !#holds(&#op) { #tokens.let_go(#ledger); }),
        ])
    }

    /// An item has come to a fan-in at which it may wait for long.
    pub(super) fn waits(&self, to: Use) -> TokenStream {
        if !matches!(self.writer.keeper(to.node), Some(Keeper::Inputs(_))) {
            return TokenStream::new();
        }
        let (tokens, token, ledger) = (
            self.writer.tokens(to.node),
            self.writer.token(),
            self.writer.ledger(),
        );
        let input = to.input;
        match self.len(to.node, input) {
            Some(len) => quote!(#tokens.fill(#input, #len, &#token, #ledger);),
            None => quote!(#tokens.push(#input, &#token, #ledger);),
        }
    }

    /// Writes what is done behind a loop over what waited, or was held to the end of input.
    pub(super) fn after(&self, origin: Origin) -> TokenStream {
        let (Origin::Waited(id) | Origin::Flushed(id)) = origin else {
            return TokenStream::new();
        };
        let (tokens, ledger) = (self.writer.tokens(id), self.writer.ledger());
        let node = &self.writer.graph().nodes[id];
        let flushed = matches!(origin, Origin::Flushed(_));
        match (self.writer.keeper(id), node.behaviour.inputs()) {
            (Some(Keeper::Kept), _) if flushed => quote!(#tokens.let_go(#ledger);),
            (Some(Keeper::Inputs(_)), Some(Inputs::Pairs)) if node.option("capacity").is_none() => {
                TokenStream::new()
            }
            (Some(Keeper::Inputs(_)), Some(Inputs::FirstWithLatest)) => {
                quote!(#tokens.settle(1, #ledger);)
            }
            (Some(Keeper::Inputs(_)), Some(Inputs::Latest)) => quote!(#tokens.settle(0, #ledger);),
            (Some(Keeper::Inputs(_)), _) => quote!(#tokens.report(#ledger);),
            _ => TokenStream::new(),
        }
    }

    /// A sink that may not have taken an item: then it is never acknowledged.
    pub(super) fn sunk(&self, node: NodeId) -> Option<Stmt> {
        let writer = self.writer;
        let each = &writer.graph().nodes[node];
        let synced = is_synced(writer, node);
        if !writer.is_acked(node) || !(synced || each.behaviour.waits == Waits::Depends) {
            return None;
        }
        let (op, token, ledger) = (writer.local(node), writer.token(), writer.ledger());
        if let (true, Some(span)) = (synced, each.raises()) {
            // At once: nothing that comes behind can be committed any more.
            let value = raised_result(writer, node, span, &quote!(#op.written()));
            return Some(Stmt::Raise(Raise {
                node: Some(node),
                fatal: false,
                at: Span::call_site(),
                question: writer.at(span),
                binds: false,
                value,
                converts: false,
                withholds: false,
            }));
        }
        Some(Stmt::Code(
            quote!(if #op.is_over() { #ledger.refuse(&#token); }),
        ))
    }
}
