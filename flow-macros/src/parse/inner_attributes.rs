//! The attributes of a flow: `#![error = Type]`, `#![on_error = cancel]` and
//! `#![observe = "name"]`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{LitStr, Token, Type, ext::IdentExt, parse::ParseStream, spanned::Spanned};

use crate::{
    errors::Errors,
    suggest::nearest,
    syntax::{Observe, Syntax},
};

/// The words of the attributes that a flow may carry.
const KNOWN: [&str; 3] = ["error", "on_error", "observe"];

/// The attributes that a flow may carry, for messages.
const ACCEPTED: &str =
    "a flow knows `#![error = Type]`, `#![on_error = cancel]` and `#![observe = \"name\"]`";

/// Parses the attributes of a flow, and its doc comments.
pub(super) fn parse_inner_attributes(
    input: ParseStream<'_>,
    syntax: &mut Syntax,
    errors: &mut Errors,
) {
    while input.peek(Token![#]) && input.peek2(Token![!]) {
        let mut observed = None;
        let parsed: syn::Result<Option<(Ident, Type)>> = (|| {
            input.parse::<Token![#]>()?;
            input.parse::<Token![!]>()?;
            let content;
            syn::bracketed!(content in input);
            let word = content.call(Ident::parse_any)?;
            if !KNOWN.iter().any(|known| word == known) {
                let help = match nearest(&word.to_string(), KNOWN) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => ACCEPTED.to_string(),
                };
                errors.at(word.span(), format!("unknown attribute `{word}`"), help);
                content.parse::<TokenStream>()?;
                return Ok(None);
            }
            if word == "observe" {
                observed = Some((word, content.parse::<TokenStream>()?));
                return Ok(None);
            }
            let value = content.parse::<Token![=]>().and_then(|_| content.parse());
            content.parse::<TokenStream>()?;
            Ok(Some((word, value?)))
        })();
        match parsed {
            Ok(Some((word, value))) => sort(&word, value, syntax, errors),
            Ok(None) => {
                if let Some((word, rest)) = observed {
                    sort_observe(word, rest, syntax, errors);
                }
            }
            Err(error) => errors.syntax_of(&error, ACCEPTED),
        }
    }
}

/// `error = Type`, or `on_error = cancel`.
fn sort(word: &Ident, value: Type, syntax: &mut Syntax, errors: &mut Errors) {
    let twice = if word == "error" {
        syntax.error.replace(value).is_some()
    } else {
        let given = quote!(#value).to_string();
        if given != "cancel" {
            let wrong = format!("`on_error` is `cancel`, not `{given}`");
            let help = "without the attribute what runs beside a failed item finishes";
            return errors.at(value.span(), wrong, help);
        }
        std::mem::replace(&mut syntax.cancels, true)
    };
    if twice {
        let wrong = format!("`{word}` is set twice");
        errors.at(word.span(), wrong, "keep one of them");
    }
}

/// `observe`, or `observe = "name"`; `rest` is what stands behind the word.
fn sort_observe(word: Ident, rest: TokenStream, syntax: &mut Syntax, errors: &mut Errors) {
    if syntax.observe.is_some() {
        return errors.at(word.span(), "`observe` is set twice", "keep one of them");
    }
    let help = "write `#![observe = \"name\"]`, or `#![observe]` for a name of file and line";
    let mut name = None;
    if !rest.is_empty() {
        let given = rest.clone().into_iter().nth(1);
        let parsed = syn::parse2::<Named>(rest.clone());
        match parsed {
            Ok(Named(given)) if given.value().is_empty() => {
                errors.at(given.span(), "the name of an observed flow is empty", help);
            }
            Ok(Named(given)) => name = Some(given),
            Err(_) => {
                let given = given.map_or(rest, ToTokens::into_token_stream);
                let wrong = "the name of an observed flow is a string";
                errors.at(given.span(), wrong, help);
            }
        }
    }
    syntax.observe = Some(Observe { word, name });
}

/// `= "name"`
struct Named(LitStr);

impl syn::parse::Parse for Named {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        input.parse().map(Self)
    }
}
