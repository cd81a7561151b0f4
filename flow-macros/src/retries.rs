//! What the options of attempts, limits and budgets demand of each other.

use crate::{errors::Errors, graph::Node};

/// Options of which nothing comes without another: both, and what is said then.
const NEEDS: &[(&str, &str, &str)] = &[
    (
        "retry_after",
        "retry",
        "nothing is tried again without it; add `retry = n`",
    ),
    (
        "units",
        "limit",
        "nothing counts them without it; add `limit = &limit`",
    ),
    (
        "give_up",
        "refused",
        "nothing is given up that is not refused; add `refused = f`",
    ),
    (
        "cost",
        "budget",
        "nothing pays for it; add `budget = &budget`",
    ),
    (
        "budget",
        "cost",
        "nothing would be spent; add `cost = f`, which sees the value made",
    ),
];

/// Reports options that nothing comes of.
pub fn check(node: &Node<'_>, errors: &mut Errors) {
    let Some(arguments) = node.element.and_then(|each| each.arguments.as_ref()) else {
        return;
    };
    for (option, needed, help) in NEEDS {
        let mut options = arguments.options.iter();
        if let Some((word, _)) = options.find(|(word, _)| word == option)
            && node.operator.option(option).is_some()
            && node.option(needed).is_none()
        {
            let wrong = format!("`{option}` needs `{needed}`");
            errors.at(word.span(), wrong, *help);
        }
    }
}
