//! All mistakes of one attribute, each on the token to edit.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Returns how many there are.
    pub(crate) fn count(&self) -> usize {
        self.0
            .as_ref()
            .map_or(0, |errors| errors.into_iter().count())
    }

    /// Adds the mistake at `tokens`, and what to do about it.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, text: impl Display, help: impl Display) {
        let message = format!("{text}\nhelp: {help}");
        self.add_error(syn::Error::new_spanned(tokens, message));
    }

    /// The same at a span without tokens: that of the attribute.
    pub(crate) fn add_at(&mut self, span: Span, text: impl Display, help: impl Display) {
        self.add_error(syn::Error::new(span, format!("{text}\nhelp: {help}")));
    }

    /// A mistake that syn found.
    pub(crate) fn add_error(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The mistakes as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0
            .map(|errors| errors.to_compile_error())
            .unwrap_or_default()
    }
}
