//! Elements: an operator with what it carries, or a name.

use proc_macro2::{Span, TokenTree};
use syn::{AngleBracketedGenericArguments, Ident, Token, Type, parse::ParseStream, token};

use super::{collect_words, name::parse_reported, parser::ChainParser};
use crate::{
    errors::Errors,
    excerpt::excerpt,
    health::Health,
    syntax::{Arguments, Element, Question, Special},
    table::{self, Within},
};

impl ChainParser<'_> {
    /// One element; `None` where there is none to be seen, which is reported.
    pub(super) fn element(&mut self, input: ParseStream<'_>) -> Option<Element> {
        if let Some(word) = parse_reported(input, self.errors) {
            return self.call(word, input);
        }
        if input.peek(Token![<]) {
            return parse_inlet(input, self.errors);
        }
        if input.peek(Token![match]) {
            return self.arms(input);
        }
        if !input.peek(Ident) {
            let span = if input.is_empty() {
                Span::call_site()
            } else {
                input.span()
            };
            let (wrong, help) = if input.peek(Token![|]) {
                let help = "give it to one, such as `map(f)`";
                ("expected an operator, not a closure", help)
            } else if input.peek(Token![if]) {
                let help = "a flow parts by patterns: `match { x if … => map(f), x => map(g) }`";
                ("expected an operator, not an `if`", help)
            } else if input.peek(token::Brace) {
                let help = "no braces stand around a chain: leave them out";
                ("expected an operator, not braces", help)
            } else {
                let help = "a chain is `from(iter) -> map(f) -> …`";
                ("expected an operator or a name", help)
            };
            self.errors.at(span, wrong, help);
            return None;
        }
        let word: Ident = input.parse().ok()?;
        if input.peek(Token![!]) {
            let help = format!("call it in a function: `map(|x| {word}!(…))`");
            self.errors
                .at(word.span(), "expected an operator, not a macro", help);
            return None;
        }
        self.call(word, input)
    }

    /// Returns what stands behind the word of an operator, or of a stage.
    pub(super) fn call(&mut self, word: Ident, input: ParseStream<'_>) -> Option<Element> {
        let mut broken = false;
        let mut end = word.span();
        let turbofish = match parse_turbofish(input, &word, self.errors) {
            Ok(Some((turbofish, close))) => {
                end = close;
                turbofish
            }
            Ok(None) => None,
            Err(()) => return None,
        };
        let mut arguments = None;
        if input.peek(token::Paren) {
            let mut parsed = Arguments::default();
            let row = table::find(&word.to_string());
            match self.parentheses(input, row, &mut parsed) {
                Ok(close) => end = close,
                Err(()) => broken = true,
            }
            arguments = Some(parsed);
        }
        let mut special = None;
        if table::find(&word.to_string()).is_some_and(|row| row.has_within(Within::Keys))
            && (arguments.is_some() || input.peek(token::Brace))
        {
            match self.braces(input, &word) {
                Some((inner, close)) => (special, end) = (Some(Special::Inner(inner)), close),
                None => broken = true,
            }
        }
        let question = parse_question(input, &word, self.errors);
        if let Some(question) = &question {
            let segment = question.or_else.as_ref().map(Ident::span);
            end = segment.unwrap_or(question.span);
            broken |= question.health.broken;
        }
        Some(Element {
            word,
            turbofish,
            arguments,
            question,
            special,
            dot: None,
            aggregate: None,
            end,
            health: broken.into(),
        })
    }
}

/// `<T>`.
fn parse_inlet(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
    let span = input.span();
    let parsed: syn::Result<Type> = (|| {
        input.parse::<Token![<]>()?;
        if input.peek(Token![>]) {
            return Err(syn::Error::new(span, "no type is in `<>`"));
        }
        let ty = input.parse()?;
        input.parse::<Token![>]>()?;
        Ok(ty)
    })();
    match parsed {
        Ok(ty) => Some(Element::special(
            Ident::new("inlet", span),
            Special::Inlet(ty),
        )),
        Err(error) => {
            errors.syntax_of(
                &error,
                "an inlet is `<T>`, with the type of what is emitted",
            );
            None
        }
    }
}

