//! What may stand in a chain within an element: in the braces of `by_key`, or
//! between `scatter` and `gather`.

use crate::{
    check,
    errors::Errors,
    graph::Node,
    operators::Form,
    plan::{self, Waits},
};

/// Checks the chain within a node, where there is one.
pub fn check(node: &mut Node<'_>, errors: &mut Errors) {
    let Some(inner) = &mut node.inner else { return };
    check::graph_of(inner, errors);
    let scattered = node.operator.name == "scatter";
    let place = if scattered {
        "between `scatter` and `gather`"
    } else {
        "in the braces of `by_key`"
    };
    for each in inner.nodes.iter_mut().filter(|each| !each.broken) {
        let name = each.operator.name;
        let help = if name == "scatter" {
            "scatter before, and keep a key on one worker: `scatter(n, by = f)`".to_string()
        } else if each.runs_jobs() && !scattered {
            "leave out its `concurrency`".to_string()
        } else if each.is_cut() && each.operator.form != Form::Cut {
            let option = if name == "by_key" { "idle" } else { "timeout" };
            format!("leave out its `{option}`")
        } else if each.is_cut() || !may_be_copied(each) {
            "put it before or behind".to_string()
        } else if scattered && waits(each) {
            "workers do not await: `then(f, concurrency = n)` stands before or behind".to_string()
        } else {
            continue;
        };
        errors.at(each.span, format!("`{name}` cannot stand {place}"), help);
        each.broken = true;
    }
    node.broken |= inner.nodes.iter().any(|each| each.broken);
}

/// Whether there may be as many of it as there are keys.
fn may_be_copied(node: &Node<'_>) -> bool {
    !matches!(
        node.operator.form,
        Form::Tick | Form::Show | Form::Job | Form::AwaitSelect
    )
}

fn waits(node: &Node<'_>) -> bool {
    let inner = node.inner.as_deref().map_or(Waits::Never, plan::waits);
    matches!(node.operator.form, Form::Await | Form::Pace) || inner != Waits::Never
}
