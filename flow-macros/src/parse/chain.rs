//! Chains: elements joined by `->`.

use proc_macro2::{Spacing, Span, TokenTree};
use syn::{
    Ident, Lit, Token,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{
    arms::is_arm,
    commas::begins_input,
    element::parse_question,
    head::{Head, parse_head},
    inner::fold_scatter,
    name::is_named,
    parser::ChainParser,
    skip_statement_but_its_end,
    slips::{
        parse_missing_else, parse_option_outside, parse_second_list, parse_swapped_arrow,
        parse_wrong_end,
    },
};
use crate::{
    aggregates,
    errors::Errors,
    syntax::{Chain, Element, Special},
    table::{self, Effect, Operator, Opt},
};

impl ChainParser<'_> {
    /// `element -> element …`, up to `;`, `,` or the end. It has to start with a source.
    pub(super) fn sourced_chain(&mut self, input: ParseStream<'_>) -> Chain {
        self.chain_up_to(input, Behind::Semicolon)
    }

    /// The same among the inputs of a fan-in: also up to another one.
    pub(super) fn input_chain(&mut self, input: ParseStream<'_>) -> Chain {
        self.chain_up_to(input, Behind::Comma)
    }

    fn chain_up_to(&mut self, input: ParseStream<'_>, end: Behind) -> Chain {
        match parse_head(input, self.errors) {
            Head::Value(element) => self.elements(input, Some(element), end),
            Head::Element(value) => Chain {
                value,
                ..self.elements(input, None, end)
            },
        }
    }

    /// `element -> element …`, up to `;`, `,` or the end. Something flows into it.
    pub(super) fn chain(&mut self, input: ParseStream<'_>) -> Chain {
        self.elements(input, None, Behind::Semicolon)
    }

    fn elements(
        &mut self,
        input: ParseStream<'_>,
        mut first: Option<Element>,
        end: Behind,
    ) -> Chain {
        let (mut elements, mut skipped) = (Vec::new(), Vec::new());
        let mut breaks_off = false;
        let mut joint = Joint::None;
        loop {
            let next = first.take().or_else(|| self.behind(&joint, input));
            match next {
                Some(element) => push(&mut elements, element),
                None => {
                    skipped = skip_statement_but_its_end(input);
                    breaks_off = matches!(joint, Joint::Arrow(_)) && skipped.is_empty();
                    // What came before the slip is whole, but what it should have
                    // flowed into is unknown: silence the rules about its end.
                    if let Some(last) = elements.last_mut() {
                        last.health.lost = true;
                    }
                    break;
                }
            }
            if let Some(last) = elements.last_mut() {
                self.surplus(last, input, &end);
            }
            if input.peek(Token![->]) {
                let Ok(arrow) = input.parse::<Token![->]>() else {
                    break;
                };
                joint = Joint::Arrow(arrow.spans[0]);
            } else if is_over(input) || end.is_left_out(elements.last(), input) {
                break;
            } else {
                match parse_missing_arrow(input, elements.last_mut(), &end, self.errors) {
                    Ok(found) => joint = found,
                    Err(rest) => {
                        skipped = rest;
                        break;
                    }
                }
            }
        }
        aggregates::fold(&mut elements, self.errors);
        fold_scatter(&mut elements, self.errors);
        Chain {
            elements,
            skipped,
            breaks_off,
            value: None,
        }
    }

    /// Parses words that belong to the element before, and are written wrong.
    fn surplus(&mut self, last: &mut Element, input: ParseStream<'_>, end: &Behind) {
        if input.peek(token::Paren) && parse_second_list(last, input, self) {
            // Its `?` stands behind the second list.
            last.question = parse_question(input, &last.word, self.errors);
        }
        if input.peek(Ident) {
            parse_missing_else(last, input, self.errors);
        }
        if matches!(end, Behind::Semicolon) {
            parse_option_outside(last, input, self.errors);
        }
        if input.peek(Token![,])
            && input.peek2(Token![->])
            && let Ok(comma) = input.parse::<Token![,]>()
        {
            self.errors
                .at(comma.span, "a `,` stands before this `->`", "remove it");
        }
    }

    /// The element behind a joint; `None` where there is none, which is reported.
    fn behind(&mut self, joint: &Joint, input: ParseStream<'_>) -> Option<Element> {
        let arrow = match joint {
            Joint::Word(word) => return self.call(word.clone(), input),
            Joint::Arrow(arrow) => Some(*arrow),
            Joint::None | Joint::Missing => None,
            Joint::Dot(dot) if !input.peek(Ident) => {
                report_joint(".", *dot, self.errors);
                return None;
            }
            Joint::Dot(_) => None,
        };
        let mut reported = false;
        while input.peek(Token![->]) {
            let next: Token![->] = input.parse().ok()?;
            if arrow.is_none() {
                let help = "start it with a source, such as `from(iter)`, or with a name";
                let wrong = "a chain starts with a source, not with `->`";
                self.errors.at(next.spans[0], wrong, help);
                return None;
            }
            if !std::mem::replace(&mut reported, true) {
                let help = "remove one of them, or write an operator between them";
                self.errors
                    .at(next.spans[0], "nothing stands between two `->`", help);
            }
        }
        if is_over(input)
            && let Some(arrow) = arrow
        {
            if !reported {
                let help = "write an operator or a name behind it, or remove it";
                self.errors
                    .at(arrow, "nothing stands behind this `->`", help);
            }
            return None;
        }
        let mut element = self.element(input)?;
        if let Joint::Dot(dot) = joint {
            element.dot = Some(*dot);
        }
        if matches!(joint, Joint::Missing) {
            // What is missing may be its parentheses instead.
            element.health.broken |= element.arguments.is_none();
        }
        Some(element)
    }
}

