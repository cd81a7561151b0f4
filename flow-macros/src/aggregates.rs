//! `aggregate(…)`: its words, where it may stand, and how it becomes part of the window
//! before it.
//!
//! Directly behind a window, in the same chain, it is no operator of its own: the window
//! keeps no items then. Elsewhere the window has a name, and others may want its items.

use proc_macro2::{Ident, Span};
use syn::{Expr, spanned::Spanned};

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId, Port},
    syntax::{Aggregation, Element},
    table::{self, AGGREGATES, Windows},
};

/// The most that there are in a tuple.
const MOST: usize = 12;

/// One of the arguments of `aggregate`.
pub enum Aggregate<'e> {
    /// One of the six words, with the function it is given.
    Word {
        /// The word.
        name: &'static str,
        /// Its place.
        span: Span,
        /// The expression in its parentheses.
        f: Option<&'e Expr>,
    },
    /// A value of the user's.
    Own(&'e Expr),
}

/// Returns what an argument means, and how many arguments a word is given.
fn understand(value: &Expr) -> (Aggregate<'_>, Option<usize>) {
    if let Expr::Call(call) = value
        && let Expr::Path(path) = &*call.func
        && let Some(word) = path.path.get_ident()
        && let Some((name, _)) = AGGREGATES.iter().find(|(name, _)| word == name)
    {
        let (span, f) = (word.span(), call.args.first());
        return (Aggregate::Word { name, span, f }, Some(call.args.len()));
    }
    (Aggregate::Own(value), None)
}

/// The aggregates that are written in the parentheses.
pub fn all(values: &[Expr]) -> impl Iterator<Item = Aggregate<'_>> {
    values.iter().map(|value| understand(value).0)
}

/// Makes every `aggregate` behind a window part of it.
pub fn fold(elements: &mut Vec<Element>, errors: &mut Errors) {
    let mut index = 1;
    while index < elements.len() {
        let [window, aggregate] = &mut elements[index - 1..=index] else {
            return;
        };
        if !joins(window, aggregate) {
            index += 1;
            continue;
        }
        let mut aggregate = elements.remove(index);
        let window = &mut elements[index - 1];
        match (&window.question, aggregate.question.take()) {
            (Some(_), Some(question)) => {
                let wrong = "the `?` of the window has unwrapped what there is: nothing is left";
                errors.at(question.span, wrong, "remove one of them");
            }
            (None, Some(question)) => window.question = Some(question),
            (_, None) => {}
        }
        (window.end, window.health.lost) = (aggregate.end, aggregate.health.lost);
        window.aggregate = Some(Aggregation {
            word: aggregate.word,
            values: aggregate.arguments.unwrap_or_default().values,
        });
    }
}

fn joins(window: &Element, aggregate: &Element) -> bool {
    let plain =
        aggregate.turbofish.is_none() && aggregate.dot.is_none() && !aggregate.health.broken;
    let given = aggregate.arguments.as_ref();
    part(&aggregate.word) == Windows::TellsOf
        && plain
        && given.is_some_and(|given| given.options.is_empty())
        && part(&window.word) == Windows::Gives
        && window.arguments.is_some()
        && window.aggregate.is_none()
        && !window.health.broken
}

/// Returns the part of an operator where windows are told of.
fn part(word: &Ident) -> Windows {
    table::find(&word.to_string()).map_or(Windows::No, |row| row.windows)
}

/// The rules of `aggregate`, on its own or as a part of a window. Returns whether it can
/// be built.
pub fn check(graph: &Graph<'_>, id: NodeId, errors: &mut Errors) -> bool {
    let node = &graph.nodes[id];
    let Some(element) = node.element else {
        return true;
    };
    if let Some(aggregation) = &element.aggregate {
        return check_values(aggregation.word.span(), &aggregation.values, errors);
    }
    if node.operator.windows != Windows::TellsOf || element.health.broken {
        return true;
    }
    let values = element.arguments.as_ref().map(|all| all.values.as_slice());
    check_values(node.span, values.unwrap_or_default(), errors) & check_place(graph, node, errors)
}

fn check_values(span: Span, values: &[Expr], errors: &mut Errors) -> bool {
    let help = "write `aggregate(count(), mean(f))`, of `count()`, `sum(f)`, `mean(f)`, `var(f)`, \
                `min(f)`, `max(f)` and values that implement `Aggregate`";
    if values.is_empty() {
        errors.at(span, "`aggregate` has nothing to tell of the window", help);
        return false;
    }
    if let Some(surplus) = values.get(MOST) {
        let wrong = format!(
            "`aggregate` takes up to {MOST} aggregates, not {}",
            values.len()
        );
        errors.at(surplus.span(), wrong, "name the window, and use it twice");
        return false;
    }
    let mut fits = true;
    for value in values {
        let (Aggregate::Word { name, span, .. }, Some(given)) = understand(value) else {
            continue;
        };
        let wanted = AGGREGATES
            .iter()
            .any(|(word, takes)| *word == name && *takes);
        if given != usize::from(wanted) {
            let (wanted, usage) = match wanted {
                true => ("1 argument", format!("`{name}(f)`: `f` sees `&item`")),
                false => ("no argument", format!("`{name}()`")),
            };
            let wrong = format!("`{name}` in `aggregate` takes {wanted}, not {given}");
            errors.at(span, wrong, format!("write {usage}"));
            fits = false;
        }
    }
    fits
}

/// It stands directly behind a window.
fn check_place(graph: &Graph<'_>, node: &Node<'_>, errors: &mut Errors) -> bool {
    let [edge] = node.inputs.as_slice() else {
        return true;
    };
    let Some(window) = graph.nodes.get(edge.from) else {
        return true;
    };
    let has_items = window.element.is_some_and(|each| each.aggregate.is_none());
    let gives = window.operator.windows == Windows::Gives;
    let behind = gives && has_items && edge.port == Port::Items;
    if !behind && !window.is_unclear() {
        let help = "put it directly behind one: `tumbling_window(d, at)? -> aggregate(count())`; \
                    of all items, `fold(init, f)` and the other sinks tell";
        errors.at(node.span, "`aggregate` stands behind a window", help);
    }
    behind
}
