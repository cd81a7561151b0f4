//! The tokens of a step: what travels beside the items of a source that acknowledges.
//!
//! ```text
//! while let Some(x) = next(&mut stream_0).await {
//!     let (x, token) = ledger.accept(0, |all| &mut all.0, x);     // where the item is from
//!     if let Some(x) = partition_1.put(x, ledger.again(&token), ledger) {
//!         let (x, token) = x;                                     // of all that is in the batch
//!         sink_2(x).await;
//!         ledger.release(token);
//!     }
//!     ledger.release(token);
//! }
//! ```
//!
//! In every block `token` is that of `x`. It is released at the end of the block in
//! which it was made; what keeps the item for longer has taken it once more. A block
//! that is left early releases nothing.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Index;

use super::{Tokens, made::Made};
use crate::{
    acknowledge,
    code::tokens::{self, Keeper},
    graph::NodeId,
    lower::{
        Step,
        tree::{Block, BlockId, Filled, Origin, Stmt, Tree},
    },
    names::Writer,
    plan::Root,
    table::Inputs,
};

/// Writes the tokens of a step, where some source acknowledges.
pub fn write(writer: &Writer<'_, '_, '_>, step: &mut Step) {
    if !writer.acknowledges() {
        return;
    }
    let pass = Tokens { writer };
    for block in 0..step.tree.blocks.len() {
        let stmts = std::mem::take(&mut step.tree.blocks[block].stmts);
        let mut written = Vec::with_capacity(stmts.len() + 2);
        for stmt in stmts {
            pass.stmt(&mut step.tree, block, stmt, &mut written);
        }
        step.tree.blocks[block].stmts = written;
    }
    for block in 0..step.tree.blocks.len() {
        let is_empty = step.tree.is_empty(block);
        pass.open(&mut step.tree.blocks[block], is_empty);
    }
}

