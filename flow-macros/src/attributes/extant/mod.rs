//! `#[extant(key = …)]`: a struct becomes a record that is kept.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Expr, Fields, Item, ItemStruct, Lit, LitStr, Member, Path, Type};

mod expand;

use super::errors::Errors;
use super::options::{self, Known, Value};
use super::runtime_path::runtime_path;
use super::suggest;

const OPTIONS: [Known; 3] = [
    Known {
        name: "key",
        form: "key = field",
        value: Some(Value::expr),
    },
    Known {
        name: "kind",
        form: "kind = \"…\"",
        value: Some(Value::text),
    },
    Known {
        name: "crate",
        form: "crate = path",
        value: Some(Value::path),
    },
];

/// The options as they were given.
#[derive(Default)]
struct Options {
    key: Option<Expr>,
    kind: Option<LitStr>,
    runtime: Option<Path>,
    /// `key` was given, and is an error by itself already.
    key_is_wrong: bool,
}

impl Options {
    fn parse(arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let list = options::parse(arguments, &OPTIONS, errors);
        options.key_is_wrong = list.is_wrong("key");
        for given in list.given {
            match given.value {
                Value::Expr(key) => options.key = Some(*key),
                Value::Text(kind) => options.kind = Some(kind),
                Value::Path(runtime) => options.runtime = Some(runtime),
                Value::Flag | Value::Name(_) | Value::Number(_) | Value::Type(_) => {}
            }
        }
        options
    }
}

/// The expansion of the attribute.
pub(crate) fn extant(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    let expansion = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(record)) => implementation(options, &record, &mut errors),
        Ok(other) => {
            let help = "put it on the struct that is kept";
            errors.add(keyword(other), "`#[extant]` is not on a struct", help);
            None
        }
        // rustc says it of the item itself.
        Err(_) => None,
    };
    let errors = errors.into_tokens();
    quote!(#item #expansion #errors)
}

/// The token that says what an item is.
fn keyword(item: Item) -> TokenStream {
    match item {
        Item::Enum(item) => item.enum_token.into_token_stream(),
        Item::Fn(item) => item.sig.fn_token.into_token_stream(),
        Item::Union(item) => item.union_token.into_token_stream(),
        Item::Type(item) => item.type_token.into_token_stream(),
        other => other.into_token_stream(),
    }
}

/// One field of the key.
struct KeyField {
    member: Member,
    ty: Type,
}

/// Returns what is written below the struct; `None` where there is no telling.
fn implementation(
    options: Options,
    record: &ItemStruct,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if !record.generics.params.is_empty() {
        let help = "write a struct for each type that is kept";
        errors.add(&record.generics, "an extant record is not generic", help);
        return None;
    }
    if record.fields.is_empty() {
        let help = "give it a field that it is kept under";
        errors.add(&record.ident, "a record without fields has no key", help);
        return None;
    }
    let key = match &options.key {
        Some(key) => key_fields(key, record, errors)?,
        None if options.key_is_wrong => return None,
        None => {
            no_key(record, errors);
            return None;
        }
    };
    let runtime = runtime_path(options.runtime);
    let name = &record.ident;
    let kind = options.kind.map(|kind| kind.value());
    let kind = kind.unwrap_or_else(|| name.unraw().to_string());
    Some(expand::expand(&runtime, record, &kind, &key))
}

fn no_key(record: &ItemStruct, errors: &mut Errors) {
    let names = field_names(&record.fields);
    let first = names.first().map_or("field", String::as_str);
    let fields = suggest::list(names.iter().map(String::as_str));
    let help = format!("write `#[extant(key = {first})]`; the fields are {fields}");
    let text = "no `key`: which field is the record kept under?";
    errors.add_at(Span::call_site(), text, help);
}

/// The fields of the key, in the order in which they compare.
fn key_fields(key: &Expr, record: &ItemStruct, errors: &mut Errors) -> Option<Vec<KeyField>> {
    let names = field_names(&record.fields);
    let fields = suggest::list(names.iter().map(String::as_str));
    let parts = match key {
        Expr::Tuple(tuple) if !tuple.elems.is_empty() => tuple.elems.iter().collect(),
        Expr::Paren(paren) => vec![&*paren.expr],
        part => vec![part],
    };
    let mut found = Vec::new();
    for part in &parts {
        let Some(member) = member(part) else {
            let help =
                format!("write `key = field` or `key = (one, other)`; the fields are {fields}");
            errors.add(part, "the key of a record is a field of it", help);
            continue;
        };
        let field = record.fields.iter().zip(record.fields.members());
        match field.into_iter().find(|(_, other)| *other == member) {
            Some((field, _)) => found.push(KeyField {
                member,
                ty: field.ty.clone(),
            }),
            None => {
                let word = text(&member);
                let help = suggest::help(&word, "fields", names.iter().map(String::as_str));
                errors.add(
                    part,
                    format!("`{}` has no field `{word}`", record.ident),
                    help,
                );
            }
        }
    }
    (found.len() == parts.len()).then_some(found)
}

fn field_names(fields: &Fields) -> Vec<String> {
    fields.members().map(|member| text(&member)).collect()
}

fn text(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// A field's name or number.
fn member(expr: &Expr) -> Option<Member> {
    match expr {
        Expr::Path(path) => path.path.get_ident().cloned().map(Member::Named),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<usize>().ok().map(Member::from),
            _ => None,
        },
        _ => None,
    }
}
