//! Arguments that are not written to their end, as they are while somebody
//! types: `map(|r| r.)`.
//!
//! They are reported, and then mended: where something is missing the report
//! itself stands in for it. So rustc finds no second mistake there, and an editor
//! knows what is in front of the cursor.
//!
//! ```text
//! |r| r.            |r| r[error!()]         an index of the type of an error
//! |r| r. > 3.0      |r| r[error!()] > 3.0   makes its whole such a type
//! |r| 1 +           |r| 1 + error!()
//! |r| { r. let …    |r| { r[error!()]; let …
//! ```
//!
//! What stands before the gap stays as it is, to the letter: an editor compares
//! the expansions with and without a word at the cursor up to there.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::quote;

/// The tokens with `error`, an expression, in every gap. With `tails` it also
/// ends every block with a gap: a value of the wrong type is no mistake of one
/// who has not come to the value yet.
pub(super) fn mend(tokens: TokenStream, error: &TokenStream, tails: bool) -> TokenStream {
    let (mut mender, tokens) = (Mender::new(error, tails), tokens.into_iter());
    let tokens: Vec<TokenTree> = tokens.collect();
    mender.all(&tokens);
    mender.mended
}

struct Mender<'e> {
    error: &'e TokenStream,
    tails: bool,
    mended: TokenStream,
    /// Says whether there was a gap.
    gap: bool,
}

impl<'e> Mender<'e> {
    fn new(error: &'e TokenStream, tails: bool) -> Self {
        Self {
            error,
            tails,
            mended: TokenStream::new(),
            gap: false,
        }
    }

    fn all(&mut self, tokens: &[TokenTree]) {
        for (index, token) in tokens.iter().enumerate() {
            let (before, after) = tokens.split_at(index);
            let next = after.get(1);
            match token {
                TokenTree::Group(group) if !is_macro(before) => self.group(group),
                TokenTree::Punct(dot) if is_dangling(dot, before, next) => {
                    let error = self.error;
                    self.fill(quote!([#error]));
                    if matches!(next, Some(TokenTree::Ident(_))) {
                        self.mended.extend(quote!(;));
                    }
                }
                TokenTree::Punct(end) if matches!(end.as_char(), ',' | ';') => {
                    self.operand(before);
                    self.mended.extend([token.clone()]);
                }
                TokenTree::Ident(word) if word == "let" && is_value(before.last()) => {
                    self.mended.extend(quote!(; #word));
                    self.gap = true;
                }
                _ => self.mended.extend([token.clone()]),
            }
        }
        self.operand(tokens);
    }

    fn group(&mut self, group: &Group) {
        let mut within = Mender::new(self.error, self.tails);
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        within.all(&tokens);
        if within.gap && self.tails && group.delimiter() == Delimiter::Brace {
            let error = self.error;
            within.mended.extend(quote!(; #error));
        }
        self.gap |= within.gap;
        let mut mended = Group::new(group.delimiter(), within.mended);
        mended.set_span(group.span());
        self.mended.extend([TokenTree::Group(mended)]);
    }

    /// Stands in for the operand that an operator, or a closure's `|…|`, lacks.
    fn operand(&mut self, before: &[TokenTree]) {
        let lacks = match before {
            [.., TokenTree::Punct(first), TokenTree::Punct(last)] if last.as_char() == '>' => {
                first.as_char() == '=' && first.spacing() == Spacing::Joint
            }
            [.., TokenTree::Punct(last)] => "+-*/%^&|=<!".contains(last.as_char()),
            _ => false,
        };
        if lacks {
            self.fill(self.error.clone());
        }
    }

    fn fill(&mut self, tokens: TokenStream) {
        self.mended.extend(tokens);
        self.gap = true;
    }
}

/// Returns whether no field or method comes behind a `.`, which is none of a range's.
fn is_dangling(dot: &Punct, before: &[TokenTree], next: Option<&TokenTree>) -> bool {
    let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '.');
    let named = match next {
        Some(TokenTree::Ident(word)) => is_field(word),
        Some(TokenTree::Literal(_)) => true,
        Some(next) => is_dot(next),
        None => false,
    };
    dot.as_char() == '.' && !named && before.last().is_some_and(|token| !is_dot(token))
}

/// Returns whether a word may stand behind a `.`: other keywords begin what comes next.
fn is_field(word: &Ident) -> bool {
    word == "await" || syn::parse2::<Ident>(quote!(#word)).is_ok()
}

/// Returns whether a token may end an expression that a `;` should have followed.
fn is_value(token: Option<&TokenTree>) -> bool {
    match token {
        Some(TokenTree::Ident(word)) => is_field(word),
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Brace,
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Punct(_)) | None => false,
    }
}

/// Returns whether what comes are the arguments of a macro, which may be anything.
fn is_macro(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(_), TokenTree::Punct(bang)] => bang.as_char() == '!',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(source: &str, tails: bool) -> String {
        let tokens = source.parse().expect("tokens");
        mend(tokens, &quote!(E), tails).to_string()
    }

    fn tokens(source: &str) -> String {
        let tokens: TokenStream = source.parse().expect("tokens");
        tokens.to_string()
    }

    #[test]
    fn gaps_are_filled() {
        for (source, expected) in [
            ("|r| r.", "|r| r[E]"),
            ("|r| r. > 3.0", "|r| r[E] > 3.0"),
            ("|r| f(r.), by = 3", "|r| f(r[E]), by = 3"),
            ("0, |a, r| *a += r.", "0, |a, r| *a += r[E]"),
            ("|r| r.await.", "|r| r.await[E]"),
            ("|r|", "|r| E"),
            ("|r| 1 +", "|r| 1 + E"),
            ("f(a, &)", "f(a, &E)"),
            ("match r { 1 => }", "match r { 1 => E }"),
            ("{ let a = ; a }", "{ let a = E; a }"),
            ("{ r. let a = 1; a }", "{ r[E]; let a = 1; a }"),
            ("{ r.b let a = 1; a }", "{ r.b; let a = 1; a }"),
        ] {
            assert_eq!(mended(source, false), tokens(expected), "{source}");
        }
    }

    #[test]
    fn blocks_with_a_gap_end_in_the_error() {
        assert_eq!(mended("|r| { r. }", true), tokens("|r| { r[E]; E }"));
        assert_eq!(
            mended("|r| { { r }; r. }", true),
            tokens("|r| { { r }; r[E]; E }")
        );
    }

    #[test]
    fn what_is_whole_stays_as_it_is() {
        for source in [
            "|r| r.0.1 + r.a(1..2)",
            "..",
            "a..",
            "|v: Vec<u8>| v as Vec<u8>",
            "println!(\"{}\", r.)",
            "{ if let Some(a) = b && let c = d { a } let e = 1; e }",
        ] {
            assert_eq!(mended(source, true), tokens(source), "{source}");
        }
    }
}
