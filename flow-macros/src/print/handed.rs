//! Items that are handed on to where they wait.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::Printer;
use crate::{
    code::{observe, round},
    lower::tree::{Filled, Raise, Stmt},
};

impl Printer<'_, '_, '_, '_> {
    /// An item that goes to where it waits, or to another region.
    pub(super) fn handed(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Send {
                at,
                feed,
                item,
                held,
                ..
            } => {
                let sent = quote_spanned!(*at=> #feed.send(#item));
                let sent = observe::held_up(self.writer, *held, sent);
                quote_spanned!(*at=> #sent.await;)
            }
            Stmt::Start {
                at,
                feed,
                future,
                held,
                ..
            } => {
                let place = quote_spanned!(*at=> #feed.place());
                let place = observe::held_up(self.writer, *held, place);
                quote_spanned!(*at=> #place.await.start(#future);)
            }
            Stmt::Back { item, sent, .. } => {
                let sent = self.stmt(sent);
                round::back(self.writer, item, &sent)
            }
            Stmt::Queue {
                node,
                at,
                item,
                bounded,
            } => {
                let queue = self.writer.queue(*node);
                let push = quote_spanned!(*at=> #queue.push(#item));
                match bounded {
                    false => quote_spanned!(*at=> #push;),
                    true => self.raise(&Raise {
                        node: Some(*node),
                        fatal: false,
                        at: *at,
                        question: *at,
                        binds: false,
                        value: observe::raised(self.writer, *node, false, &push),
                        converts: true,
                        withholds: false,
                    }),
                }
            }
            Stmt::Stash {
                at, stash, item, ..
            } => quote_spanned!(*at=> #stash.push(#item);),
            Stmt::Slot {
                at,
                slot,
                item,
                how: Filled::Surely,
                ..
            } => quote_spanned!(*at=> #slot = #item;),
            Stmt::Slot { at, slot, item, .. } => {
                quote_spanned!(*at=> #slot = ::core::option::Option::Some(#item);)
            }
            // No other comes here.
            _ => TokenStream::new(),
        }
    }
}
