//! The constructors of a function whose futures are awaited.

use proc_macro2::TokenStream;
use quote::quote;

use super::Constructor;
use crate::{
    code::functions::{
        gives_futures, is_async_closure, is_costly, is_value, takes_anything, tries, values,
    },
    graph::Node,
    names::Writer,
    values::blocking,
};

impl Constructor {
    pub(super) fn then(&mut self, writer: &Writer<'_, '_, '_>, node: &Node<'_>) {
        let tried = tries(node);
        match values(node).first().and_then(blocking) {
            Some((_, f)) if !tried => {
                self.name.push_str("_blocking");
                self.arguments = vec![quote!(#f)];
                // Hidden, it is blamed once more where it is called: at the same place, once.
                self.blames_word = !takes_anything(f);
                return;
            }
            Some((span, f)) => {
                let witness = writer.input_witness(node, span);
                let inside = quote!(#witness, #f);
                self.arguments = vec![match takes_anything(f) {
                    true => writer.call(span, "blocking", &inside),
                    false => {
                        let none = TokenStream::new();
                        writer.call_blamed(node.span, "blocking", &none, &inside)
                    }
                }];
            }
            None => {}
        }
        let closure = is_async_closure(node);
        if tried {
            self.of_function = is_value(node);
            self.name
                .push_str(if closure { "_async_tried" } else { "_tried" });
            // Who is tried again, or later, is called while others of its futures run.
            let again = node.option("retry").is_some() || closure || is_costly(node);
            if node.runs_jobs() && !self.of_function && again {
                self.name.push_str("_shared");
            }
        } else if closure && node.runs_jobs() {
            let fits = values(node).first().is_some_and(takes_anything);
            self.name
                .push_str(if fits { "_shared" } else { "_shared_known" });
        } else if is_value(node) {
            self.of_function = true;
        } else if node.runs_jobs() && is_costly(node) {
            self.name.push_str(if gives_futures(node) {
                "_closure_shared"
            } else {
                "_shared"
            });
        } else if !values(node).last().is_some_and(takes_anything) {
            self.name.push_str("_known");
        } else if gives_futures(node) {
            self.name.push_str("_closure");
        }
    }
}
