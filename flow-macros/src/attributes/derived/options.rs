//! The options of `#[derived]`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Expr, FnArg, LitInt, Pat, Path, Signature, Type, UnOp};

use crate::attributes::errors::Errors;
use crate::attributes::options::{self, Known, Value};
use crate::attributes::{duration, suggest};

const OPTIONS: [Known; 11] = [
    option("key", "key = expression", Some(Value::expr)),
    option("as", "as = Name", Some(Value::name)),
    option("into", "into = Type", Some(Value::ty)),
    option("version", "version = 1", Some(Value::number)),
    option("retry", "retry = 3", Some(Value::expr)),
    option("retry_if", "retry_if = |error| …", Some(Value::expr)),
    option("retry_after", "retry_after = |error| …", Some(Value::expr)),
    option("timeout", "timeout = \"30s\"", Some(Value::text)),
    option("blocking", "blocking", None),
    option("fingerprint", "fingerprint = expression", Some(Value::expr)),
    option("crate", "crate = path", Some(Value::path)),
];

type Parse = fn(syn::parse::ParseStream) -> syn::Result<Value>;

const fn option(name: &'static str, form: &'static str, value: Option<Parse>) -> Known {
    Known { name, form, value }
}

/// The options as they were given.
pub(super) struct Options {
    /// The key that the record will have, over the arguments.
    pub(super) key: Option<Expr>,
    /// The name of the artifact type.
    pub(super) name: Option<Ident>,
    /// The record, where the return type does not show it.
    pub(super) into: Option<Type>,
    /// Holds what is kept beside each record; nothing where it is left out.
    pub(super) version: Option<u32>,
    /// The rest that the record is made of, over the arguments; its hash is kept beside
    /// the record.
    pub(super) fingerprint: Option<Expr>,
    /// The number of further attempts after a failure, or a policy.
    pub(super) retry: Option<Expr>,
    /// The errors that are tried again, and the wait that they ask for, each with its
    /// word.
    pub(super) retry_if: Option<(Ident, Expr)>,
    pub(super) retry_after: Option<(Ident, Expr)>,
    /// Says how long each attempt may take.
    pub(super) timeout: Option<Duration>,
    /// The word `blocking`, where it was given.
    pub(super) blocking: Option<Ident>,
    pub(super) runtime: Option<Path>,
    /// `key` was given, and is an error by itself already.
    key_is_wrong: bool,
}

impl Options {
    pub(super) fn parse(attribute: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self {
            key: None,
            name: None,
            into: None,
            version: None,
            fingerprint: None,
            retry: None,
            retry_if: None,
            retry_after: None,
            timeout: None,
            blocking: None,
            runtime: None,
            key_is_wrong: false,
        };
        let list = options::parse(attribute, &OPTIONS, errors);
        options.key_is_wrong = list.is_wrong("key");
        for given in list.given {
            let name = given.name.to_string();
            match (name.as_str(), given.value) {
                ("key", Value::Expr(key)) => options.key = Some(*key),
                ("version", Value::Number(number)) => {
                    options.version = read(&number, errors);
                }
                ("retry", Value::Expr(retry)) => {
                    if is_negative(&retry) {
                        let help = "write `retry = 3`, or leave it out";
                        errors.add(&*retry, "`retry` must not be negative", help);
                    }
                    options.retry = Some(*retry);
                }
                ("retry_if", Value::Expr(f)) => options.retry_if = Some((given.name, *f)),
                ("retry_after", Value::Expr(f)) => options.retry_after = Some((given.name, *f)),
                ("fingerprint", Value::Expr(of)) => options.fingerprint = Some(*of),
                (_, Value::Name(name)) => options.name = Some(name),
                (_, Value::Type(into)) => options.into = Some(*into),
                (_, Value::Text(text)) => options.timeout = duration::parse(&text, errors),
                (_, Value::Path(path)) => options.runtime = Some(path),
                (_, Value::Flag) => options.blocking = Some(given.name),
                (_, Value::Expr(_) | Value::Number(_)) => {}
            }
        }
        options
    }

    /// Reports a missing key; gives whether there is one.
    pub(super) fn check_key(&self, function: &Signature, errors: &mut Errors) -> bool {
        if self.key.is_none() && !self.key_is_wrong {
            let names: Vec<String> = function.inputs.iter().filter_map(name).collect();
            let first = names.first().map_or("…", String::as_str);
            let arguments = suggest::list(names.iter().map(String::as_str));
            let help = match names.is_empty() {
                true => "write `#[derived(key = …)]`".to_owned(),
                false => format!(
                    "write `#[derived(key = {first})]` or a field of it; the arguments are {arguments}"
                ),
            };
            let text = "no `key`: which record will it be?";
            errors.add_at(Span::call_site(), text, help);
        }
        self.key.is_some()
    }
}

/// Returns whether a value is a literal number below zero.
fn is_negative(value: &Expr) -> bool {
    match value {
        Expr::Unary(value) => {
            matches!(value.op, UnOp::Neg(_)) && matches!(*value.expr, Expr::Lit(_))
        }
        _ => false,
    }
}

/// A number that fits.
fn read(number: &LitInt, errors: &mut Errors) -> Option<u32> {
    let read = number.base10_parse::<u32>().ok();
    if read.is_none() {
        let text = format!("`{number}` is no `u32`");
        errors.add(number, text, format!("the largest number is {}", u32::MAX));
    }
    read
}

fn name(argument: &FnArg) -> Option<String> {
    match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(pattern) => Some(pattern.ident.unraw().to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}
