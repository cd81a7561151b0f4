//! The rules of one operator: its arguments, its inputs, its `?`.

use crate::{
    errors::Errors,
    graph::Node,
    table::{Kind, Opt, Question},
    values::{is_no_time, is_zero},
};

/// The number of positional arguments, and the `::<…>`; `false` where the
/// operator cannot be built of them.
pub(super) fn check_arguments(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    if element.health.broken {
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
pub(super) fn check_number(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let given = arguments.map_or(0, |arguments| arguments.values.len());
    let wanted = operator.arguments.len();
    if operator.variadic {
        return true;
    }
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
pub(super) fn check_inputs(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    let operator = node.operator;
    if !operator.is_fan_in() || node.health.broken {
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
    let most = operator.most_inputs;
    if inputs > most {
        let wrong = format!(
            "`{}` takes up to {most} inputs, not {inputs}",
            operator.name
        );
        errors.at(node.span, wrong, "join some of them first");
    }
    (2..=most).contains(&inputs)
}

/// Sizes, and the lengths of windows.
pub(super) fn check_extents(node: &Node<'_>, errors: &mut Errors) {
    let name = node.operator.name;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let values = arguments.map_or(&[][..], |arguments| &arguments.values);
    for (argument, value) in node.operator.arguments.iter().zip(values) {
        let span = syn::spanned::Spanned::span(value);
        if argument.kind == Kind::Size && is_zero(value) {
            let wrong = format!("the size of `{name}` must not be zero");
            errors.at(span, wrong, "write 1 or more");
        } else if argument.kind == Kind::Length && is_no_time(value) {
            let wrong = format!("the `{}` of `{name}` must not be zero", argument.name);
            errors.at(span, wrong, "no time is that short");
        }
    }
}

/// Returns whether a `?` has something to unwrap; `false` where there is no telling
/// what flows on.
pub(super) fn check_question(node: &Node<'_>, errors: &mut Errors) -> bool {
    let Some(element) = node.element else {
        return true;
    };
    let operator = node.operator;
    if let Some(question) = &element.question {
        let can = match operator.question {
            Question::Never => false,
            Question::Items => node.behaviour.fails,
            Question::Function | Question::Value => true,
        };
        if !can {
            let name = operator.name;
            let fails = |option: &&Opt| {
                let with = operator.behaves(|given| given == option.name, None);
                with.fails && !operator.behaviour.fails
            };
            match operator.options.iter().find(fails) {
                Some(option) => {
                    let wrong = format!("`{name}` cannot fail here, without `{}`", option.name);
                    let help = format!("write `{} = …`, or remove the `?`", option.name);
                    errors.at(question.span, wrong, &help);
                }
                None => {
                    let wrong = format!("`{name}` cannot fail here: there is nothing to unwrap");
                    errors.at(question.span, wrong, "remove the `?`");
                }
            }
            // Of which type errors would be is not known.
            return operator.question == Question::Never && question.or_else.is_none();
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
