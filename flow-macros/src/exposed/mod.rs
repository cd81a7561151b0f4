//! The derive `Exposed`: the fields of a struct that others may get and set.
//!
//! ```text
//! tokens ──▶ DeriveInput ──struct──▶ [Shown] ──expand──▶ tokens
//! ```
//!
//! Every mistake is reported, each on the token to edit, and the implementation is
//! written of what was understood: so nothing else is reported because of it.

mod attribute;
mod expand;
mod fields;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attributes::errors::Errors;

/// Returns what `#[derive(Exposed)]` expands to.
pub(crate) fn exposed(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let krate = attribute::of_struct(&item, &mut errors);
    let shown = fields::shown(&item, &mut errors);
    let implemented = expand::implementation(&item, &shown, krate);
    let errors = errors.into_tokens();
    quote!(#errors #implemented)
}
