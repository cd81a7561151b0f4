//! The implementation that the derive writes.
//!
//! ```text
//! impl Exposed for Knobs {
//!     fn exposed(&self) -> Fields {
//!         fields([{
//!             let knob = is_knob(&self.at_once);
//!             Field::new("at_once", &self.at_once, &["viewer"], &["operator"])
//!                 .range("app::Knobs::at_once, range", knob, 1..=64)
//!         }])
//!     }
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Path};

use super::fields::Shown;
use crate::attributes::runtime_path::runtime_path;

/// Writes the implementation for the fields that were understood.
pub(super) fn implementation(
    item: &DeriveInput,
    shown: &[Shown<'_>],
    krate: Option<Path>,
) -> TokenStream {
    let krate = runtime_path(krate);
    let name = &item.ident;
    let (generics, arguments, bounds) = item.generics.split_for_impl();
    let fields = shown.iter().map(|shown| field(item, shown, &krate));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::inspect::Exposed for #name #arguments #bounds {
            fn exposed(&self) -> #krate::inspect::Fields {
                #krate::__private::exposed::fields([#(#fields),*])
            }
        }
    }
}

/// One field. That it is a knob is demanded at the first word that needs one.
fn field(item: &DeriveInput, shown: &Shown<'_>, krate: &Path) -> TokenStream {
    let exposure = &shown.exposure;
    let (get, set) = (&exposure.get, &exposure.set);
    let text = shown.name.unraw().to_string();
    let at = Span::mixed_site().located_at(shown.field.ty.span());
    let value = lent(shown, at);
    let mut field = quote_spanned! {at=>
        #krate::__private::exposed::Field::new(#text, #value, &[#(#get),*], &[#(#set),*])
    };
    let knob = Ident::new("knob", Span::mixed_site());
    for (word, given) in exposure.range.iter().chain(&exposure.check) {
        let by = format!("::{}::{text}, {word}", item.ident);
        let by = quote!(::core::concat!(::core::module_path!(), #by));
        field.extend(quote_spanned!(word.span()=> .#word(#by, #knob, #given)));
    }
    let Some(word) = &exposure.needs_knob else {
        return field;
    };
    let at = Span::mixed_site().located_at(word.span());
    let value = lent(shown, at);
    let is_knob = quote_spanned!(at=> #krate::__private::exposed::is_knob(#value));
    match exposure.range.is_some() || exposure.check.is_some() {
        true => quote!({ let #knob = #is_knob; #field }),
        false => quote!({ #is_knob; #field }),
    }
}

/// A reference to the field, all of it at one place: an error is shown there.
fn lent(shown: &Shown<'_>, at: Span) -> TokenStream {
    let mut name = shown.name.clone();
    name.set_span(at);
    quote_spanned!(at=> &self.#name)
}
