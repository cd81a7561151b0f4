//! What the options of attempts demand of each other.

use crate::{errors::Errors, graph::Node};

/// Reports an option that nothing comes of.
pub fn check(node: &Node<'_>, errors: &mut Errors) {
    let Some(arguments) = node.element.and_then(|each| each.arguments.as_ref()) else {
        return;
    };
    if node.option("retry").is_some() {
        return;
    }
    for (word, _) in &arguments.options {
        let name = word.to_string();
        let judges = matches!(name.as_str(), "retry_if" | "retry_after");
        if judges && node.operator.option(&name).is_some() {
            let help = "nothing is tried again without it; add `retry = n`";
            errors.at(word.span(), format!("`{name}` needs `retry`"), help);
        }
    }
}
