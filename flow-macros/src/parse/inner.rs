//! Chains within an element: `by_key(f) { … }`, and `scatter(n) -> … ->
//! gather()`, which is one element as well.

use proc_macro2::{Span, TokenStream};
use syn::{Ident, Token, braced, parse::ParseStream, token};

use super::parser::ChainParser;
use crate::{
    errors::Errors,
    syntax::{Chain, Element, Inner, Special},
    table::{self, Operator, Role, Within},
};

impl ChainParser<'_> {
    /// `{ chain }` behind `word`, with the closing brace; `None` where there is none
    /// or it did not parse, which is reported.
    pub(super) fn braces(&mut self, input: ParseStream<'_>, word: &Ident) -> Option<(Inner, Span)> {
        if !input.peek(token::Brace) {
            let help = format!("write `{word}(f) {{ sliding_window(3) -> map(average) }}`");
            let wrong = format!("`{word}` has no chain of its own");
            self.errors.at(word.span(), wrong, help);
            return None;
        }
        let parsed: syn::Result<(Chain, bool, Span)> = (|| {
            let content;
            let braces = braced!(content in input);
            let open = braces.span.open();
            if content.is_empty() {
                let help = format!("write `{word}(f) {{ sliding_window(3) -> map(average) }}`");
                self.errors
                    .at(open, "there is no chain in these braces", help);
                return Ok((Chain::default(), false, braces.span.close()));
            }
            let chain = self.chain(&content);
            let whole = content.is_empty();
            if content.peek(Token![;]) || content.peek(Token![,]) {
                let help = "remove it: one chain stands in the braces, and no names";
                self.errors
                    .at(content.span(), "a chain in braces has no end", help);
            }
            // Whatever is left was reported.
            content.parse::<TokenStream>()?;
            Ok((chain, whole, braces.span.close()))
        })();
        match parsed {
            Ok((chain, true, close)) => {
                let gather = None;
                Some((Inner { chain, gather }, close))
            }
            Ok(_) => None,
            Err(error) => {
                self.errors.syntax(&error);
                None
            }
        }
    }
}

/// Makes one element of all from a `scatter` to its `gather`.
pub(super) fn fold_scatter(elements: &mut Vec<Element>, errors: &mut Errors) {
    let is = |element: &Element, found: &dyn Fn(&Operator) -> bool| {
        element.arguments.is_some() && table::find(&element.word.to_string()).is_some_and(found)
    };
    let scatters = |row: &Operator| row.has_within(Within::Workers);
    let gathers = |row: &Operator| row.behaviour.role == Role::Outlet;
    let mut open: Option<usize> = None;
    let mut index = 0;
    while index < elements.len() {
        let span = elements[index].word.span();
        if is(&elements[index], &scatters) {
            if open.is_some() {
                let help = "gather what is scattered before: `-> gather() -> scatter(n)`";
                errors.at(span, "`scatter` within a `scatter`", help);
                errors.add_scatter();
                elements[index].health.broken = true;
            } else {
                open = Some(index);
            }
        } else if is(&elements[index], &gathers) {
            match open.take() {
                Some(start) => {
                    fold(elements, start, index, errors);
                    index = start;
                }
                None => {
                    elements[index].health.broken = true;
                    if !errors.take_scatter() {
                        let help =
                            "what runs on workers begins with `scatter(n)` in the same chain";
                        errors.at(span, "`gather` without `scatter`", help);
                    }
                }
            }
        }
        index += 1;
    }
    if let Some(start) = open {
        // Behind a slip there may be one.
        if elements
            .last()
            .is_some_and(|last| !last.health.broken && !last.health.lost)
        {
            let help = "`-> gather()` in the same chain ends what runs on the workers";
            errors.at(
                elements[start].word.span(),
                "`scatter` without `gather`",
                help,
            );
            // What ends in a sink has its `gather` nowhere.
            if !elements
                .last()
                .is_some_and(|last| is(last, &Operator::is_sink))
            {
                errors.add_scatter();
            }
        }
        elements[start].health.broken = true;
    }
}

fn fold(elements: &mut Vec<Element>, start: usize, end: usize, errors: &mut Errors) {
    let mut inside: Vec<Element> = elements.drain(start + 1..=end).collect();
    let gather = inside.pop();
    let scatter = &mut elements[start];
    if inside.is_empty() {
        let help = "write `scatter(n) -> map(f) -> gather()`";
        errors.at(
            scatter.word.span(),
            "nothing runs between `scatter` and `gather`",
            help,
        );
        scatter.health.broken = true;
    }
    if let Some(gather) = gather {
        scatter.end = gather.end;
        scatter.health.lost = gather.health.lost;
        scatter.special = Some(Special::Inner(Inner {
            chain: Chain {
                elements: inside,
                ..Chain::default()
            },
            gather: Some(Box::new(gather)),
        }));
    }
}
