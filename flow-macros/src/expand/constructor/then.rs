//! The constructors of a function whose futures are awaited.

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
                return;
            }
            Some((span, f)) => {
                let witness = writer.input_witness(node, span);
                self.arguments = vec![writer.call(span, "blocking", &quote!(#witness, #f))];
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
            self.name.push_str("_shared");
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
