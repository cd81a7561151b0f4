//! Copies of operators.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::Writer;

/// The owner of each copy of a chain's operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// `by_key`.
    PerKey,
    /// `scatter`.
    PerWorker,
}

impl Writer<'_, '_, '_> {
    /// A witness, in the mode of this chain.
    pub fn in_mode(&self, span: Span, witness: &TokenStream) -> TokenStream {
        let at = self.at(span);
        let mode = match self.copies {
            None => "alone",
            Some(Copies::PerKey) => "per_key",
            Some(Copies::PerWorker) => "per_worker",
        };
        let mode = Ident::new(mode, at);
        quote_spanned!(at=> #witness.#mode())
    }
}
