//! The constructor of the runtime that builds an operator, and its arguments.
//!
//! Most are named as the operator and take what the user wrote; the table says how options
//! change that. Some have variants by whether a size is a literal: what is known to the
//! compiler lives inline.

mod ensuring;
mod jobs;
mod parts;
mod then;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{AngleBracketedGenericArguments, Expr, GenericArgument, Type};

pub use self::parts::lane;
use super::{asks::of_function, attempts, names::Writer, timed};
use crate::{
    code::functions::{gives_futures, is_value, may_not_fit, takes_anything, values},
    graph::Node,
    table::Build,
    values::{flag, literal},
};

/// A constructor's call, but for the witness of what flows in.
pub struct Constructor {
    /// Its name in `__private::op`.
    pub name: String,
    /// Its `::<…>`.
    pub generics: TokenStream,
    /// Its arguments behind the witness.
    pub arguments: Vec<TokenStream>,
    /// True when rustc is to blame the operator's word where the function does not
    /// fit, and not the function.
    pub blames_word: bool,
    /// True when it is a method of what the function turns out to be.
    pub of_function: bool,
    /// A method of what it gives that makes the operator, and its `::<…>`.
    pub method: Option<(&'static str, TokenStream)>,
}

/// The longest batch that lives inline.
const INLINE: usize = 64;

/// The constructor of a node.
pub fn constructor(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Constructor {
    let mut built = Constructor {
        name: node.operator.name.to_string(),
        generics: TokenStream::new(),
        arguments: values(node).iter().map(|value| quote!(#value)).collect(),
        blames_word: false,
        of_function: false,
        method: None,
    };
    match node.operator.build {
        Build::Parts(parts) => built.extend(writer, node, parts),
        Build::Batch => built.batch(writer, node),
        Build::Sliding if timed::is_aggregated(node) => {
            built.arguments = timed::sliding(writer, node, &mut built.name);
        }
        Build::Sliding => built.sliding(writer, node),
        Build::Window(goes_on) => {
            built.name.push_str(goes_on);
            built.arguments = timed::window(writer, node, &mut built.name);
        }
        Build::InOrder => built.arguments = timed::in_order(writer, node, &mut built.name),
        Build::Aggregate => built.arguments = timed::aggregate(writer, node),
        Build::Then => built.then(writer, node),
        Build::AwaitingSink => {
            if gives_futures(node) {
                built.of_function = is_value(node);
                if !built.of_function {
                    built.name.push_str("_closure");
                }
            }
            built.tries(node);
        }
        Build::CallingSink if node.raises().is_none() && is_value(node) => {
            built.name.push_str("_named");
        }
        Build::CallingSink | Build::TryingSink => built.tries(node),
        Build::Function => built.function(writer, node),
        // What a closure is to give its body is told; of another function it is asked.
        Build::Condition if is_value(node) => built.name.push_str("_named"),
        Build::Condition => {}
        // One that is of other items, or cannot be copied, is blamed once more where it is: at
        // the same place, once.
        Build::Piece => built.blames_word = true,
        Build::Collect => {
            let Some(given) = given_types(node) else {
                built.name.push_str("_inferred");
                return built;
            };
            let types = &given.args;
            let method = ["of", "into"][usize::from(is_vec(given))];
            built.method = Some((method, quote!(::<#types>)));
        }
        Build::Sum => match given_types(node) {
            Some(given) => built.give(given),
            None => built.name = "total".to_string(),
        },
        Build::Progress => built.progress(writer, node),
        Build::Missing | Build::Store(_) | Build::StoreBatch | Build::Assemble => {
            let arguments = jobs::arguments(writer, node, &mut built.name);
            built.arguments.extend(arguments);
        }
    }
    built
}

impl Constructor {
    /// Writes the call, with `inside` in the parentheses; `input` is the witness of what flows
    /// in.
    pub fn call(
        &self,
        writer: &Writer<'_, '_, '_>,
        node: &Node<'_>,
        input: &TokenStream,
        inside: &TokenStream,
    ) -> TokenStream {
        if self.of_function {
            return of_function(writer, node, &self.name, input, &self.arguments[0]);
        }
        let call = if self.blames_word {
            Writer::call_blamed
        } else {
            Writer::call_generic
        };
        let call = call(writer, node.span, &self.name, &self.generics, inside);
        let method = self.method.as_ref().map(|(name, generics)| {
            let at = writer.at(node.span);
            let name = Ident::new(name, at);
            quote_spanned!(at=> .#name #generics())
        });
        let at = writer.at(node.span);
        quote_spanned!(at=> #call #method)
    }

    fn batch(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>) {
        let by = node.option("by").map(|by| quote!(#by));
        if by.is_some() {
            self.name.push_str("_by");
        }
        let timeout = node.option("timeout");
        if timeout.is_some() {
            self.name.push_str("_timeout");
        }
        if let Some(n) = inline(node) {
            self.name.push_str("_inline");
            self.arguments.clear();
            // Beside the `::<…>` the function would be blamed in both places.
            self.blames_word = by.is_some();
            let at = writer.at(node.span);
            self.generics = if by.is_some() {
                quote_spanned!(at=> ::<_, #n, _, _, _, _, _>)
            } else {
                quote_spanned!(at=> ::<_, #n, _>)
            };
        }
        self.arguments.extend(by);
        let timeout = timeout.map(|timeout| quote!(#timeout));
        self.arguments.extend(timeout);
        if node.operator.option("keep").is_some() {
            self.arguments.push(parts::keep(writer, node));
        }
    }

    fn sliding(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>) {
        let partial = node.option("partial").and_then(flag) == Some(true);
        let inline = inline(node);
        self.name.push_str(match (partial, inline.is_some()) {
            (false, false) => "",
            (false, true) => "_array",
            (true, false) => "_partial",
            (true, true) => "_partial_inline",
        });
        if let Some(n) = inline {
            self.arguments.clear();
            let at = writer.at(node.span);
            self.generics = quote_spanned!(at=> ::<_, #n, _>);
        }
    }

    fn progress(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>) {
        self.arguments.push(match node.option("total") {
            Some(total) => quote!(::core::option::Option::Some((#total) as u64)),
            None => quote!(::core::option::Option::None),
        });
        let budgets = attempts::budgets(writer, node);
        if !budgets.is_empty() {
            self.name.push_str("_spending");
            self.arguments.push(quote!([#(#budgets),*]));
        }
    }

    /// The function of a sink that may fail.
    fn tries(&mut self, node: &Node<'_>) {
        if node.raises().is_some() {
            self.name.insert_str(0, "try_");
        }
    }

    fn function(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>) {
        if let Some(keep) = node.option("keep") {
            self.name.push_str("_kept");
            let keeping = writer.call(node.span, "keeping", &quote!(#keep));
            self.arguments.push(keeping);
            self.arguments.push(match node.option("every") {
                Some(every) => quote!(#every),
                None => writer.private(quote!(op::SNAPSHOT)),
            });
            return;
        }
        // The state cannot be copied, perhaps. That is blamed once more where it is: at the same
        // place, once.
        let state = values(node).first().filter(|_| values(node).len() > 1);
        let state = state.filter(|state| !matches!(state, Expr::Lit(_)));
        self.blames_word = writer.copies.is_some() && state.is_some();
        if writer.is_hidden(node) {
            // Once blamed here and once in the step, at the same place, they are blamed once.
            self.blames_word |= !values(node).last().is_some_and(takes_anything);
            self.name.push_str("_hidden");
        } else if may_not_fit(node) {
            // Where they stand in the type of a chain, they would be blamed again.
            self.name.push_str("_known");
        }
    }

    fn give(&mut self, given: &AngleBracketedGenericArguments) {
        let arguments = &given.args;
        self.generics = quote!(::<#arguments, _, _>);
    }
}

fn given_types<'n>(node: &'n Node<'_>) -> Option<&'n AngleBracketedGenericArguments> {
    node.element?.turbofish.as_ref()
}

/// Returns the size of what lives inline.
fn inline(node: &Node<'_>) -> Option<usize> {
    let size = values(node).first().and_then(literal);
    size.filter(|n| (1..=INLINE).contains(n))
}

/// Returns whether a `Vec` is named, which needs no asking how it is fed.
fn is_vec(given: &AngleBracketedGenericArguments) -> bool {
    match given.args.first() {
        Some(GenericArgument::Type(Type::Path(path))) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Vec"),
        _ => false,
    }
}
