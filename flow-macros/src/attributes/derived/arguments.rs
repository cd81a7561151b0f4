//! The arguments of the function, and how the artifact keeps each.

use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, ItemFn, Pat, PatType, Type};

use super::generics::{Generics, camel_case};
use super::options::Options;
use super::pattern;
use crate::attributes::errors::Errors;

/// One argument.
pub(super) struct Argument {
    /// Its name; one of ours where it is taken apart or has none.
    pub(super) name: Ident,
    /// The pattern that takes it apart, for those who only look at it.
    pub(super) pattern: Option<Pat>,
    /// Its type, with all lifetimes named.
    pub(super) ty: Type,
    /// The argument as the source has it, for messages.
    pub(super) text: String,
    pub(super) kept: Kept,
}

/// Says how the artifact keeps an argument.
pub(super) enum Kept {
    /// A shared reference: copied for every call.
    Shared,
    /// A value: cloned for every call, or handed out once.
    Owned,
    /// An artifact, got before the call and lent to it. The artifact type has a
    /// type parameter of this name for it.
    Source(Ident),
}

impl Argument {
    /// Returns whether the type is one that is known to be cloned and shared: it is kept
    /// as it is.
    pub(super) fn is_plain(&self) -> bool {
        let Type::Path(path) = &self.ty else {
            return false;
        };
        let last = path.path.segments.last();
        last.is_some_and(|last| {
            last.arguments.is_none() && PLAIN.iter().any(|name| last.ident == name)
        })
    }
}

/// Types that are `Clone` and `Sync`.
const PLAIN: [&str; 19] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "String", "PathBuf", "Duration",
];

/// Reads the arguments and takes our attributes off the function; `None` where
/// one of them cannot be kept.
pub(super) fn parse(
    function: &mut ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> Option<(Vec<Argument>, Generics)> {
    let mut generics = Generics::new(&function.sig);
    let mut arguments = Vec::new();
    let count = function.sig.inputs.len();
    for argument in &mut function.sig.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                let help = "make it a free function that takes what it needs as arguments";
                errors.add(
                    receiver.self_token,
                    "a derived function has no `self`",
                    help,
                );
            }
            FnArg::Typed(argument) => {
                let place = arguments.len();
                arguments.extend(one(argument, place, options, &mut generics, errors));
            }
        }
    }
    (arguments.len() == count).then_some((arguments, generics))
}

fn one(
    argument: &mut PatType,
    place: usize,
    options: &Options,
    generics: &mut Generics,
    errors: &mut Errors,
) -> Option<Argument> {
    let source = take_source(&mut argument.attrs);
    let mut conditions = argument.attrs.iter();
    if let Some(condition) = conditions.find(|attribute| attribute.path().is_ident("cfg")) {
        let help = "write the function twice, each with its `#[cfg(…)]`";
        let text = "an argument of a derived function is always there";
        errors.add(condition, text, help);
        return None;
    }
    let (name, pattern) = match pattern::name(&argument.pat) {
        Some(name) => (name.clone(), None),
        None => {
            let name = format!("argument_{place}");
            let pattern = pattern::looking(&argument.pat);
            (Ident::new(&name, Span::mixed_site()), pattern)
        }
    };
    let text = argument.pat.to_token_stream().to_string();
    let text = format!(
        "{}: {}",
        text.trim_start_matches("r#"),
        argument.ty.to_token_stream()
    );
    let mut ty = plain(&argument.ty).clone();
    let kept = keep(&name, &ty, source, options, errors)?;
    generics.name(
        &name.unraw().to_string(),
        &mut ty,
        matches!(kept, Kept::Source(_)),
    );
    Some(Argument {
        name,
        pattern,
        ty,
        text,
        kept,
    })
}

/// Returns how an argument of this type is kept.
fn keep(
    name: &Ident,
    ty: &Type,
    source: Option<Attribute>,
    options: &Options,
    errors: &mut Errors,
) -> Option<Kept> {
    match (ty, source) {
        (Type::ImplTrait(_), Some(source)) if options.blocking.is_some() => {
            let help = "get it in an `async` function, and pass its value on";
            errors.add(source, "a blocking function has no sources", help);
            None
        }
        (Type::ImplTrait(_), Some(_)) => {
            let camel = camel_case(&name.unraw().to_string());
            Some(Kept::Source(format_ident!(
                "Source{camel}",
                span = name.span()
            )))
        }
        (_, Some(_)) => {
            let help = "write `impl Artifact<Value = …>`";
            errors.add(ty, "a source is any artifact that gives a value", help);
            None
        }
        (Type::Reference(_), None) if options.blocking.is_some() => {
            let help = "take it by value; an `Arc` is shared as a reference is";
            errors.add(ty, "a blocking function borrows nothing", help);
            None
        }
        (Type::Reference(reference), None) if reference.mutability.is_none() => Some(Kept::Shared),
        (_, None) => Some(Kept::Owned),
    }
}

/// Takes `#[source]` off an argument.
fn take_source(attributes: &mut Vec<Attribute>) -> Option<Attribute> {
    let at = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("source"))?;
    Some(attributes.remove(at))
}

/// The type without the groups that a `macro_rules` puts around it.
pub(super) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        ty => ty,
    }
}
