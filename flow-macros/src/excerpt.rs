//! Expressions as the user wrote them.
//!
//! Tokens know where they stand, so an excerpt has a space where the source has
//! one or more, and none elsewhere: `|r| r.celsius > 90.0`.

use std::mem;

use proc_macro2::{Delimiter, LineColumn, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The longest excerpt, in characters.
const LONGEST: usize = 200;

/// The text of some tokens, cut off where it is very long.
pub fn excerpt(tokens: &impl ToTokens) -> String {
    let mut writer = Excerpt::default();
    writer.all(tokens.to_token_stream());
    if writer.text.chars().count() > LONGEST {
        writer.text = writer.text.chars().take(LONGEST - 1).collect();
        writer.text.push('…');
    }
    writer.text
}

/// The place of a token, as a graph and errors tell it: its file, line and column.
///
/// A literal: `concat!(file!(), …)` are two macros for the compiler to expand, for each node.
pub fn location(span: Span) -> String {
    let start = span.start();
    format!("{}:{}:{}", span.file(), start.line, start.column + 1)
}

#[derive(Default)]
struct Excerpt {
    text: String,
    last: Last,
}

/// Says where the last token ended. The compiler is asked for places one by one, so only where
/// they are needed: between tokens that need not adjoin.
#[derive(Default)]
enum Last {
    /// There was none, or the next one adjoins it.
    #[default]
    Adjoins,
    Token(Span),
    Bracket(LineColumn),
}

impl Excerpt {
    fn token(&mut self, token: &str, start: impl FnOnce() -> LineColumn, last: Last) {
        let end = match mem::replace(&mut self.last, last) {
            Last::Adjoins => None,
            Last::Token(span) => Some(span.end()),
            Last::Bracket(end) => Some(end),
        };
        if end.is_some_and(|end| end != start()) {
            self.text.push(' ');
        }
        self.text.push_str(token);
    }

    fn all(&mut self, tokens: TokenStream) {
        for token in tokens {
            let TokenTree::Group(group) = token else {
                let span = token.span();
                let last = match &token {
                    TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint => Last::Adjoins,
                    _ => Last::Token(span),
                };
                self.token(&token.to_string(), || span.start(), last);
                continue;
            };
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            let (first, last) = (group.span_open(), group.span_close());
            if !open.is_empty() {
                let start = first.start();
                self.token(open, || start, Last::Bracket(right_of(start)));
            }
            self.all(group.stream());
            if !close.is_empty() {
                let end = last.end();
                self.token(close, || left_of(end), Last::Bracket(end));
            }
        }
    }
}

// A group that was parsed and written again has one span, from its first bracket
// to its last.

fn right_of(place: LineColumn) -> LineColumn {
    let column = place.column + 1;
    LineColumn { column, ..place }
}

fn left_of(place: LineColumn) -> LineColumn {
    let column = place.column.saturating_sub(1);
    LineColumn { column, ..place }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> String {
        let tokens: TokenStream = source.parse().expect("tokens");
        excerpt(&tokens)
    }

    #[test]
    fn spaces_are_where_the_source_has_them() {
        for source in [
            "|r| r.celsius > 90.0",
            "Vec::<_>::new()",
            "move |(a, b)| a.x ^ b[0]",
        ] {
            assert_eq!(of(source), source);
        }
        assert_eq!(of("|x| {\n    x\n}"), "|x| { x }");
    }

    #[test]
    fn a_long_text_is_cut_off() {
        let text = of(&"a + ".repeat(100));
        assert_eq!(text.chars().count(), LONGEST);
        assert!(text.ends_with('…'));
    }
}
