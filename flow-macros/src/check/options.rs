//! The rules of options: known ones, each once, with values that they take.

use crate::{
    errors::Errors,
    graph::Node,
    inputs, retries,
    suggest::{list, nearest},
    table::Value,
    values::{flag, is_no_time, is_word, is_zero},
};

/// Returns whether the options are there that have to be.
pub(super) fn check_needed(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let is_call = node
        .element
        .is_some_and(|element| element.special.is_none());
    let mut missing = operator.needs().iter();
    let missing = missing.find(|name| node.option(name).is_none());
    let Some(name) = missing.filter(|_| is_call && !node.broken) else {
        return true;
    };
    let wrong = format!("`{}` needs `{name} = …`", operator.name);
    errors.at(node.span, wrong, format!("it is {}", operator.usage()));
    false
}

pub(super) fn check_options(node: &Node<'_>, errors: &mut Errors) {
    let Some(arguments) = node.element.and_then(|element| element.arguments.as_ref()) else {
        return;
    };
    let operator = node.operator;
    for (index, (name, value)) in arguments.options.iter().enumerate() {
        let word = name.to_string();
        let Some(option) = operator.option(&word) else {
            let known = || operator.options.iter().map(|option| option.name);
            let help = match nearest(&word, known()) {
                _ if word == "keep_item" => {
                    "its errors belong to no one item; the option is for what is done with each item: `map`, `then`, `ensure`…".to_string()
                }
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
    check_order(node, errors);
    let has = |name: &str| node.option(name).is_some();
    let given = |word: &str| arguments.options.iter().find(|(name, _)| name == word);
    if let Some((ordered, _)) = given("ordered")
        && operator.option("concurrency").is_some()
        && !has("concurrency")
        && !has("limit")
    {
        let help = "one at a time, order is kept; add `concurrency = n`";
        errors.at(ordered.span(), "`ordered` needs `concurrency`", help);
    }
    if let Some((every, _)) = given("every")
        && operator.name == "accumulate"
        && !has("keep")
    {
        let help = "it says how often the state is kept; add `keep = &snapshots`";
        errors.at(every.span(), "`every` needs `keep`", help);
    }
    if let Some((keep, _)) = given("keep")
        && operator.name == "timed_window"
        && !has("by")
    {
        let help = "every item is kept; add `by = f` to keep one for each key";
        errors.at(keep.span(), "`keep` needs `by`", help);
    }
}

/// `in_order`: what may be late has to be said, and a clock is asked for `ahead` alone.
fn check_order(node: &Node<'_>, errors: &mut Errors) {
    if node.operator.name != "in_order" || node.broken {
        return;
    }
    if node.option("late").is_none() {
        let wrong = "`in_order` has to know how late an item may be";
        let help =
            "write `in_order(at, late = d)`: items leave when the newest is more than `d` ahead";
        errors.at(node.span, wrong, help);
    }
    if let Some(idle) = node.option("idle").filter(|idle| is_no_time(idle)) {
        let span = syn::spanned::Spanned::span(idle);
        errors.at(span, "`idle` must not be zero", "no time is that short");
    }
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let mut options = arguments.iter().flat_map(|arguments| &arguments.options);
    if let Some((clock, _)) = options.find(|(name, _)| name == "clock")
        && node.option("ahead").is_none()
    {
        let help = "add `ahead = d`: a time that far ahead of the clock is late";
        errors.at(clock.span(), "`clock` needs `ahead`", help);
    }
}