/// Adds an element; behind one that gives lists the items of those, and before one that
/// keeps its state the lines that items are of.
fn push(elements: &mut Vec<Element>, mut element: Element) {
    let row = table::find(&element.word.to_string());
    let gives_lists = row.is_some_and(|row| row.gives_lists) && element.arguments.is_some();
    let members = (gives_lists && !element.health.broken).then(|| Element {
        question: element.question.take(),
        end: element.end,
        ..Element::special(element.word.clone(), Special::Members)
    });
    if keeps_state(&element) {
        elements.push(Element::special(element.word.clone(), Special::LinesOf));
    }
    elements.push(element);
    elements.extend(members);
}

fn keeps_state(element: &Element) -> bool {
    let options = element
        .arguments
        .as_ref()
        .map(|arguments| &arguments.options);
    let row = table::find(&element.word.to_string());
    let keep = row.and_then(|row| row.option_that(|effect| effect == Effect::KeepsState));
    let given =
        |keep: &Opt| options.is_some_and(|all| all.iter().any(|(name, _)| name == keep.name));
    keep.is_some_and(given) && !element.health.broken
}

/// The token that ends a chain.
enum Behind {
    /// `;`, of a statement.
    Semicolon,
    /// `,`, of an input among others.
    Comma,
}

impl Behind {
    /// Returns whether the `,` behind an input is missing, which the list of inputs reports.
    fn is_left_out(&self, last: Option<&Element>, input: ParseStream<'_>) -> bool {
        let in_list = matches!(self, Self::Comma);
        in_list && begins_input(input) && last.is_some_and(|last| !lacks_parentheses(last, input))
    }
}

/// The token before an element.
enum Joint {
    /// Nothing, or something wrong that was reported.
    None,
    Arrow(Span),
    /// A `->` that is missing, which was reported: something else may have been meant.
    Missing,
    /// `.`, which resolving reports: what is before it may be a Rust value.
    Dot(Span),
    /// The word of the element itself, which was reported.
    Word(Ident),
}

/// Says that stages are not joined like this.
pub fn report_joint(joint: &str, span: Span, errors: &mut Errors) {
    let help = "stages are joined by `->`";
    errors.at(span, format!("expected `->`, not `{joint}`"), help);
}

fn is_over(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![;]) || input.peek(Token![,])
}

