//! The tokens that blocks begin with, by where their items come from.

use proc_macro2::TokenStream;
use quote::quote;

use super::Tokens;
use crate::{
    code::tokens::{self, Keeper},
    graph::NodeId,
    plan::Root,
    table::Inputs,
};

/// The way in which a block comes by its token.
pub(super) enum Made {
    /// `let token = …;`
    Token(TokenStream),
    /// `let (x, token) = …;`
    Pair(TokenStream),
}

impl Tokens<'_, '_, '_, '_> {
    /// Returns what a root gives.
    pub(super) fn rooted(&self, root: Root) -> Option<Made> {
        let x = self.writer.x();
        let from = match root {
            Root::Source(node) | Root::Results(node) => node,
            Root::Crossing(crossing) => self.writer.plan.crossings[crossing].from,
        };
        Some(match root {
            Root::Source(node) if self.writer.graph().nodes[node].acknowledges() => {
                let (ledger, (place, path)) = (self.writer.ledger(), self.writer.path(node));
                Made::Pair(quote!(#ledger.accept(#place, #path, #x)))
            }
            Root::Source(_) if self.writer.plan.apart => {
                let ledger = self.writer.ledger();
                Made::Pair(quote!(#ledger.enter(#x)))
            }
            // The chain of a key: the token is there.
            Root::Source(_) if self.writer.plan.carries => return None,
            // What comes is an item with its token, or a key that is idle.
            Root::Results(node) if self.writer.graph().nodes[node].watches_keys() => {
                Made::Token(self.none())
            }
            Root::Results(_) | Root::Crossing(_) if self.writer.is_acked(from) => {
                let ledger = self.writer.ledger();
                Made::Pair(match tokens::left_early(self.writer, root) {
                    Some(_) => quote!(#ledger.left(#x)),
                    None => quote!(#x),
                })
            }
            _ => Made::Token(self.none()),
        })
    }

    /// Returns what leaves an operator that holds, because of an item or at the end of input.
    pub(super) fn left(&self, node: NodeId) -> Option<Made> {
        match self.writer.keeper(node)? {
            Keeper::Within => {
                let x = self.writer.x();
                Some(Made::Pair(quote!(#x)))
            }
            Keeper::Kept => {
                let (tokens, ledger) = (self.writer.tokens(node), self.writer.ledger());
                Some(Made::Token(quote!(#tokens.share(#ledger))))
            }
            Keeper::Inputs(_) => None,
        }
    }

    /// Returns what leaves a fan-in at which items wait.
    pub(super) fn waited(&self, id: NodeId) -> Option<Made> {
        let Keeper::Inputs(inputs) = self.writer.keeper(id)? else {
            return None;
        };
        let node = &self.writer.graph().nodes[id];
        let (tokens, ledger, x) = (
            self.writer.tokens(id),
            self.writer.ledger(),
            self.writer.x(),
        );
        let len = (0..inputs).filter_map(|input| self.len(id, input));
        let len = quote!(&[#(#len),*]);
        let capacity = node.option("capacity").is_some();
        let carries = self.writer.plan.flag(id, "carry") == Some(true);
        Some(Made::Token(match node.behaviour.inputs()? {
            Inputs::Pairs if capacity => quote! {
                if #x.is_ok() { #tokens.firsts(#ledger) } else { #tokens.beyond(#len, #ledger) }
            },
            Inputs::Pairs => quote!(#tokens.firsts(#ledger)),
            Inputs::FirstWithLatest if capacity => quote! {
                if #x.is_ok() {
                    #tokens.first_with_latest(#ledger)
                } else {
                    #tokens.newest_of_first()
                }
            },
            Inputs::FirstWithLatest => quote!(#tokens.first_with_latest(#ledger)),
            Inputs::Latest => quote!(#tokens.latest(#ledger)),
            Inputs::Keys | Inputs::Turns if carries => {
                quote!(#tokens.left_with_last(#len, #ledger))
            }
            Inputs::Keys | Inputs::Turns => quote!(#tokens.left(#len, #ledger)),
        }))
    }
}
