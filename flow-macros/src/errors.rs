//! The sink for mistakes: every phase puts its own in, and all come out in one
//! compile.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// All mistakes found so far, in the order they were found.
#[derive(Default)]
pub struct Errors {
    found: Vec<(Span, String)>,
    /// Keywords that were written as names of stages, which was reported.
    keywords: Vec<String>,
    /// The number of `scatter`s that were reported, and have no `gather` yet.
    scatters: usize,
    /// The last token of the flow: where the input ends too early `syn` blames all of it.
    end: Option<Span>,
}

impl Errors {
    /// No mistake yet, in a flow that ends in this token.
    pub fn before(end: Option<Span>) -> Self {
        Self {
            end,
            ..Self::default()
        }
    }

    /// The place of an error of `syn`: where it blames the whole flow, the end of it.
    fn place(&self, error: &syn::Error) -> Span {
        let (span, all) = (error.span(), Span::call_site());
        let is_all = (span.start(), span.end()) == (all.start(), all.end());
        self.end.filter(|_| is_all).unwrap_or(span)
    }

    /// Reports what is wrong at `span`, and the edit that mends it.
    pub fn at(&mut self, span: Span, wrong: impl Into<String>, help: impl AsRef<str>) {
        let help = help.as_ref();
        let mut text = wrong.into();
        if !help.is_empty() {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        self.found.push((span, text));
    }

    /// Takes over what `syn` found.
    pub fn syntax(&mut self, error: &syn::Error) {
        for each in error.clone() {
            self.found.push((self.place(&each), each.to_string()));
        }
    }

    /// Takes over what `syn` found, with the edit that mends it.
    pub fn syntax_of(&mut self, error: &syn::Error, help: impl AsRef<str>) {
        for each in error.clone() {
            self.at(self.place(&each), each.to_string(), help.as_ref());
        }
    }

    /// Remembers that a `scatter` was reported: its `gather` may stand elsewhere.
    pub const fn add_scatter(&mut self) {
        self.scatters += 1;
    }

    /// Returns whether a lone `gather` is that of a `scatter` which was reported.
    pub const fn take_scatter(&mut self) -> bool {
        let was_reported = self.scatters > 0;
        self.scatters = self.scatters.saturating_sub(1);
        was_reported
    }

    /// Remembers a keyword that was reported as the name of a stage.
    pub fn add_keyword(&mut self, word: &Ident) {
        self.keywords.push(word.to_string());
    }

    /// Returns whether the keyword was reported as the name of a stage.
    pub fn is_stage(&self, keyword: &Ident) -> bool {
        self.keywords.iter().any(|each| keyword == each)
    }

    /// Returns whether a mistake was found at the start of `span`.
    pub fn is_at(&self, span: Span) -> bool {
        self.found.iter().any(|(at, _)| at.start() == span.start())
    }

    /// The last mistake again, as an expression of the type of an error: rustc
    /// says the same thing of the same place only once.
    pub fn last_as_expression(&self) -> Option<TokenStream> {
        let (span, text) = self.found.last()?;
        Some(quote_spanned!(*span=> ::core::compile_error!(#text)))
    }

    /// Returns whether a phase may go on: nothing has been found.
    pub fn gate(&self) -> Result<(), ()> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(())
        }
    }

    /// The mistakes, in the order of the text, as statements and a tail
    /// expression. The tail has the type of an error, so that whatever is done
    /// with the flow adds no error to it.
    pub fn into_tokens(mut self) -> TokenStream {
        let place = |span: &Span| (span.start().line, span.start().column);
        self.found.sort_by_key(|(span, _)| place(span));
        let mut tokens = TokenStream::new();
        let last = self.found.len().saturating_sub(1);
        for (index, (span, text)) in self.found.into_iter().enumerate() {
            tokens.extend(quote_spanned!(span=> ::core::compile_error!(#text)));
            if index < last {
                tokens.extend(quote_spanned!(span=> ;));
            }
        }
        tokens
    }

    /// The column and the text of every mistake, in the order of the text, for tests.
    #[cfg(test)]
    pub fn places(&self) -> Vec<(usize, &str)> {
        let found = self.found.iter();
        let mut places: Vec<_> = found
            .map(|(span, text)| (span.start().column, text.as_str()))
            .collect();
        places.sort_unstable();
        places
    }

    /// Returns what is wrong, without the help, for tests.
    #[cfg(test)]
    pub fn texts(&self) -> Vec<&str> {
        let found = self.found.iter();
        found.filter_map(|(_, text)| text.lines().next()).collect()
    }
}
