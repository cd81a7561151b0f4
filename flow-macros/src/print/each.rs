//! Loops over what a node gives of one item.
//!
//! An error of one of these is none of the others': all of one item go through, whichever fails.
//! Items that say they have no end are left behind an error; else that would never be told.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::Printer;
use crate::{
    code::{observe, told},
    graph::NodeId,
    lower::tree::{BlockId, Stmt},
    table::Memory,
};

impl Printer<'_, '_, '_, '_> {
    pub(super) fn each(&self, stmt: &Stmt) -> TokenStream {
        let Stmt::Each {
            node,
            at,
            items,
            body,
            ended,
            stops,
            published,
        } = stmt
        else {
            return TokenStream::new();
        };
        let (at, x) = (*at, self.writer.x());
        let body = self.told_each(*node, *body);
        let [given, endless] = self.writer.given_items(*node);
        let memory = self.writer.graph().nodes[*node].behaviour.memory;
        let failed = matches!(memory, Memory::None | Memory::Asked)
            .then(|| told::failed(self.writer, *node))
            .flatten()
            .map(|failed| quote!(if #failed { break; }));
        if *stops {
            let stop = self.writer.flag("stop");
            return quote_spanned! {at=>
                let #given = #stop.each(#items);
                let #endless = #given.is_endless();
                for #x in #given {
                    #body #ended
                    if #endless { #failed #stop.rest().await; }
                }
            };
        }
        let failed = failed.map(|failed| {
            let is_endless = self.writer.private_at(at, "flow::is_endless");
            [
                quote_spanned!(at=> let #endless = #is_endless(&#given);),
                quote_spanned!(at=> if #endless { #failed }),
            ]
        });
        match (published, failed) {
            (Some(counter), failed) => {
                let failed = failed.unwrap_or_default();
                observe::each(self.writer, at, &given, items, *counter, &body, &failed)
            }
            (None, Some([says, failed])) => quote_spanned! {at=>
                let #given = ::core::iter::IntoIterator::into_iter(#items);
                #says
                for #x in #given { #body #ended #failed }
            },
            // What a user's function gives may be an `Option`, which is no mistake here.
            (None, None) => quote_spanned! {at=>
                #[allow(for_loops_over_fallibles)]
                for #x in #items { #body #ended }
            },
        }
    }

    /// A block in which an error ends no more than one of several items.
    pub(super) fn told_each(&self, node: NodeId, block: BlockId) -> TokenStream {
        match self.writer.tells_each(node) {
            true => self.labelled(|printer| printer.block(block)),
            false => self.told(block),
        }
    }
}
