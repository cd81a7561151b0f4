//! Defines what the options of attempts demand of each other.

use crate::{errors::Errors, graph::Node};

/// Reports an option that nothing comes of.
pub fn check(node: &Node<'_>, errors: &mut Errors) {
    let Some(arguments) = node.element.and_then(|each| each.arguments.as_ref()) else {
        return;
    };
    let mut options = arguments.options.iter();
    if let Some((word, _)) = options.find(|(word, _)| word == "retry_after")
        && node.operator.option("retry_after").is_some()
        && node.option("retry").is_none()
    {
        let help = "nothing is tried again without it; add `retry = n`";
        errors.at(word.span(), "`retry_after` needs `retry`", help);
    }
}
