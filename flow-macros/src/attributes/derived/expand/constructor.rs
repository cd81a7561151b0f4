//! The constructor.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::attributes::derived::Derivation;
use crate::attributes::derived::arguments::{Argument, Kept};

/// `new`, which knows the key before any work.
pub(super) fn constructor(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        name,
        function,
        runtime,
        arguments,
        options,
        ..
    } = derivation;
    let vis = &function.vis;
    let parameters = derivation.parameters();
    let (used, clause) = (derivation.used_parameters(), derivation.clause());
    let marker = derivation.generics.mentioned();
    let marker = marker.map(|_| quote!(__parameters: ::core::marker::PhantomData,));
    let names: Vec<_> = arguments.iter().map(|argument| &argument.name).collect();
    let types = arguments.iter().map(Argument::passed_type);
    let seen = seen(arguments);
    let in_scope = derivation.has_sources().then(|| {
        quote! {
            #[allow(unused_imports)]
            use #runtime::Artifact as _;
        }
    });
    let key_type = derivation.key_type();
    let key_value = options.key.as_ref().map(key_value);
    let key = Ident::new("key", Span::mixed_site());
    let checked = Ident::new("checked", Span::mixed_site());
    let checks = derivation.checks(|argument| argument.name.to_token_stream());
    let told = quote! {
        let #key: #key_type = {
            #in_scope
            #(#seen)*
            #key_value
        };
    };
    // Where a source cannot tell its key, nothing is asked of it.
    let told = match &checks {
        Some(checks) => quote! {
            let #checked = #checks;
            let #key = #private::Told::of(&#checked, || {
                #told
                #key
            });
        },
        None => told,
    };
    let fingerprint = Ident::new("fingerprint", Span::mixed_site());
    let hashed = options.fingerprint.as_ref().map(|of| {
        let of = fingerprinted(of, &private);
        let hashed = quote!({
            #in_scope
            #(#seen)*
            #of
        });
        match &checks {
            Some(_) => {
                let told = quote!(#private::Fingerprint::told);
                quote!(let #fingerprint = #told(&#checked, || #hashed);)
            }
            None => quote!(let #fingerprint = #hashed;),
        }
    });
    let kept = hashed
        .as_ref()
        .map(|_| quote!(__fingerprint: #fingerprint,));
    let fields = arguments.iter().map(Argument::field);
    let values = arguments.iter().map(|argument| {
        let name = &argument.name;
        match argument.kept {
            Kept::Owned if !argument.is_plain() => quote!(#private::Argument::new(#name)),
            Kept::Owned | Kept::Shared | Kept::Source(_) => quote!(#name),
        }
    });
    let version = version(derivation);
    quote! {
        #[allow(dead_code, unused_variables, unused_parens, clippy::all)]
        impl #parameters #name #used #clause {
            #version

            /// Promises the value that the function makes of these arguments. Nothing runs yet.
            #[must_use]
            #vis fn new(#(#names: #types),*) -> Self {
                #told
                #hashed
                Self {
                    __key: #key,
                    __made: #private::Memo::new(),
                    #kept
                    #(#fields: #values,)*
                    #marker
                }
            }
        }
    }
}

/// The version of the function, as a constant.
fn version(derivation: &Derivation) -> Option<TokenStream> {
    let vis = &derivation.function.vis;
    derivation.options.version.map(|version| {
        quote! {
            /// The version of the function, kept beside each record.
            #vis const VERSION: u32 = #version;
        }
    })
}

/// Writes what key and fingerprint see of the arguments.
fn seen(arguments: &[Argument]) -> Vec<Option<TokenStream>> {
    let seen = arguments.iter().map(|argument| {
        let name = &argument.name;
        match (&argument.kept, &argument.pattern) {
            // A reference is in the key's scope as it is.
            (Kept::Shared, None) => None,
            (Kept::Shared, Some(pattern)) => Some(quote!(let #pattern = #name;)),
            (Kept::Owned | Kept::Source(_), None) => Some(quote!(let #name = &#name;)),
            (Kept::Owned | Kept::Source(_), Some(pattern)) => Some(quote!(let #pattern = &#name;)),
        }
    });
    seen.collect()
}

/// The hash of what the expression gives, lent; each part of a tuple by itself, since
/// the parts may lie in borrowed arguments.
fn fingerprinted(of: &Expr, private: &TokenStream) -> TokenStream {
    let lent = |part: &Expr| {
        let span = part.span();
        quote_spanned!(span=> &(#part))
    };
    let lent = match of {
        Expr::Tuple(tuple) if !tuple.elems.is_empty() => {
            let parts = tuple.elems.iter().map(lent);
            quote_spanned!(tuple.span()=> &(#(#parts,)*))
        }
        of => lent(of),
    };
    quote_spanned!(of.span()=> #private::Fingerprint::of(#lent))
}

/// A clone of what the key's expression gives; of each part of a tuple, since
/// the parts may lie in borrowed arguments.
fn key_value(key: &Expr) -> TokenStream {
    let clone = |part: &Expr| {
        let span = part.span();
        let part = quote_spanned!(span=> &(#part));
        quote!(::core::clone::Clone::clone(#part))
    };
    match key {
        Expr::Tuple(tuple) => {
            let parts = tuple.elems.iter().map(clone);
            quote_spanned!(tuple.span()=> (#(#parts,)*))
        }
        key => clone(key),
    }
}
