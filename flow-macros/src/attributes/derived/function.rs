//! What a function must be to be called by an artifact.

use quote::ToTokens;
use syn::{GenericParam, ItemFn, ReturnType, Safety};

use super::options::Options;
use crate::attributes::errors::Errors;

/// Reports what is wrong with the function as a whole; gives whether nothing is.
pub(super) fn check(function: &ItemFn, options: &Options, errors: &mut Errors) -> bool {
    let signature = &function.sig;
    let before = errors.count();
    for parameter in &signature.generics.params {
        let name = match parameter {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(parameter) => &parameter.ident,
            GenericParam::Const(parameter) => &parameter.ident,
        };
        let help = "name the types, one function for each";
        errors.add(name, "a derived function is not generic", help);
    }
    if let Safety::Unsafe(word) = &signature.safety {
        let help = "wrap it in a safe function";
        errors.add(word, "a derived function is not `unsafe`", help);
    }
    if let ReturnType::Default = signature.output {
        let help = "return the record, or a `Result` of it";
        errors.add(
            &signature.ident,
            "a derived function returns a record",
            help,
        );
    }
    if let (Some(blocking), Some(_)) = (&options.blocking, &signature.asyncness) {
        let help = "leave out one of `blocking` and `async`";
        let text = "an `async` function does not block";
        errors.add(blocking.to_token_stream(), text, help);
    }
    errors.count() == before
}
