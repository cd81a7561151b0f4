//! The implementation that the derive writes.
//!
//! ```text
//! impl Exposed for Knobs {
//!     fn exposed(&self) -> Fields {
//!         is_knob(&self.at_once);
//!         fields([
//!             Field::new("at_once", &self.at_once, &["viewer"], &["operator"])
//!                 .range("app::Knobs::at_once, range", &self.at_once, 1..=64),
//!         ])
//!     }
//! }
//! ```

use proc_macro2::{Span, TokenStream};
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
    let knobs = shown.iter().filter_map(|shown| is_knob(shown, &krate));
    let fields = shown.iter().map(|shown| field(item, shown, &krate));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::inspect::Exposed for #name #arguments #bounds {
            fn exposed(&self) -> #krate::inspect::Fields {
                #(#knobs)*
                #krate::__private::exposed::fields([#(#fields),*])
            }
        }
    }
}

/// Demands a knob, at the first word that needs one.
fn is_knob(shown: &Shown<'_>, krate: &Path) -> Option<TokenStream> {
    let word = shown.exposure.needs_knob.as_ref()?;
    let at = Span::mixed_site().located_at(word.span());
    let name = shown.name;
    // The receiver is the derive's own `self`.
    let this = quote_spanned!(Span::mixed_site()=> self);
    Some(quote_spanned!(at=> #krate::__private::exposed::is_knob(&#this.#name);))
}

/// One field.
fn field(item: &DeriveInput, shown: &Shown<'_>, krate: &Path) -> TokenStream {
    let (name, exposure) = (shown.name, &shown.exposure);
    let at = Span::mixed_site().located_at(shown.field.ty.span());
    let value = quote_spanned!(Span::mixed_site()=> &self.#name);
    let (get, set) = (&exposure.get, &exposure.set);
    let text = name.unraw().to_string();
    let mut field = quote_spanned! {at=>
        #krate::__private::exposed::Field::new(#text, #value, &[#(#get),*], &[#(#set),*])
    };
    for (word, given) in exposure.range.iter().chain(&exposure.check) {
        let by = format!("::{}::{text}, {word}", item.ident);
        let method = syn::Ident::new(
            &word.to_string(),
            Span::mixed_site().located_at(word.span()),
        );
        let by = quote!(::core::concat!(::core::module_path!(), #by));
        field.extend(quote_spanned!(word.span()=> .#method(#by, #value, #given)));
    }
    field
}
