//! The rules a resolved flow must meet, one function a rule.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use syn::{Expr, ExprLit, Lit};

use crate::{
    acknowledge,
    errors::Errors,
    graph::{Graph, Node, NodeId, Port},
    inner, inputs,
    operators::{Form, Question, Value},
    retries,
    suggest::{list, nearest},
    syntax::{Special, Syntax},
};

/// Checks all rules; what is wrong goes into `errors`.
pub fn all(syntax: &Syntax, graph: &mut Graph<'_>, errors: &mut Errors) {
    check_not_empty(syntax, errors);
    graph_of(graph, errors);
    inner::check_piece(graph, errors);
}

/// All rules of a graph, and of the chains within its nodes.
pub fn graph_of(graph: &mut Graph<'_>, errors: &mut Errors) {
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let understood = check_arguments(node, errors)
            & check_inputs(node, errors)
            & check_question(node, errors);
        check_options(node, errors);
        check_sizes(node, errors);
        check_consumed(graph, id, node, errors);
        graph.nodes[id].broken |= !understood;
        inner::check(&mut graph.nodes[id], errors);
    }
    check_inlets(graph, errors);
    check_cycles(graph, errors);
    check_back_edges(graph, errors);
    acknowledge::check(graph, errors);
}

/// What is wrong with one operator, whatever is around it.
pub fn alone(node: &Node<'_>, errors: &mut Errors) {
    check_arguments(node, errors);
    check_options(node, errors);
    check_sizes(node, errors);
}

/// Whether an operator with mended arguments could be built of them.
pub fn builds(node: &Node<'_>) -> bool {
    let mut errors = Errors::default();
    let fits = check_number(node, &mut errors);
    check_options(node, &mut errors);
    fits && errors.gate().is_ok()
}

fn check_not_empty(syntax: &Syntax, errors: &mut Errors) {
    if syntax.statements.is_empty() && syntax.result.is_none() && errors.gate().is_ok() {
        let help = "start with a source: `from(iter) -> for_each(f);`";
        errors.at(Span::call_site(), "this flow is empty", help);
    }
}

/// The number of positional arguments, and the `::<…>`; `false` where the
/// operator cannot be built of them.
fn check_arguments(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    if element.broken {
        return true;
    }
    let fits = check_number(node, errors);
    if let Some(turbofish) = &element.turbofish
        && !node.operator.turbofish
    {
        let span = turbofish.lt_token.span;
        errors.at(
            span,
            format!("`{}` takes no `::<…>`", node.operator.name),
            "remove it",
        );
    }
    fits
}

/// The number of positional arguments.
fn check_number(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let given = arguments.map_or(0, |arguments| arguments.values.len());
    let wanted = operator.arguments.len();
    if given != wanted {
        let surplus = arguments.and_then(|all| all.values.get(wanted));
        let span = surplus.map_or(node.span, syn::spanned::Spanned::span);
        let wrong = format!("`{}` takes {}, not {given}", operator.name, count(wanted));
        errors.at(span, wrong, format!("write {}", operator.usage()));
    }
    given == wanted
}

fn count(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_string(),
        1 => "1 argument".to_string(),
        many => format!("{many} arguments"),
    }
}

/// Two inputs at least where several meet, and not more than there are types for.
fn check_inputs(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    let operator = node.operator;
    if !operator.is_fan_in() || node.broken {
        return true;
    }
    let inputs = element
        .arguments
        .as_ref()
        .map_or(0, |arguments| arguments.inputs.len());
    if inputs < 2 {
        let wrong = format!("`{}` takes two inputs or more, not {inputs}", operator.name);
        errors.at(node.span, wrong, format!("write {}", operator.usage()));
    }
    let most = operator.most_inputs();
    if inputs > most {
        let wrong = format!(
            "`{}` takes up to {most} inputs, not {inputs}",
            operator.name
        );
        errors.at(node.span, wrong, "join some of them first");
    }
    (2..=most).contains(&inputs)
}

