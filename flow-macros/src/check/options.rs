//! The rules of options: known ones, each once, with values that they take.

use crate::{
    errors::Errors,
    graph::Node,
    inputs,
    suggest::{list, nearest},
    syntax::Arguments,
    table::{Required, Value},
    values::{flag, is_negative, is_no_time, is_word, is_zero},
};

/// Returns whether the options are there that have to be.
pub(super) fn check_needed(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let is_call = node
        .element
        .is_some_and(|element| element.special.is_none());
    let mut needed = operator.options.iter();
    let missing =
        needed.find(|option| option.required.is_some() && node.option(option.name).is_none());
    let Some(missing) = missing.filter(|_| is_call && !node.health.broken) else {
        return true;
    };
    if let Some(Required::Said(wrong, help)) = missing.required {
        errors.at(node.span, wrong, help);
    } else {
        let wrong = format!("`{}` needs `{} = …`", operator.name, missing.name);
        errors.at(node.span, wrong, format!("it is {}", operator.usage()));
    }
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
            Value::Inputs if !node.health.broken => inputs::check(node, name, value, errors),
            Value::Size if is_zero(value) => {
                errors.at(
                    span,
                    format!("`{word}` must not be zero"),
                    "write 1 or more",
                );
            }
            Value::Times if is_negative(value) => {
                let wrong = format!("`{word}` must not be negative");
                errors.at(span, wrong, format!("write `{word} = 3`, or leave it out"));
            }
            Value::Time if !node.health.broken && is_no_time(value) => {
                let wrong = format!("`{word}` must not be zero");
                errors.at(span, wrong, "no time is that short");
            }
            _ => {}
        }
    }
    check_pairs(node, arguments, errors);
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
}

/// Reports options that nothing comes of without others.
fn check_pairs(node: &Node<'_>, arguments: &Arguments, errors: &mut Errors) {
    for option in node.operator.options {
        let mut given = arguments.options.iter();
        if let Some((needed, help)) = option.needs
            && let Some((word, _)) = given.find(|(word, _)| word == option.name)
            && node.option(needed).is_none()
        {
            let wrong = format!("`{}` needs `{needed}`", option.name);
            errors.at(word.span(), wrong, help);
        }
    }
}
