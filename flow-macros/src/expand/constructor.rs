//! Which constructor of the runtime builds an operator, and with what.
//!
//! Most are named as the operator and take what the user wrote. Some have
//! variants by option, and by whether a size is a literal: what is known to the
//! compiler lives inline.

mod ensuring;
mod jobs;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    AngleBracketedGenericArguments, Expr, ExprParen, ExprReference, GenericArgument, Pat, Stmt,
    Type,
};

use super::{
    attempts::{self, is_costly, tries},
    names::Writer,
    timed,
};
use crate::{
    graph::Node,
    inputs,
    table::{Form, Question},
    values::{flag, is_word, literal},
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
}

/// The longest batch that lives inline.
const INLINE: usize = 64;

/// The constructor of a node.
pub fn constructor(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Constructor {
    let mut name = node.operator.name.to_string();
    let mut generics = TokenStream::new();
    let mut arguments: Vec<TokenStream> = values(node).iter().map(|value| quote!(#value)).collect();
    let by = node.option("by").map(|by| quote!(#by));
    let inline = values(node)
        .first()
        .and_then(literal)
        .filter(|n| (1..=INLINE).contains(n));
    let may_not_fit = !values(node).last().is_some_and(takes_anything);
    let (mut blames_word, mut of_function) = (false, false);
    match node.operator.name {
        "from" => {
            if let Some(epochs) = node.option("epochs") {
                name.push_str("_epochs");
                arguments.push(quote!(#epochs));
            }
        }
        "lines" => {
            if let Some(offsets) = node.option("resume") {
                name.push_str("_resume");
                arguments.push(quote!(#offsets));
            }
        }
        "tail" => arguments.push(match node.option("from_end") {
            Some(from_end) => quote!(#from_end),
            None => quote!(false),
        }),
        "stream" if node.acknowledges() => name.push_str("_acked"),
        "unique" => {
            if let Some(by) = by {
                name.push_str("_by");
                arguments.push(by);
            }
            if let Some(capacity) = node.option("capacity") {
                name.push_str("_recent");
                arguments.push(quote!(#capacity));
            }
        }
        "dedup" => {
            if let Some(by) = by {
                name.push_str("_by");
                arguments.push(by);
            }
        }
        "min" | "max" | "top" => {
            for option in ["by", "order"] {
                if let Some(given) = node.option(option) {
                    name = format!("{name}_{option}");
                    arguments.push(quote!(#given));
                }
            }
        }
        "partition" | "partition_unique" => {
            if by.is_some() {
                name.push_str("_by");
            }
            let timeout = node.option("timeout");
            if timeout.is_some() {
                name.push_str("_timeout");
            }
            if let Some(n) = inline {
                name.push_str("_inline");
                arguments.clear();
                // Beside the `::<…>` the function would be blamed in both places.
                blames_word = by.is_some();
                let at = writer.at(node.span);
                generics = if by.is_some() && writer.copies.is_some() {
                    quote_spanned!(at=> ::<_, #n, _, _, _>)
                } else if by.is_some() {
                    quote_spanned!(at=> ::<_, #n, _, _>)
                } else {
                    quote_spanned!(at=> ::<_, #n>)
                };
            }
            arguments.extend(by);
            arguments.extend(timeout.map(|timeout| quote!(#timeout)));
            if node.operator.name == "partition_unique" {
                arguments.push(keep(writer, node));
            }
        }
        "timed_window" => {
            if by.is_some() {
                name.push_str("_by");
                arguments.extend(by);
                arguments.push(keep(writer, node));
            }
            let empty = node.option("empty").and_then(flag) == Some(true);
            arguments.push(quote!(#empty));
            arguments.push(capacity(writer, node, quote!(op::WINDOW)));
        }
        "delay" => arguments.push(capacity(writer, node, quote!(op::DELAYED))),
        _ if timed::builds(node) => arguments = timed::arguments(writer, node, &mut name),
        "sliding_window" => {
            let partial = node.option("partial").and_then(flag) == Some(true);
            name.push_str(match (partial, inline.is_some()) {
                (false, false) => "",
                (false, true) => "_array",
                (true, false) => "_partial",
                (true, true) => "_partial_inline",
            });
            if let Some(n) = inline {
                arguments.clear();
                generics = quote!(::<_, #n>);
            }
        }
        "merge_keyed" | "cogroup" => {
            if node.option("carry").and_then(flag) == Some(true) {
                name.push_str("_carry");
            }
            let names = (0..node.inputs.len()).map(|input| inputs::name(node, input));
            arguments.push(quote!([#(#names),*]));
        }
        "zip_latest" => {
            if let Some(capacity) = node.option("capacity") {
                let first = inputs::name(node, 0);
                name.push_str("_within");
                arguments.extend([quote!(#capacity), quote!(#first)]);
            }
        }
        "chain" => {
            if let Some(capacity) = node.option("capacity") {
                name.push_str("_within");
                let names = (0..node.inputs.len()).map(|input| inputs::name(node, input));
                arguments.extend([quote!([#(#names),*]), quote!(#capacity)]);
            }
        }
        "zip" if node.option("capacity").is_some() => name.push_str("_within"),
        "progress" => {
            arguments.push(match node.option("total") {
                Some(total) => quote!(::core::option::Option::Some((#total) as u64)),
                None => quote!(::core::option::Option::None),
            });
            let budgets = attempts::budgets(writer, node);
            if !budgets.is_empty() {
                name.push_str("_spending");
                arguments.push(quote!([#(#budgets),*]));
            }
        }
        "then" => {
            let tried = tries(node);
            match values(node).first().and_then(blocking) {
                Some((_, f)) if !tried => {
                    name.push_str("_blocking");
                    arguments = vec![quote!(#f)];
                }
                Some((span, f)) => {
                    let witness = writer.input_witness(node, span);
                    arguments = vec![writer.call(span, "blocking", &quote!(#witness, #f))];
                }
                None => {}
            }
            let closure = is_async_closure(node);
            if tried {
                of_function = is_value(node);
                name.push_str(if closure { "_async_tried" } else { "_tried" });
                // Who is tried again, or later, is called while others of its futures run.
                let again = node.option("retry").is_some() || closure || is_costly(node);
                if node.runs_jobs() && !of_function && again {
                    name.push_str("_shared");
                }
            } else if name == "then" && closure && node.runs_jobs() {
                name.push_str("_shared");
            } else if name == "then" && is_value(node) {
                of_function = true;
            } else if name == "then" && node.runs_jobs() && is_costly(node) {
                name.push_str(if gives_futures(node) {
                    "_closure_shared"
                } else {
                    "_shared"
                });
            } else if name == "then" && may_not_fit {
                name.push_str("_known");
            } else if name == "then" && gives_futures(node) {
                name.push_str("_closure");
            }
        }
        "sink" if gives_futures(node) => {
            of_function = is_value(node);
            if !of_function {
                name.push_str("_closure");
            }
            if node.raises().is_some() {
                name.insert_str(0, "try_");
            }
        }
        "accumulate" if node.option("keep").is_some() => {
            name.push_str("_kept");
            let keep = node.option("keep").map(|keep| quote!(#keep));
            arguments.push(writer.call(node.span, "keeping", &quote!(#keep)));
            arguments.push(match node.option("every") {
                Some(every) => quote!(#every),
                None => writer.private(quote!(op::SNAPSHOT)),
            });
        }
        // What their functions give may be known later only, so nothing can be hidden
        // where they do not fit. Once blamed here and once in the step, at the same
        // place, they are blamed once.
        "accumulate" | "map" if may_not_fit || (writer.in_piece && !takes_as_many(node)) => {
            match writer.copies {
                None if !writer.in_piece => blames_word = true,
                // Where they stand in the type of a chain, they would be blamed again.
                _ => name.push_str("_known"),
            }
        }
        // One that cannot be copied is blamed once more where it is: at the same place, once.
        "via" | "via_async" => blames_word = writer.copies.is_some(),
        "collect" | "sum" => {
            let given = node.element.and_then(|element| element.turbofish.as_ref());
            match given {
                Some(given) => {
                    let arguments = &given.args;
                    generics = quote!(::<#arguments, _>);
                    if name == "collect" && !is_vec(given) {
                        name = "collecting".to_string();
                    }
                }
                None if name == "sum" => name = "total".to_string(),
                None => {}
            }
        }
        "for_each" | "sink" | "fold" if node.raises().is_some() => {
            debug_assert_eq!(node.operator.question, Question::Function);
            name.insert_str(0, "try_");
        }
        "write_lines" if node.option("append").and_then(flag) == Some(true) => {
            name.push_str("_append");
        }
        "missing" => arguments.extend(jobs::arguments(writer, node, &mut name)),
        _ if node.operator.form == Form::Job => {
            arguments.extend(jobs::arguments(writer, node, &mut name));
        }
        _ => {}
    }
    Constructor {
        name,
        generics,
        arguments,
        blames_word,
        of_function,
    }
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

/// Returns whether the argument of an operator is no closure, but the value of one, or a
/// function. A block may end in a closure, which has to learn what it is given.
fn is_value(node: &Node<'_>) -> bool {
    let mut value = values(node).first();
    while let Some(
        Expr::Paren(ExprParen { expr, .. }) | Expr::Reference(ExprReference { expr, .. }),
    ) = value
    {
        value = Some(expr);
    }
    let value = value.filter(|value| blocking(value).is_none());
    matches!(
        value,
        Some(
            Expr::Path(_)
                | Expr::Call(_)
                | Expr::MethodCall(_)
                | Expr::Field(_)
                | Expr::Index(_)
                | Expr::Unary(_)
                | Expr::Cast(_)
        )
    )
}

/// Returns whether an argument is a function that takes what it is given: a closure that
/// does not say what it takes.
fn takes_anything(f: &Expr) -> bool {
    let typed = |input: &Pat| matches!(input, Pat::Type(_));
    matches!(f, Expr::Closure(f) if !f.inputs.iter().any(typed))
}

/// Returns whether the closure of an operator takes as many arguments as it is given.
fn takes_as_many(node: &Node<'_>) -> bool {
    let given = 1 + usize::from(node.operator.name == "accumulate");
    match values(node).last() {
        Some(Expr::Closure(f)) => f.inputs.len() == given,
        _ => true,
    }
}

/// Returns whether an operator awaits what its function gives, which is no `async` closure.
pub fn gives_futures(node: &Node<'_>) -> bool {
    let awaits = matches!(node.operator.form, Form::Await | Form::SinkAwait);
    awaits
        && !tries(node)
        && match values(node).first() {
            Some(Expr::Closure(f)) => f.asyncness.is_none(),
            _ => is_value(node),
        }
}

/// Returns whether what its function gives need not be a future.
pub fn may_give_no_future(node: &Node<'_>) -> bool {
    let block = |f: &Expr| matches!(f, Expr::Closure(f) if matches!(*f.body, Expr::Async(_)));
    gives_futures(node) && !values(node).first().is_some_and(block)
}

/// Returns whether an operator's function may be async, as far as can be seen: a closure
/// that computes, other than by a call, is not.
pub fn may_be_async(node: &Node<'_>) -> bool {
    match values(node).last() {
        Some(Expr::Closure(f)) => {
            let body = match &*f.body {
                Expr::Block(block) => match block.block.stmts.last() {
                    Some(Stmt::Expr(last, None)) => last,
                    _ => &f.body,
                },
                body => body,
            };
            f.asyncness.is_some() || matches!(body, Expr::Async(_) | Expr::Call(_))
        }
        f => f.is_some(),
    }
}

/// Returns whether an operator is given a closure that is `async`: its futures may borrow from
/// it.
fn is_async_closure(node: &Node<'_>) -> bool {
    matches!(values(node).first(), Some(Expr::Closure(f)) if f.asyncness.is_some())
}

/// `keep = …`.
fn keep(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    writer.private(match node.option("keep") {
        Some(keep) if is_word(keep, "last") => quote!(op::Keep::Last),
        _ => quote!(op::Keep::First),
    })
}

/// `capacity = …`, or what it is without.
fn capacity(writer: &Writer<'_, '_, '_>, node: &Node<'_>, default: TokenStream) -> TokenStream {
    match node.option("capacity") {
        Some(capacity) => quote!(#capacity),
        None => writer.private(default),
    }
}

/// The constructor of an input of a fan-in, where inputs differ.
pub fn lane(node: &Node<'_>, input: usize) -> Option<&'static str> {
    let emits = || {
        let emit_on = node.option("emit_on");
        emit_on.is_none_or(|inputs| inputs::chosen(node, inputs)[input])
    };
    match node.operator.name {
        "chain" => Some("in_turn"),
        "zip_latest" if input == 0 => Some("waiting"),
        "combine_latest" if emits() => Some("changing"),
        "zip_latest" | "combine_latest" => Some("latest_of"),
        _ => None,
    }
}

fn values<'n>(node: &'n Node<'_>) -> &'n [Expr] {
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    arguments.map_or(&[], |arguments| &arguments.values)
}

/// The argument of `blocking(f)`, and the place of the word.
fn blocking(value: &Expr) -> Option<(Span, &Expr)> {
    let Expr::Call(call) = value else { return None };
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let word = path.path.get_ident().filter(|word| *word == "blocking")?;
    match call.args.iter().collect::<Vec<_>>().as_slice() {
        [only] => Some((word.span(), only)),
        _ => None,
    }
}