fn check_options(node: &Node<'_>, errors: &mut Errors) {
    let Some(arguments) = node.element.and_then(|element| element.arguments.as_ref()) else {
        return;
    };
    let operator = node.operator;
    for (index, (name, value)) in arguments.options.iter().enumerate() {
        let word = name.to_string();
        let Some(option) = operator.option(&word) else {
            let known = || operator.options.iter().map(|option| option.name);
            let help = match nearest(&word, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if operator.options.is_empty() => "it has no options".to_string(),
                None => format!("its options are {}", list(known())),
            };
            let wrong = format!("`{}` has no option `{word}`", operator.name);
            errors.at(name.span(), wrong, help);
            continue;
        };
        if arguments.options[..index]
            .iter()
            .any(|(other, _)| other == name)
        {
            let help = "keep one of them";
            errors.at(
                name.span(),
                format!("the option `{word}` is set twice"),
                help,
            );
        }
        let span = syn::spanned::Spanned::span(value);
        match option.value {
            Value::Flag if flag(value).is_none() => {
                let wrong = format!("`{word}` is `true` or `false`, literally");
                errors.at(span, wrong, format!("write `{word} = true`"));
            }
            Value::Word(words) if !words.iter().any(|each| is_word(value, each)) => {
                let wrong = format!("no such value of `{word}`");
                let help = format!("its values are {}", list(words.iter().copied()));
                errors.at(span, wrong, help);
            }
            Value::Inputs if !node.broken => inputs::check(node, name, value, errors),
            Value::Size if is_zero(value) => {
                errors.at(
                    span,
                    format!("`{word}` must not be zero"),
                    "write 1 or more",
                );
            }
            _ => {}
        }
    }
    retries::check(node, errors);
    let has = |name: &str| node.option(name).is_some();
    let given = |word: &str| arguments.options.iter().find(|(name, _)| name == word);
    if let Some((ordered, _)) = given("ordered")
        && operator.option("concurrency").is_some()
        && !has("concurrency")
    {
        let help = "one at a time, order is kept; add `concurrency = n`";
        errors.at(ordered.span(), "`ordered` needs `concurrency`", help);
    }
    if let Some((keep, _)) = given("keep")
        && operator.name == "timed_window"
        && !has("by")
    {
        let help = "every item is kept; add `by = f` to keep one for each key";
        errors.at(keep.span(), "`keep` needs `by`", help);
    }
}

/// Operators whose first argument is a size.
const SIZED: &[&str] = &[
    "buffer",
    "partition",
    "partition_unique",
    "scatter",
    "sliding_window",
    "step_by",
];

fn check_sizes(node: &Node<'_>, errors: &mut Errors) {
    let name = node.operator.name;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let Some(value) = arguments.and_then(|arguments| arguments.values.first()) else {
        return;
    };
    if SIZED.contains(&name) && is_zero(value) {
        let span = syn::spanned::Spanned::span(value);
        errors.at(
            span,
            format!("the size of `{name}` must not be zero"),
            "write 1 or more",
        );
    }
}

/// Whether a `?` has something to unwrap; `false` where there is no telling
/// what flows on.
fn check_question(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    let operator = node.operator;
    if let Some(question) = &element.question {
        let can = match operator.question {
            Question::Never => false,
            Question::Items if matches!(operator.name, "zip" | "zip_latest") => {
                node.option("capacity").is_some()
            }
            _ => true,
        };
        if !can {
            let wrong = format!(
                "`{}` cannot fail here: there is nothing to unwrap",
                operator.name
            );
            errors.at(question.span, wrong, "remove the `?`");
            return operator.question == Question::Never;
        } else if let (Some(segment), Question::Function | Question::Value) =
            (&question.or_else, operator.question)
        {
            let wrong = format!(
                "`{}` is a sink: its errors cannot be diverted",
                operator.name
            );
            errors.at(segment.span(), wrong, "a sink takes a bare `?`");
            return false;
        }
    }
    true
}

/// Data must go somewhere.
fn check_consumed(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    if node.broken || node.lost || !graph.uses(id, Port::Items).is_empty() {
        return;
    }
    if node.operator.form == Form::Match {
        check_arms(graph, id, node, errors);
        return;
    }
    if node.may_end() {
        let unseen = node
            .element
            .is_some_and(|element| element.question.is_none());
        if node.operator.name == "store" && unseen {
            let help = "write `store(…)?`, or `store(…)? else failed`";
            errors.at(node.span, "nobody looks at what could not be stored", help);
        }
        return;
    }
    match node.chain {
        Some(name) if node.names_end => errors.at(
            name.span(),
            format!("nobody uses `{name}`"),
            "end its chain in a sink; `-> drain()` says that nothing is to be done with it",
        ),
        _ => errors.at(
            node.span,
            format!("what comes out of `{}` goes nowhere", written(node)),
            "end the chain in a sink; `-> drain()` says that nothing is to be done with it",
        ),
    }
}

