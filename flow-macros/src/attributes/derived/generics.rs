//! The parameters of the artifact type: lifetimes that the arguments leave out, the
//! function's own types and constants, and a type for each `impl Trait`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericParam, LifetimeParam, Signature, Token, Type, TypeParam, TypeParamBound, WhereClause,
};

use super::lifetimes::Lifetimes;

/// The parameters, as the arguments are read.
pub(super) struct Generics {
    lifetimes: Lifetimes,
    /// The types and constants that the function declares.
    declared: Vec<GenericParam>,
    /// A type for each `impl Trait`, with its bounds.
    anonymous: Vec<(Ident, Punctuated<TypeParamBound, Token![+]>)>,
    clause: Option<WhereClause>,
}

impl Generics {
    pub(super) fn new(function: &Signature) -> Self {
        let mut lifetimes = Lifetimes::new(function);
        let all = function.generics.params.iter();
        let declared: Vec<_> = all
            .filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
            .cloned()
            .collect();
        let clause = function.generics.where_clause.clone();
        for parameter in &declared {
            lifetimes.see_parameter(parameter);
        }
        if let Some(clause) = &clause {
            lifetimes.see_clause(clause);
        }
        Self {
            lifetimes,
            declared,
            anonymous: Vec::new(),
            clause,
        }
    }

    /// Names what the type of an argument leaves out. A source has a parameter
    /// already.
    pub(super) fn name(&mut self, argument: &str, ty: &mut Type, is_source: bool) {
        self.lifetimes.name(argument, ty);
        if !is_source {
            let mut naming = Naming {
                argument,
                found: &mut self.anonymous,
            };
            naming.visit_type_mut(ty);
        }
    }

    /// The lifetimes of the artifact type.
    pub(super) fn lifetimes(&self) -> Vec<LifetimeParam> {
        self.lifetimes.parameters()
    }

    /// The types and constants, with their bounds.
    pub(super) fn parameters(&self) -> Vec<TokenStream> {
        let declared = self.declared.iter().map(|parameter| match parameter {
            GenericParam::Type(parameter) => {
                let TypeParam { ident, bounds, .. } = parameter;
                quote!(#ident: #bounds)
            }
            GenericParam::Const(parameter) => {
                let (ident, ty) = (&parameter.ident, &parameter.ty);
                quote!(const #ident: #ty)
            }
            GenericParam::Lifetime(parameter) => parameter.to_token_stream(),
        });
        let anonymous = self.anonymous.iter();
        let anonymous = anonymous.map(|(name, bounds)| quote!(#name: #bounds));
        declared.chain(anonymous).collect()
    }

    /// The same without the bounds.
    pub(super) fn used(&self) -> Vec<&Ident> {
        let anonymous = self.anonymous.iter().map(|(name, _)| name);
        self.declared_names().chain(anonymous).collect()
    }

    /// `::<T, N>`, as the function is called with.
    pub(super) fn turbofish(&self) -> Option<TokenStream> {
        let names: Vec<_> = self.declared_names().collect();
        (!names.is_empty()).then(|| quote!(::<#(#names),*>))
    }

    /// The `where` clause of the function.
    pub(super) fn clause(&self) -> Option<&WhereClause> {
        self.clause.as_ref()
    }

    /// Returns what mentions each lifetime and type, where not every one is in an argument.
    pub(super) fn mentioned(&self) -> Option<TokenStream> {
        let types = self
            .declared
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                _ => None,
            });
        let types: Vec<_> = types.collect();
        let lifetimes = self.lifetimes.parameters();
        let lifetimes = lifetimes.iter().map(|parameter| &parameter.lifetime);
        (!self.declared.is_empty() || self.clause.is_some()).then(|| {
            quote!(fn() -> (
                #(::core::marker::PhantomData<#types>,)*
                #(::core::marker::PhantomData<&#lifetimes ()>,)*
            ))
        })
    }

    fn declared_names(&self) -> impl Iterator<Item = &Ident> {
        self.declared
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                GenericParam::Const(parameter) => Some(&parameter.ident),
                GenericParam::Lifetime(_) => None,
            })
    }
}

/// Gives each `impl Trait` of an argument a name.
struct Naming<'a> {
    argument: &'a str,
    found: &'a mut Vec<(Ident, Punctuated<TypeParamBound, Token![+]>)>,
}

impl VisitMut for Naming<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(found) = ty {
            let span = found.impl_token.span;
            let camel = camel_case(self.argument);
            let mut name = format_ident!("Impl{camel}", span = span);
            while self.found.iter().any(|(other, _)| *other == name) {
                name = format_ident!("{name}_", span = span);
            }
            self.found.push((name.clone(), found.bounds.clone()));
            *ty = syn::parse_quote!(#name);
        }
    }
}

/// `a_word` as `AWord`.
pub(super) fn camel_case(snake_case: &str) -> String {
    let mut camel = String::new();
    for word in snake_case.split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
