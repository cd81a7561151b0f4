//! From the derivation to the artifact type.
//!
//! ```text
//! struct DerivedAnswer<'model> { __key, __made, pub question, pub model }
//! impl DerivedAnswer { VERSION, new }
//! impl Debug for DerivedAnswer
//! impl Clone for DerivedAnswer where Argument<Question>: Cloned<'_>
//! impl Artifact for DerivedAnswer
//! ```

mod artifact;
mod clone;
mod constructor;
mod names;
mod run;
mod structure;

use proc_macro2::TokenStream;
use quote::quote;

use super::Derivation;

/// Returns what is written below the function.
pub(super) fn expand(derivation: &Derivation) -> TokenStream {
    let clone = clone::clone(derivation);
    let parts = [
        structure::structure(derivation),
        constructor::constructor(derivation),
        structure::debug(derivation),
        artifact::artifact(derivation),
    ];
    let attrs = &derivation.function.attrs;
    let cfg = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let cfg = quote!(#(#cfg)*);
    let parts = parts.into_iter().chain(clone);
    quote!(#(#cfg #parts)*)
}