/// What a node is called in the flow: where arms join there stands a `match`.
fn written(node: &Node<'_>) -> &'static str {
    match node.element {
        None if node.operator.form == Form::Union => "match",
        _ => node.operator.name,
    }
}

/// An arm's bindings go somewhere, unless it says `drop`.
fn check_arms(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    let Some(Special::Match(arms)) = node.element.and_then(|each| each.special.as_ref()) else {
        return;
    };
    if arms.is_empty() {
        errors.at(
            node.span,
            "this `match` has no arms",
            "write `pattern => chain,`",
        );
    }
    for (index, arm) in arms.iter().enumerate() {
        if arm.body.is_some() && graph.uses(id, Port::Arm(index)).is_empty() {
            let span = syn::spanned::Spanned::span(&arm.pattern);
            let help = "`=> drop` says that nothing is to be done with it";
            errors.at(span, "what this arm binds goes nowhere", help);
        }
    }
}

/// Several inlets are emitted to by name.
fn check_inlets(graph: &Graph<'_>, errors: &mut Errors) {
    let inlets: Vec<&Node<'_>> = graph
        .nodes
        .iter()
        .filter(|node| node.operator.form == Form::Inlet && !node.broken)
        .collect();
    let named = |node: &Node<'_>| node.chain.is_some() && node.names_end;
    for inlet in inlets.iter().filter(|node| !named(node)) {
        if inlets.len() > 1 {
            let help =
                "name it in a statement of its own, `left = <T>;`: its items come by `emit_left`";
            errors.at(
                inlet.span,
                "this is one of several inlets and has no name",
                help,
            );
        }
    }
}

/// Names defined by each other.
fn check_cycles(graph: &Graph<'_>, errors: &mut Errors) {
    let Err(cycle) = graph.topological() else {
        return;
    };
    if cycle.iter().any(|id| graph.nodes[*id].broken) {
        return;
    }
    let mut path: Vec<String> = Vec::new();
    for id in &cycle {
        let stage = graph.nodes[*id].stage();
        if path.last() != Some(&stage) {
            path.push(stage);
        }
    }
    path.extend(path.first().cloned());
    let fed = |id: &NodeId| {
        let inside = |from: &NodeId| cycle.contains(from);
        graph.nodes[*id]
            .inputs
            .iter()
            .any(|edge| !inside(&edge.from))
    };
    let path = path.join(" -> ");
    let first = &graph.nodes[cycle[0]];
    let span = first.chain.map_or(first.span, Ident::span);
    if cycle.iter().any(fed) {
        let wrong = format!("these stages read each other: {path}");
        errors.at(span, wrong, "a cycle goes through a segment: `… -> name`");
    } else {
        errors.at(
            span,
            format!("nothing feeds these stages, they are defined by each other: {path}"),
            "start one of them with a source",
        );
    }
}

/// What holds items to the end of input cannot be on a way round through a cut:
/// when it gives them, the way is closed.
fn check_back_edges(graph: &Graph<'_>, errors: &mut Errors) {
    if graph.topological().is_err() {
        return;
    }
    let mut holding = BTreeSet::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        if node.inputs.iter().any(|edge| edge.returns) {
            let round = graph.round(id).into_iter();
            holding.extend(round.filter(|id| holds_to_the_end(&graph.nodes[*id])));
        }
        if let Some(capacity) = node.capacity {
            let span = syn::spanned::Spanned::span(capacity);
            if is_zero(capacity) {
                errors.at(span, "`capacity` must not be zero", "write 1 or more");
            } else if !node.is_come_back_to() && !node.broken {
                let help = "remove it: nothing waits where no cycle comes back";
                errors.at(span, "`capacity` on a segment that is in no cycle", help);
            }
        }
    }
    for id in holding {
        let node = &graph.nodes[id];
        let wrong = format!(
            "`{}` in a cycle through a concurrent operator is not supported yet",
            node.operator.name
        );
        let help = "it holds items until the end of input: move it out of the cycle";
        errors.at(node.span, wrong, help);
    }
}

fn holds_to_the_end(node: &Node<'_>) -> bool {
    if node.operator.name == "scatter" {
        return true;
    }
    if node.runs_chains() {
        return node.option("idle").is_none() && chain_holds(node);
    }
    match node.operator.form {
        Form::Hold | Form::HoldMany | Form::Via | Form::Keyed => !node.is_cut(),
        Form::Lanes => !node.operator.is_latest(),
        _ => false,
    }
}

/// Whether the chain within a node may hold items to the end of input.
pub fn chain_holds(node: &Node<'_>) -> bool {
    let inner = node.inner.as_deref();
    inner.is_some_and(|inner| inner.nodes.iter().any(holds_to_the_end))
}

/// A literal `true` or `false`.
pub fn flag(value: &Expr) -> Option<bool> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(flag),
            ..
        }) => Some(flag.value),
        _ => None,
    }
}

/// A literal number.
pub fn literal(value: &Expr) -> Option<usize> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_parse().ok(),
        _ => None,
    }
}

fn is_zero(value: &Expr) -> bool {
    literal(value) == Some(0)
}

/// Whether an option's value is this word.
pub fn is_word(value: &Expr, word: &str) -> bool {
    matches!(value, Expr::Path(path) if path.path.is_ident(word))
}
