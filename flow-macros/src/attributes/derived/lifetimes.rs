//! Lifetimes that the arguments leave out, which a struct must name.

use crate::sorted::Set;
use proc_macro2::Span;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericParam, Generics, Lifetime, LifetimeParam, ParenthesizedGenericArguments, Signature,
    Type, TypeFnPtr, TypeReference, WhereClause,
};

/// Names the lifetimes of types, argument by argument.
pub(super) struct Lifetimes {
    /// Holds what the function declares.
    declared: Vec<LifetimeParam>,
    /// The names of those declared ones that a type had.
    used: Set<String>,
    /// Holds what was named here.
    added: Vec<LifetimeParam>,
    /// The argument that is being named.
    argument: String,
}

impl Lifetimes {
    pub(super) fn new(function: &Signature) -> Self {
        Self {
            declared: declared(&function.generics),
            used: Set::new(),
            added: Vec::new(),
            argument: String::new(),
        }
    }

    /// Names what the type of an argument leaves out.
    pub(super) fn name(&mut self, argument: &str, ty: &mut Type) {
        argument.clone_into(&mut self.argument);
        self.visit_type_mut(ty);
    }

    /// Notes the lifetimes that a type or a constant of the function names.
    pub(super) fn see_parameter(&mut self, parameter: &GenericParam) {
        Seeing(&mut self.used).visit_generic_param(parameter);
    }

    /// Notes the lifetimes that a `where` clause names.
    pub(super) fn see_clause(&mut self, clause: &WhereClause) {
        Seeing(&mut self.used).visit_where_clause(clause);
    }

    /// The parameters of the struct. A bound on a lifetime that no argument has
    /// goes with it.
    pub(super) fn parameters(&self) -> Vec<LifetimeParam> {
        let used = |lifetime: &Lifetime| self.used.contains(&lifetime.ident.to_string());
        let declared = self.declared.iter().filter(|it| used(&it.lifetime));
        let mut parameters: Vec<_> = declared.cloned().collect();
        for parameter in &mut parameters {
            let bounds = std::mem::take(&mut parameter.bounds);
            parameter.bounds = bounds.into_iter().filter(&used).collect();
        }
        parameters.extend(self.added.iter().cloned());
        parameters
    }

    /// A name after the argument, with a number where it is taken.
    fn fresh(&mut self, span: Span) -> Lifetime {
        let all = self.declared.iter().chain(&self.added);
        let taken: Vec<String> = all.map(|it| it.lifetime.ident.to_string()).collect();
        let mut name = self.argument.clone();
        let mut number = 2;
        while taken.contains(&name) {
            name = format!("{}_{number}", self.argument);
            number += 1;
        }
        let lifetime = Lifetime::new(&format!("'{name}"), span);
        self.added.push(LifetimeParam::new(lifetime.clone()));
        lifetime
    }
}

/// Collects the lifetimes that are named.
struct Seeing<'a>(&'a mut Set<String>);

impl<'ast> Visit<'ast> for Seeing<'_> {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0.insert(lifetime.ident.to_string());
    }
}

fn declared(generics: &Generics) -> Vec<LifetimeParam> {
    let lifetime = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(parameter) => Some(parameter.clone()),
        _ => None,
    };
    generics.params.iter().filter_map(lifetime).collect()
}

impl VisitMut for Lifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh(reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh(lifetime.span());
        } else {
            self.used.insert(lifetime.ident.to_string());
        }
    }

    // `fn(&T)` and `Fn(&T)` leave out lifetimes of their own, and may do so.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }
}
