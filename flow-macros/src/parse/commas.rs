//! The `,` between the members of a list: arguments, options, the inputs of a fan-in, the
//! names of a result.

use syn::{Ident, Lit, Token, ext::IdentExt, parse::ParseStream, token};

use crate::{errors::Errors, table};

/// Parses the `,` behind a member of a list. Where another one comes without it that is
/// reported; gives whether all is well.
///
/// # Errors
///
/// Where what comes begins no member.
pub(super) fn parse_comma(content: ParseStream<'_>, errors: &mut Errors) -> syn::Result<bool> {
    if content.is_empty() {
        return Ok(true);
    }
    if !begins_member(content) {
        content.parse::<Token![,]>()?;
        return Ok(true);
    }
    let help = "write it before this";
    errors.at(content.span(), "missing `,`", help);
    Ok(false)
}

/// Returns whether a member of a list may begin here.
fn begins_member(content: ParseStream<'_>) -> bool {
    let word = content.peek(Ident::peek_any) || content.peek(Lit);
    let inlet = content.peek(Token![<]) && !content.peek(Token![<-]);
    word || inlet
}

/// Returns whether `name =` comes.
pub(super) fn is_option(content: ParseStream<'_>) -> bool {
    content.peek(Ident) && content.peek2(Token![=]) && !content.peek2(Token![==])
}

/// Returns whether `name:` comes, as fields of a struct are written.
pub(super) fn is_field(content: ParseStream<'_>) -> bool {
    content.peek(Ident) && content.peek2(Token![:]) && !content.peek2(Token![::])
}

/// Returns whether what comes behind an input of a fan-in begins another one, or an option,
/// and cannot go on with the chain of this one.
pub(super) fn begins_input(input: ParseStream<'_>) -> bool {
    let inlet = input.peek(Token![<]) && !input.peek(Token![<-]);
    if inlet || is_option(input) {
        return true;
    }
    let ahead = input.fork();
    let Ok(word) = ahead.parse::<Ident>() else {
        return false;
    };
    let called = ahead.peek(token::Paren) || ahead.peek(Token![::]);
    match table::find(&word.to_string()) {
        Some(row) => row.is_source() || row.is_fan_in() || row.is_sink() && !called,
        None => !called,
    }
}