impl Tokens<'_, '_, '_, '_> {
    /// The beginning and the end of a block whose item has a token of its own.
    fn open(&self, block: &mut Block, is_empty: bool) {
        let (x, token, ledger) = (self.writer.x(), self.writer.token(), self.writer.ledger());
        let made = match block.origin {
            Origin::Same => return,
            Origin::Root(root) => self.rooted(root),
            Origin::Pushed(node) => self.left(node),
            Origin::Flushed(node) => Some(self.left(node).unwrap_or(Made::Token(self.none()))),
            Origin::Met(node) => self.acked(node, |tokens| quote!(#tokens.take())),
            Origin::Waited(node) => self.waited(node),
            // The pattern of the loop names it.
            Origin::Queued(node) if self.writer.is_acked(node) => None,
            Origin::Queued(_) => return,
            Origin::Apart if is_empty => return,
            Origin::Apart => Some(Made::Token(self.none())),
        };
        let opens = match made {
            Some(Made::Token(made)) => quote!(let #token = #made;),
            Some(Made::Pair(pair)) => quote!(let (#x, #token) = #pair;),
            None if matches!(block.origin, Origin::Queued(_)) => TokenStream::new(),
            None => return,
        };
        block.ends = [opens, quote!(#ledger.release(#token);)];
    }

    pub(super) fn none(&self) -> TokenStream {
        self.writer.private(quote!(checkpoint::Token::none()))
    }

    fn acked(
        &self,
        node: NodeId,
        token: impl FnOnce(proc_macro2::Ident) -> TokenStream,
    ) -> Option<Made> {
        let acked = self.writer.is_acked(node);
        acked.then(|| Made::Token(token(self.writer.tokens(node))))
    }

    /// Returns how many wait at an input that may refuse an item.
    pub(super) fn len(&self, id: NodeId, input: usize) -> Option<TokenStream> {
        let node = &self.writer.graph().nodes[id];
        match node.behaviour.inputs() {
            Some(Inputs::Keys | Inputs::Turns) => {
                let (op, lane) = (self.writer.local(id), Index::from(input));
                Some(quote!(#op.lanes.#lane.len()))
            }
            Some(Inputs::Pairs) if node.option("capacity").is_some() => {
                let queue = self.writer.slot(id, input);
                Some(quote!(#queue.len()))
            }
            _ => None,
        }
    }

    /// One statement, with the tokens of what it does.
    fn stmt(&self, tree: &mut Tree, block: BlockId, mut stmt: Stmt, written: &mut Vec<Stmt>) {
        let writer = self.writer;
        match &mut stmt {
            Stmt::Send {
                node, into, item, ..
            } => *item = self.sent(*node, *into, std::mem::take(item)),
            Stmt::Back { node, item, .. }
            | Stmt::Queue { node, item, .. }
            | Stmt::Stash { node, item, .. }
            | Stmt::Slot {
                node,
                item,
                how: Filled::Joined,
                ..
            } => *item = self.with_token(*node, std::mem::take(item)),
            Stmt::Give { item, .. } if writer.plan.apart => {
                let (token, ledger) = (writer.token(), writer.ledger());
                *item = quote!(#ledger.leaving(#item, &#token));
            }
            Stmt::Hold { node, push, .. }
            | Stmt::Each {
                node, items: push, ..
            } if matches!(writer.keeper(*node), Some(Keeper::Within)) => *push = self.put(*node),
            Stmt::Raise(raise) => raise.withholds = true,
            Stmt::Start { node, future, .. } => {
                *future = self.along(*node, std::mem::take(future));
            }
            _ => {}
        }
        match stmt {
            Stmt::Meta { node, at, item } => {
                let value = self.with_meta(node, item);
                written.push(Stmt::Let { at, value });
            }
            Stmt::Slot {
                node,
                how: Filled::Meeting,
                ..
            } => {
                written.push(stmt);
                if writer.is_acked(node) {
                    let (tokens, token) = (writer.tokens(node), writer.token());
                    let ledger = writer.ledger();
                    written.push(Stmt::Code(quote!(#tokens.keep(&#token, #ledger);)));
                }
            }
            Stmt::Wait { to, code } => {
                let waits = self.waits(to);
                written.push(Stmt::Code(quote!(#code #waits)));
            }
            Stmt::Sink { node, code } => {
                written.push(Stmt::Code(code));
                written.extend(self.sunk(node));
            }
            Stmt::Each { node, .. } => {
                let [before, after] = self.passed(node).unwrap_or_default();
                written.push(Stmt::Code(before));
                written.push(stmt);
                written.push(Stmt::Code(after));
            }
            Stmt::After(origin) => written.push(Stmt::Code(self.after(origin))),
            Stmt::IfLet { body, .. } => {
                if let Origin::Met(node) = tree.blocks[body].origin
                    && writer.is_acked(node)
                {
                    let (tokens, new) = (
                        writer.tokens(node),
                        writer.private(quote!(checkpoint::Kept::new)),
                    );
                    let declared = &mut tree.blocks[block].declared;
                    declared.insert((node, usize::MAX), quote!(let mut #tokens = #new();));
                }
                written.push(stmt);
            }
            Stmt::IfSome { .. } | Stmt::While { .. } | Stmt::Slots { .. } => {
                written.push(self.queued(tree, stmt));
            }
            Stmt::Place(body) if tree.blocks[body].origin == Origin::Apart => {
                let at = Span::call_site();
                if !tree.is_empty(body) {
                    written.push(Stmt::Braces { at, body });
                }
            }
            other => written.push(other),
        }
    }

    /// A loop over what waited in a queue with its token.
    fn queued(&self, tree: &Tree, mut stmt: Stmt) -> Stmt {
        let (x, token) = (self.writer.x(), self.writer.token());
        if let Stmt::IfSome { pattern, body, .. }
        | Stmt::While { pattern, body, .. }
        | Stmt::Slots { pattern, body, .. } = &mut stmt
            && let Origin::Queued(node) = tree.blocks[*body].origin
            && self.writer.is_acked(node)
        {
            *pattern = quote!((#x, #token));
        }
        stmt
    }

    /// An item together with its token.
    fn with_token(&self, node: NodeId, item: TokenStream) -> TokenStream {
        if !self.writer.is_acked(node) {
            return item;
        }
        let again = self.again();
        quote!((#item, #again))
    }

    /// An item that goes to another region, together with its token.
    fn sent(&self, node: NodeId, into: Root, item: TokenStream) -> TokenStream {
        if !self.writer.is_acked(node) {
            return item;
        }
        let into = self.into(into);
        quote!((#item, #into))
    }

    /// The token once more, for what goes to another region: it may be dropped there.
    fn into(&self, into: Root) -> TokenStream {
        match tokens::left_early(self.writer, into) {
            None => self.again(),
            Some(cut) => {
                let (token, ledger) = (self.writer.token(), self.writer.ledger());
                quote!(#ledger.enters(#cut, &#token))
            }
        }
    }

    /// The token once more.
    pub(super) fn again(&self) -> TokenStream {
        let (token, ledger) = (self.writer.token(), self.writer.ledger());
        quote!(#ledger.again(&#token))
    }

    /// A future that gives its output with the token.
    fn along(&self, node: NodeId, future: TokenStream) -> TokenStream {
        if !self.writer.is_acked(node) {
            return future;
        }
        let along = self.writer.private(quote!(checkpoint::along));
        let again = self.into(Root::Results(node));
        quote!(#along(#future, #again))
    }

    /// Writes what `with_meta` gives.
    fn with_meta(&self, node: NodeId, item: TokenStream) -> TokenStream {
        let Some(source) = acknowledge::source_of(self.writer.graph(), node) else {
            return item;
        };
        let (token, ledger) = (self.writer.token(), self.writer.ledger());
        let (_, path) = self.writer.path(source);
        quote!((#item, #ledger.meta(#path, &#token)))
    }
}
