//! `#[derived(key = …)]`: a function becomes the way a missing record is made.
//!
//! ```text
//! options ─┐
//!          ├─▶ Derivation ──expand──▶ tokens
//! function ┘
//! ```

mod arguments;
mod expand;
mod function;
mod generics;
mod lifetimes;
mod options;
mod pattern;
mod record;
mod siblings;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Item, ItemFn, Path, Type};

use self::arguments::Argument;
use self::generics::Generics;
use self::options::Options;
use super::errors::Errors;
use super::runtime_path::runtime_path;

/// All that the expansion is made from.
struct Derivation {
    /// Says how the runtime is reached.
    runtime: Path,
    /// The function, without our own attributes inside.
    function: ItemFn,
    /// The artifact type.
    name: Ident,
    /// The record it makes.
    record: Type,
    /// The parameters of the artifact type.
    generics: Generics,
    arguments: Vec<Argument>,
    options: Options,
}

/// The expansion of the attribute.
pub(crate) fn derived(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(attribute, &mut errors);
    let tokens = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => of_function(options, function, &mut errors),
        Ok(other) => {
            let help = "put it on the function that makes a record";
            errors.add(keyword(&other), "`#[derived]` is not on a function", help);
            item
        }
        // rustc says it of the item itself; a method's `self` parses as well.
        Err(_) => item,
    };
    let errors = errors.into_tokens();
    quote!(#tokens #errors)
}

/// The function, and the artifact where everything is clear.
fn of_function(options: Options, mut function: ItemFn, errors: &mut Errors) -> TokenStream {
    let sound = function::check(&function, &options, errors);
    let written = function.clone();
    let arguments = arguments::parse(&mut function, &options, errors);
    let record = record::parse(&written.sig, &options, errors);
    let key = options.check_key(&written.sig, errors);
    let alone = match &record {
        Some((_, name)) => siblings::check(&written, name, errors),
        None => true,
    };
    let artifact = match (arguments, record, key) {
        (Some((arguments, generics)), Some((record, name)), true) if sound && alone => {
            expand::expand(&Derivation {
                runtime: runtime_path(options.runtime.clone()),
                function: function.clone(),
                name,
                record,
                generics,
                arguments,
                options,
            })
        }
        _ => TokenStream::new(),
    };
    quote!(#function #artifact)
}

/// The token that says what an item is.
fn keyword(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.struct_token.to_token_stream(),
        Item::Enum(item) => item.enum_token.to_token_stream(),
        Item::Impl(item) => item.impl_token.to_token_stream(),
        Item::Trait(item) => item.trait_token.to_token_stream(),
        Item::Mod(item) => item.mod_token.to_token_stream(),
        other => other.to_token_stream(),
    }
}
