//! Defines what the parts of the expansion call the same things.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::attributes::derived::Derivation;
use crate::attributes::derived::arguments::{Argument, Kept};

impl Derivation {
    pub(super) fn private(&self) -> TokenStream {
        self.private_at(Span::call_site())
    }

    pub(super) fn private_at(&self, span: Span) -> TokenStream {
        let runtime = self.runtime.to_token_stream().into_iter();
        let runtime = runtime.map(|mut token| {
            token.set_span(span);
            token
        });
        quote_spanned!(span=> #(#runtime)*::__private::artifacts)
    }

    /// Returns where rustc is to see all that depends on the record being one, so that
    /// it is one error where it is none.
    pub(super) fn at_record(&self) -> Span {
        self.record.span()
    }

    /// The type of the key.
    pub(super) fn key_type(&self) -> TokenStream {
        let private = self.private();
        let record = &self.record;
        quote_spanned!(self.at_record()=> <#record as #private::Promised>::Key)
    }

    /// The key that the artifact holds, by reference.
    pub(super) fn key(&self) -> TokenStream {
        // In parentheses of that place, so that all of it is blamed there.
        let this = Ident::new("self", Span::call_site());
        self.key_of(&quote_spanned!(self.at_record()=> (#this)))
    }

    /// `self` at the place of the record, where rustc blames its type on that. Where an argument
    /// of `macro_rules!` names the record, the place is another scope: in a method each `self`
    /// is of the same.
    pub(super) fn this_at_record(&self) -> Ident {
        Ident::new("self", self.at_record())
    }

    /// As [`key`](Self::key), of the `self` of a method.
    pub(super) fn key_of(&self, this: &impl ToTokens) -> TokenStream {
        if self.has_sources() {
            return quote_spanned!(self.at_record()=> #this.__key.key());
        }
        quote_spanned!(self.at_record()=> &#this.__key)
    }

    /// Writes what checks the sources, where there are any. `of` says where each is.
    pub(super) fn checks(&self, of: impl Fn(&Argument) -> TokenStream) -> Option<TokenStream> {
        let (private, kind) = (self.private(), self.record());
        let sources = self.arguments.iter().filter(|each| each.is_source());
        let checks = sources.map(|argument| {
            let (name, source) = (argument.name.unraw().to_string(), of(argument));
            quote!(#private::check_source(#kind, #name, &#source))
        });
        checks.reduce(|first, second| quote!(#first.and_then(|()| #second)))
    }

    /// Returns what the runtime must know of the record.
    pub(super) fn record(&self) -> TokenStream {
        let private = self.private();
        let record = &self.record;
        quote_spanned!(self.at_record()=> <#record as #private::Promised>::RECORD)
    }

    pub(super) fn has_sources(&self) -> bool {
        self.arguments.iter().any(Argument::is_source)
    }

    /// `<'a, T: Bound, SourceQuestion: Artifact<…>>`.
    pub(super) fn parameters(&self) -> TokenStream {
        let lifetimes = self.generics.lifetimes();
        let types = self.generics.parameters();
        let sources = self.arguments.iter().filter_map(Argument::source_parameter);
        quote!(<#(#lifetimes,)* #(#types,)* #(#sources,)*>)
    }

    /// The same without the bounds.
    pub(super) fn used_parameters(&self) -> TokenStream {
        let lifetimes = self.generics.lifetimes();
        let lifetimes = lifetimes.iter().map(|parameter| &parameter.lifetime);
        let types = self.generics.used();
        let sources = self
            .arguments
            .iter()
            .filter_map(|argument| match &argument.kept {
                Kept::Source(parameter) => Some(parameter),
                Kept::Shared | Kept::Owned => None,
            });
        quote!(<#(#lifetimes,)* #(#types,)* #(#sources,)*>)
    }

    /// The `where` clause of the function.
    pub(super) fn clause(&self) -> TokenStream {
        self.generics.clause().to_token_stream()
    }
}

impl Argument {
    /// The field that keeps it: its name, where the user gave it one.
    pub(super) fn field(&self) -> Ident {
        match self.pattern {
            None if self.is_named() => self.name.clone(),
            _ => self.local(),
        }
    }

    /// Returns whether the user gave it a name.
    pub(super) fn is_named(&self) -> bool {
        self.pattern.is_none() && !self.name.to_string().starts_with("argument_")
    }

    pub(super) fn is_source(&self) -> bool {
        matches!(self.kept, Kept::Source(_))
    }

    /// Returns what `new` takes.
    pub(super) fn passed_type(&self) -> TokenStream {
        match &self.kept {
            Kept::Source(parameter) => parameter.to_token_stream(),
            Kept::Shared | Kept::Owned => self.ty.to_token_stream(),
        }
    }

    /// Returns what the field holds.
    pub(super) fn field_type(&self, private: &TokenStream) -> TokenStream {
        let ty = self.passed_type();
        match self.kept {
            Kept::Owned if !self.is_plain() => quote!(#private::Argument<#ty>),
            Kept::Owned => ty,
            Kept::Shared | Kept::Source(_) => ty,
        }
    }

    /// The local that holds it while the function is called. It is ours, or an
    /// argument that is named as the function would hide it.
    pub(super) fn local(&self) -> Ident {
        let name = self.name.unraw();
        Ident::new(&format!("argument_{name}"), Span::mixed_site())
    }

    pub(super) fn source_parameter(&self) -> Option<TokenStream> {
        match (&self.kept, &self.ty) {
            (Kept::Source(parameter), Type::ImplTrait(artifact)) => {
                let bounds = &artifact.bounds;
                Some(quote!(#parameter: #bounds))
            }
            _ => None,
        }
    }
}
