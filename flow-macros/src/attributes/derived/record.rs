//! The record that the function makes, and the name of its artifact.
//!
//! Only tokens are here to see, so this is a guess by what return types look
//! like; rustc then checks it by types, and `into = …` corrects it.

use quote::format_ident;
use syn::ext::IdentExt;
use syn::{GenericArgument, Ident, PathArguments, ReturnType, Signature, Type};

use super::arguments::plain;
use super::options::Options;
use crate::attributes::errors::Errors;

/// The record's type and the artifact's name.
pub(super) fn parse(
    function: &Signature,
    options: &Options,
    errors: &mut Errors,
) -> Option<(Type, Ident)> {
    let ReturnType::Type(_, output) = &function.output else {
        return None;
    };
    let given = options.into.as_ref().map(plain);
    let record = given.unwrap_or_else(|| inside(output));
    let segment = match record {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let Some(segment) = segment else {
        let help = "return a struct that is `#[extant]`, or a `Result` of it";
        errors.add(record, "this is no extant record", help);
        return None;
    };
    let name = options.name.clone().unwrap_or_else(|| {
        let span = function.ident.span();
        format_ident!("Derived{}", segment.ident.unraw(), span = span)
    });
    Some((record.clone(), name))
}

/// Returns what is inside `Result` and `Option`.
fn inside(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => inside(&group.elem),
        Type::Paren(paren) => inside(&paren.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or(ty, |last| match &last.arguments {
                PathArguments::AngleBracketed(arguments)
                    if last.ident == "Result" || last.ident == "Option" =>
                {
                    let first = arguments.args.iter().find_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(ty),
                        _ => None,
                    });
                    first.map_or(ty, inside)
                }
                _ => ty,
            }),
        ty => ty,
    }
}
