//! The attributes of statements: `#[capacity(n)]`, `#[cfg(…)]`, `#[allow(…)]` and doc
//! comments.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Expr, LitBool, Meta, Token, parenthesized,
    parse::{ParseStream, Parser},
    spanned::Spanned,
    token::Paren,
};

use super::value::parse_value;
use crate::{
    errors::Errors,
    syntax::{Attributes, Condition},
};

/// The attributes that a statement may carry, for messages.
const ACCEPTED: &str =
    "a statement takes `#[capacity(n)]`, `#[cfg(…)]`, `#[allow(…)]` and doc comments";

/// Sorts the attributes of a statement; what is wrong with one is reported.
pub(super) fn sort_attributes(attributes: Vec<Attribute>, errors: &mut Errors) -> Attributes {
    let mut sorted = Attributes::default();
    for attribute in attributes {
        let word = attribute.path().get_ident().map(Ident::to_string);
        match word.as_deref() {
            Some("doc") => {}
            Some("allow") => sort_allow(attribute, &mut sorted, errors),
            Some("cfg") => sort_condition(&attribute, &mut sorted, errors),
            Some("capacity") => sort_capacity(&attribute, &mut sorted, errors),
            _ => {
                let span = attribute.path().span();
                errors.at(span, "unknown attribute on a statement", ACCEPTED);
            }
        }
    }
    sorted
}

/// Refuses what only statements carry, in front of the flow's result.
pub(super) fn refuse_on_result(attributes: &Attributes, errors: &mut Errors) {
    let result = "it stands in front of the flow's result, which is no statement";
    if let Some(capacity) = &attributes.capacity {
        let help = "put it on the segment that the cycle feeds";
        errors.at(capacity.span(), result, help);
    }
    for condition in &attributes.conditions {
        let help = "put `#[cfg(…)]` on statements; the result is the same with and without them";
        errors.at(condition.span, result, help);
    }
}

fn sort_capacity(attribute: &Attribute, sorted: &mut Attributes, errors: &mut Errors) {
    match attribute.parse_args_with(parse_value) {
        Ok(value) => {
            let value: Expr = value;
            if sorted.capacity.is_some() {
                let span = attribute.path().span();
                errors.at(span, "`capacity` is set twice", "keep one of them");
            } else {
                sorted.capacity = Some(value);
            }
        }
        Err(error) => errors.syntax(&error),
    }
}

fn sort_allow(attribute: Attribute, sorted: &mut Attributes, errors: &mut Errors) {
    match &attribute.meta {
        Meta::List(_) => sorted.allows.push(attribute),
        meta => errors.at(
            meta.span(),
            "`allow` names no lint",
            "write `#[allow(deprecated)]`",
        ),
    }
}

fn sort_condition(attribute: &Attribute, sorted: &mut Attributes, errors: &mut Errors) {
    let given = match &attribute.meta {
        Meta::List(list) if !list.tokens.is_empty() => list.tokens.clone(),
        meta => {
            let help = "write `#[cfg(feature = \"name\")]`";
            return errors.at(meta.span(), "`cfg` has no predicate", help);
        }
    };
    let span = attribute.path().span();
    match condition.parse2(given) {
        Ok((holds, predicate)) => sorted.conditions.push(Condition {
            predicate,
            holds,
            span,
        }),
        Err(error) => {
            let help = "a predicate is one as in `#[cfg(feature = \"name\")]`";
            errors.syntax_of(&error, help);
        }
    }
}

/// A predicate, and whether it has to hold: a `not(…)` asks the same as what is in it.
fn condition(input: ParseStream<'_>) -> syn::Result<(bool, TokenStream)> {
    let ahead = input.fork();
    let negated = ahead.parse::<Ident>().is_ok_and(|word| word == "not");
    let (holds, predicate) = if negated && ahead.peek(Paren) {
        input.parse::<Ident>()?;
        let content;
        parenthesized!(content in input);
        let (holds, predicate) = condition(&content)?;
        (!holds, predicate)
    } else if input.peek(LitBool) {
        (true, input.parse::<LitBool>()?.into_token_stream())
    } else {
        (true, input.parse::<Meta>()?.into_token_stream())
    };
    input.parse::<Option<Token![,]>>()?;
    match input.is_empty() {
        true => Ok((holds, predicate)),
        false => Err(input.error("`cfg` takes one predicate")),
    }
}
