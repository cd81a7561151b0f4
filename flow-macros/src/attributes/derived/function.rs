//! Defines what a function must be to be called by an artifact.

use quote::ToTokens;
use syn::{ItemFn, ReturnType, Safety, Signature, Type};

use super::options::Options;
use crate::attributes::errors::Errors;

/// Reports what is wrong with the function as a whole; gives whether nothing is.
pub(super) fn check(function: &ItemFn, options: &Options, errors: &mut Errors) -> bool {
    let signature = &function.sig;
    let before = errors.count();
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
    retries(signature, options, errors);
    errors.count() == before
}

/// Reports what nothing comes of among the options of attempts.
fn retries(signature: &Signature, options: &Options, errors: &mut Errors) {
    if let (Some((word, _)), None) = (&options.retry_after, &options.retry) {
        let help = "nothing is tried again without it; add `retry = 3`";
        errors.add(word, "`retry_after` needs `retry`", help);
    }
    if options.into.is_some() || gives_result(&signature.output) {
        return;
    }
    let sees_errors = [&options.retry_if, &options.retry_after];
    for (word, _) in sees_errors.into_iter().flatten() {
        let help = "let it return a `Result`, or leave the option out";
        let text = format!("`{word}` sees the function's error, and it gives none");
        errors.add(word, text, help);
    }
}

/// Returns whether the return type is called a `Result`. One that hides it is an
/// alias, and goes with `into`.
fn gives_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, output) = output else {
        return true;
    };
    match &**output {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == "Result")
        }
        _ => true,
    }
}
