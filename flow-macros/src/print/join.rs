//! Branches that run at the same time.

use std::cell::{Cell, RefCell};

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{Exit, Printer};
use crate::{
    code::told,
    lower::tree::{BlockId, Raise},
    names::error_type,
};

impl Printer<'_, '_, '_, '_> {
    /// Branches that run at the same time.
    pub(super) fn join(
        &self,
        at: Span,
        items: &TokenStream,
        branches: &[(TokenStream, BlockId)],
    ) -> TokenStream {
        let x = self.writer.x();
        let plan = self.writer.plan;
        let error = error_type(self.writer);
        let within = Self {
            exit: Exit::Question,
            left: Cell::new(false),
            parts: RefCell::default(),
            ..*self
        };
        let futures = branches.iter().map(|(own, body)| {
            let code = within.block(*body);
            let ended = plan
                .fails
                .then(|| quote_spanned!(at=> ::core::result::Result::Ok::<(), #error>(())));
            quote_spanned!(at=> async { let #x = #own; #code #ended })
        });
        let mut futures = futures.collect::<Vec<_>>().into_iter();
        let (first, second) = (futures.next(), futures.next());
        let join = self.writer.private_at(at, "region::join");
        let joined = quote_spanned!(at=> #join(#first, #second)#(.and(#futures))*);
        if !plan.fails {
            return quote_spanned!(at=> #items #joined.await;);
        }
        let outcomes = 0..branches.len();
        let outcomes: Vec<_> = outcomes
            .map(|branch| self.writer.flag(&format!("outcome_{branch}")))
            .map(|name| quote!(#name))
            .collect();
        let all = told::together(self.writer, &outcomes);
        let names = outcomes.into_iter().reduce(|a, b| quote!((#a, #b)));
        let raised = self.raise(&Raise {
            node: None,
            fatal: false,
            at,
            question: at,
            binds: false,
            value: all,
            converts: false,
            withholds: false,
        });
        quote_spanned!(at=> #items let #names = #joined.await; #raised)
    }
}