/// `::<…>`, with its last token; without types, which is reported, nothing is left of
/// it. `Err` where it does not parse.
#[allow(
    clippy::type_complexity,
    reason = "an option of a pair is no type of its own"
)]
fn parse_turbofish(
    input: ParseStream<'_>,
    word: &Ident,
    errors: &mut Errors,
) -> Result<Option<(Option<AngleBracketedGenericArguments>, Span)>, ()> {
    let row = table::find(&word.to_string());
    let bare = input.peek(Token![<]) && row.is_some();
    if !input.peek(Token![::]) && !bare {
        return Ok(None);
    }
    let span = input.span();
    let ahead = input.fork();
    if ahead.parse::<Token![::]>().is_ok() && ahead.peek(Ident) {
        let help = "call the function in one, such as `map(path::to::function)`";
        errors.at(word.span(), "an operator is one word, and no path", help);
        return Err(());
    }
    let parsed = match bare {
        true => input.parse(),
        false => AngleBracketedGenericArguments::parse_turbofish(input),
    };
    let parsed = parsed.map_err(|error| {
        errors.syntax_of(&error, "`::<…>` holds types: `collect::<Vec<_>>()`");
    })?;
    let close = parsed.gt_token.span;
    let types = excerpt(&parsed.args);
    if parsed.args.is_empty() {
        let help = format!("write `{word}()`, or the type: `{word}::<T>()`");
        errors.at(parsed.lt_token.span, "there is no type in `::<>`", help);
        return Ok(Some((None, close)));
    }
    if bare {
        let help = format!("write `{word}::<{types}>(…)`");
        errors.at(span, "missing `::` before the types", help);
    }
    Ok(Some((Some(parsed), close)))
}

/// `?`, `? else name` and `? else drop`.
pub(super) fn parse_question(
    input: ParseStream<'_>,
    word: &Ident,
    errors: &mut Errors,
) -> Option<Question> {
    let span = input.span();
    if input.peek(Token![else]) {
        let help = format!("write `{word}(…)? else name`");
        errors.at(span, "missing `?` before `else`", help);
    } else {
        input.parse::<Token![?]>().ok()?;
    }
    let mut question = Question {
        span,
        or_else: None,
        skipped: Vec::new(),
        health: Health::default(),
    };
    if input.peek(Token![else]) {
        let or_else: Token![else] = input.parse().ok()?;
        let name: Option<Ident> = input.parse().ok();
        question.health.broken = match &name {
            Some(name) => skip_operator(input, name, errors),
            None => {
                errors.at(
                    or_else.span,
                    "expected the name of a segment behind `else`",
                    "`? else rejects` sends the errors to the segment `rejects`",
                );
                skip_element(input, &mut question.skipped);
                true
            }
        };
        question.or_else = name.filter(|_| !question.health.broken);
    }
    Some(question)
}

/// Leaves what stands behind `else` up to where the chain goes on. Gives its words.
fn skip_element(input: ParseStream<'_>, words: &mut Vec<Ident>) {
    let ends = |input: ParseStream<'_>| {
        input.peek(Token![->]) || input.peek(Token![;]) || input.peek(Token![,])
    };
    while !input.is_empty() && !ends(input) {
        match input.parse::<TokenTree>() {
            Ok(token) => collect_words(token, words),
            Err(_) => return,
        }
    }
}

/// Leaves an operator behind `else`, which is reported: `for_each(f)`.
fn skip_operator(input: ParseStream<'_>, word: &Ident, errors: &mut Errors) -> bool {
    let operator = input.peek(token::Paren) || input.peek(Token![::]) || input.peek(token::Brace);
    if operator {
        let help = match word == "drop" {
            true => "write `? else drop`".to_string(),
            false => format!("name it, `rejects = {word}(…);`, and write `? else rejects`"),
        };
        let wrong = "`else` takes the name of a segment, not an operator";
        errors.at(word.span(), wrong, help);
        let _ = AngleBracketedGenericArguments::parse_turbofish(input);
        while input.peek(token::Paren) || input.peek(token::Brace) || input.peek(Token![?]) {
            let _ = input.parse::<TokenTree>();
        }
    }
    operator
}