/// Says what is missing where an element is followed by neither `->` nor `;`. Gives
/// the joint with which the chain goes on all the same, else the words that are
/// skipped.
fn parse_missing_arrow(
    input: ParseStream<'_>,
    last: Option<&mut Element>,
    end: &Behind,
    errors: &mut Errors,
) -> Result<Joint, Vec<Ident>> {
    let Some(last) = last else {
        return Err(Vec::new());
    };
    if is_arm(input) {
        let help = "arms are separated by `,`";
        errors.at(last.end, "missing `,`", help);
        return Err(Vec::new());
    }
    if lacks_parentheses(last, input) {
        let wrong = format!("missing `(` behind `{}`", last.word);
        let help = format!("arguments stand in parentheses: `{}(…)`", last.word);
        errors.at(input.span(), wrong, help);
        (last.health.broken, last.health.lost) = (true, true);
        return Err(skip_statement_but_its_end(input));
    }
    if let Some(word) = parse_swapped_arrow(input, errors) {
        return Ok(Joint::Word(word));
    }
    if parse_wrong_end(input, errors) {
        last.health.lost = true;
        return Err(Vec::new());
    }
    if starts_statement(input) && !goes_on(last, input) {
        last.health.lost = true;
        let help = "a statement ends in `;`, a chain goes on with `->`";
        errors.at(last.end, "missing `;`", help);
        return Err(Vec::new());
    }
    if input.peek(Token![match]) || input.peek(Ident) && !is_stray(input) {
        let help = "stages are joined by `->`";
        errors.at(input.span(), "missing `->`", help);
        last.health.lost = true;
        return Ok(Joint::Missing);
    }
    let (found, span) = (input.cursor().token_tree(), input.span());
    if let Some(arrow) = parse_wrong_arrow(input) {
        report_joint(&arrow, span, errors);
        return Ok(Joint::None);
    }
    if input.parse::<Token![.]>().is_ok() {
        return Ok(Joint::Dot(span));
    }
    if input.peek(Token![?]) {
        let help = "write `-> map(|result| result)?` behind it";
        let last = if last.word == "inlet" {
            "<T>".to_owned()
        } else {
            last.word.to_string()
        };
        errors.at(span, format!("`{last}` cannot carry `?`"), help);
    } else {
        let found = found.map_or_else(String::new, |(token, _)| token.to_string());
        let found = found.chars().take(12).collect::<String>();
        let (token, help) = match end {
            Behind::Semicolon => (
                ';',
                "`->` leads on to the next operator, `;` ends the statement",
            ),
            Behind::Comma => (
                ',',
                "`->` leads on to the next operator, `,` to the next input",
            ),
        };
        let wrong = format!("expected `->` or `{token}`, not `{found}`");
        errors.at(span, wrong, help);
    }
    last.health.lost = true;
    Err(skip_statement_but_its_end(input))
}

/// Returns whether what comes is an argument of an operator that was written without
/// parentheses: `map |x| x`, `from [1, 2]`.
fn lacks_parentheses(last: &Element, input: ParseStream<'_>) -> bool {
    let bare = last.arguments.is_none() && last.special.is_none() && last.question.is_none();
    let begins = input.peek(Token![|]) || input.peek(token::Bracket) || input.peek(Lit);
    let row = table::find(&last.word.to_string());
    row.is_some_and(|row| {
        let takes = !row.arguments.is_empty() || row.is_fan_in();
        bare && (begins || takes && input.peek(Ident))
    })
}

/// Parses what may have been meant as an arrow: `=>`, `-->`, `- >`. Something has to
/// stand behind it.
fn parse_wrong_arrow(input: ParseStream<'_>) -> Option<String> {
    const WRONG: [&str; 9] = ["=>", "==>", "-->", "->>", "- >", "~>", ">>", "|>", "<-"];
    let ahead = input.fork();
    let mut found = String::new();
    while let Some((punct, rest)) = ahead.cursor().punct() {
        ahead.parse::<TokenTree>().ok()?;
        found.push(punct.as_char());
        if punct.spacing() == Spacing::Alone && rest.punct().is_some() {
            found.push(' ');
        }
    }
    let joins = WRONG.contains(&found.as_str()) && (ahead.peek(Ident) || ahead.peek(Token![match]));
    joins.then(|| {
        input.advance_to(&ahead);
        found
    })
}

/// Returns whether a word comes that is neither an operator nor a name in a chain: another
/// token follows it that could not.
fn is_stray(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok() && (ahead.peek(Ident) || ahead.peek(Lit))
}

/// Returns whether an operator comes on the same line, as no statement begins: a name would
/// begin one.
fn goes_on(last: &Element, input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(word) = ahead.parse::<Ident>() else {
        return false;
    };
    let row = table::find(&word.to_string());
    let goes_on = row.is_some_and(|row| !row.is_source() && !row.is_fan_in());
    let same_line = word.span().start().line == last.end.end().line;
    ahead.peek(Token![->]) && goes_on && same_line
}

/// Returns whether what comes can only begin a statement of its own.
fn starts_statement(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if is_named(input) || input.peek(token::Paren) || input.peek(Token![#]) {
        return true;
    }
    let Ok(word) = ahead.parse::<Ident>() else {
        return false;
    };
    let begins = |row: &Operator| row.is_source() || row.is_fan_in();
    let call = ahead.peek(token::Paren) || ahead.peek(Token![::]);
    (call && table::find(&word.to_string()).is_some_and(begins)) || ahead.peek(Token![->])
}
