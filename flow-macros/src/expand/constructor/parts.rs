//! The parts of constructors of which the table tells.

use proc_macro2::TokenStream;
use quote::quote;

use super::Constructor;
use crate::{
    graph::Node,
    inputs,
    names::Writer,
    table::{Inputs, KEEP_LAST, Part},
    values::{flag, is_word},
};

impl Constructor {
    /// Goes on by these parts.
    pub(super) fn extend(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>, parts: &[Part]) {
        let is_set = |option| node.option(option).and_then(flag) == Some(true);
        for part in parts {
            match *part {
                Part::Given(option, goes_on) => {
                    if let Some(value) = node.option(option) {
                        self.name.push_str(goes_on);
                        self.arguments.push(quote!(#value));
                    }
                }
                Part::Named(option, goes_on) => {
                    let given = node.option(option).is_some();
                    self.name.push_str(if given { goes_on } else { "" });
                }
                Part::Flag(option, goes_on) => {
                    self.name
                        .push_str(if is_set(option) { goes_on } else { "" });
                }
                Part::Or(option, constant) => self.arguments.push(match node.option(option) {
                    Some(value) => quote!(#value),
                    None => writer.constant(constant),
                }),
                Part::OrFalse(option) => self.arguments.push(match node.option(option) {
                    Some(value) => quote!(#value),
                    None => quote!(false),
                }),
                Part::IsSet(option) => {
                    let is_set = is_set(option);
                    self.arguments.push(quote!(#is_set));
                }
                Part::Keep => self.arguments.push(keep(writer, node)),
                Part::Names => {
                    let names = (0..node.inputs.len()).map(|input| inputs::name(node, input));
                    self.arguments.push(quote!([#(#names),*]));
                }
                Part::FirstName => {
                    let first = inputs::name(node, 0);
                    self.arguments.push(quote!(#first));
                }
                Part::If(option, parts) => {
                    if node.option(option).is_some() {
                        self.extend(writer, node, parts);
                    }
                }
            }
        }
    }
}

/// `keep = …`.
pub(super) fn keep(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    writer.private(match node.option("keep") {
        Some(keep) if is_word(keep, KEEP_LAST) => quote!(op::Keep::Last),
        _ => quote!(op::Keep::First),
    })
}

/// The constructor of an input of a fan-in, where inputs differ.
pub fn lane(node: &Node<'_>, input: usize) -> Option<&'static str> {
    let emits = || {
        let emit_on = node.option("emit_on");
        emit_on.is_none_or(|inputs| inputs::chosen(node, inputs)[input])
    };
    match node.behaviour.inputs()? {
        Inputs::Pairs | Inputs::Keys => None,
        Inputs::Turns => Some("in_turn"),
        Inputs::FirstWithLatest if input == 0 => Some("waiting"),
        Inputs::Latest if emits() => Some("changing"),
        Inputs::FirstWithLatest | Inputs::Latest => Some("latest_of"),
    }
}
