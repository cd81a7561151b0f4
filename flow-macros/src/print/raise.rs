//! The ways in which errors, and items of the chain of a key, leave the code.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{Exit, Printer};
use crate::{
    code::{leaving, rests},
    lower::tree::Raise,
    names::{OnError, Out},
};

impl Printer<'_, '_, '_, '_> {
    pub(super) fn raise(&self, raise: &Raise) -> TokenStream {
        let Raise {
            at,
            question,
            binds,
            value,
            converts,
            withholds,
            ..
        } = raise;
        let (at, x) = (*at, self.writer.x());
        // Others that were made of its source's item may go on, and release what they hold.
        let withheld = withholds.then(|| {
            let (ledger, token) = (self.writer.ledger(), self.writer.token());
            quote!(#ledger.withhold(&#token);)
        });
        if let Exit::Give(out) = &self.exit {
            return self.give(raise, out, withheld.as_ref());
        }
        if matches!(self.exit, Exit::Turn) {
            return self.end_turn(raise);
        }
        let Exit::Break(label) = &self.exit else {
            let withheld = leaving::let_go(self.writer)
                .map(|told| quote_spanned!(at=> .inspect_err(|_| { #withheld #told })));
            let value = quote_spanned!(*question=> #value #withheld?);
            return match binds {
                true => quote_spanned!(at=> let #x = #value;),
                false => quote_spanned!(at=> #value;),
            };
        };
        self.left.set(true);
        let mut value = value.clone();
        if *converts {
            value = quote_spanned!(at=> #value.map_err(::core::convert::From::from));
        }
        if self.writer.on_error() == OnError::Given {
            let (out, error) = (self.writer.outbox(), self.writer.flag("error"));
            let told = leaving::let_go(self.writer);
            let given = quote! {
                match #value {
                    ::core::result::Result::Ok(given) => given,
                    ::core::result::Result::Err(#error) => {
                        #withheld
                        #told
                        #out.give(::core::result::Result::Err(#error)).await;
                        break #label;
                    }
                }
            };
            return match binds {
                true => quote_spanned!(at=> let #x = #given;),
                false => quote_spanned!(at=> #given;),
            };
        }
        let (faults, forget) = (self.writer.faults(), rests::forget(self.writer, raise.node));
        let kept = quote_spanned!(at=> #faults.keep(#value));
        let some = match binds {
            true => quote_spanned!(at=> ::core::option::Option::Some(#x)),
            false => quote_spanned!(at=> ::core::option::Option::Some(())),
        };
        quote_spanned!(at=> let #some = #kept else { #withheld #forget break #label };)
    }

    /// An error with which a flow ends that is pulled by turns.
    fn end_turn(&self, raise: &Raise) -> TokenStream {
        let (at, x, mut value) = (raise.at, self.writer.x(), raise.value.clone());
        if raise.converts {
            value = quote_spanned!(at=> #value.map_err(::core::convert::From::from));
        }
        let error = self.writer.flag("error");
        let left = leaving::failed_now(self.writer, &error);
        let failed = quote!(::core::result::Result::Err(#error));
        match raise.binds {
            true => quote_spanned! {at=>
                let #x = match #value {
                    ::core::result::Result::Ok(#x) => #x,
                    #failed => { #left }
                };
            },
            false => quote_spanned!(at=> if let #failed = #value { #left }),
        }
    }

    /// An error that the block of a key's chain gives.
    fn give(&self, raise: &Raise, out: &Out, withheld: Option<&TokenStream>) -> TokenStream {
        out.left.set(true);
        let (at, x, label) = (raise.at, self.writer.x(), &out.label);
        let (value, error) = (&raise.value, self.writer.flag("error"));
        let mut given = quote!(#error);
        if raise.converts {
            given = quote!(::core::convert::From::from(#error));
        }
        let failed = quote!(::core::result::Result::Err(#error));
        let left = quote!(break #label ::core::result::Result::Err(#given));
        let left = match withheld {
            Some(withheld) => quote!({ #withheld #left }),
            None => left,
        };
        match raise.binds {
            true => quote_spanned! {at=>
                let #x = match #value {
                    ::core::result::Result::Ok(#x) => #x,
                    #failed => #left,
                };
            },
            false => quote_spanned!(at=> if let #failed = #value { #left }),
        }
    }

    /// Writes what leaves the chain of a key goes on.
    pub(super) fn leave(&self, side: Option<usize>, item: &TokenStream) -> TokenStream {
        let Some(out) = &self.writer.out else {
            return TokenStream::new();
        };
        let (x, body, label) = (self.writer.x(), out.bodies.of(side), &out.label);
        let bound = (x != item.to_string()).then(|| quote!(let #x = #item;));
        let ended = out.needed.as_ref().map(|needed| {
            out.left.set(true);
            let given = self
                .writer
                .plan
                .fails
                .then(|| quote!(::core::result::Result::Ok(())));
            quote!(if !(#needed) { break #label #given; })
        });
        quote!({ #bound #body #ended })
    }
}
