//! The fields of a struct that are exposed.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Field, Fields, Ident};

use super::attribute::{self, Exposure};
use crate::attributes::errors::Errors;

/// A field that is exposed.
pub(super) struct Shown<'i> {
    pub(super) name: &'i Ident,
    pub(super) field: &'i Field,
    pub(super) exposure: Exposure,
}

/// The exposed fields of a struct with named fields.
pub(super) fn shown<'i>(item: &'i DeriveInput, errors: &mut Errors) -> Vec<Shown<'i>> {
    let named = match &item.data {
        Data::Struct(DataStruct {
            fields: Fields::Named(named),
            ..
        }) => named,
        other => {
            let help = "give it named fields: they are exposed by name";
            let (at, kind) = kind(item, other);
            errors.add_at(at, format!("{kind} cannot be exposed"), help);
            return Vec::new();
        }
    };
    let before = errors.count();
    let shown: Vec<_> = named
        .named
        .iter()
        .filter_map(|field| {
            Some(Shown {
                exposure: attribute::of_field(&field.attrs, errors)?,
                name: field.ident.as_ref()?,
                field,
            })
        })
        .collect();
    if shown.is_empty() && errors.count() == before {
        let wrong = format!("no field of `{}` is exposed", item.ident);
        let help = "write `#[expose(get = \"role\")]` above those that are to be";
        errors.add(&item.ident, wrong, help);
    }
    shown
}

/// The word to blame, and what it is.
fn kind(item: &DeriveInput, data: &Data) -> (Span, &'static str) {
    match data {
        Data::Enum(data) => (data.enum_token.span(), "an enum"),
        Data::Union(data) => (data.union_token.span(), "a union"),
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) => (fields.span(), "a tuple struct"),
            _ => (item.ident.span(), "a struct without fields"),
        },
    }
}
