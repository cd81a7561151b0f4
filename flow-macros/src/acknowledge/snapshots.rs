//! `accumulate(…, keep = &snapshots)`: its items are of lines whose source resumes by
//! the same snapshots, one by one and in their order.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, ExprParen, ExprReference};

use super::source_of;
use crate::{
    errors::Errors,
    graph::{Graph, NodeId},
    syntax::Special,
    table::{Acks, Effect, Role},
    values::flag,
};

/// The mistake in it.
pub(super) struct Wrong {
    span: Span,
    wrong: String,
    help: String,
}

impl Wrong {
    pub(super) fn report(&self, errors: &mut Errors) {
        errors.at(self.span, self.wrong.clone(), &self.help);
    }
}

/// The rules of an `accumulate` that keeps its state; `id` is the node before it, which
/// says of which lines items are.
pub(super) fn check(graph: &Graph<'_>, id: NodeId) -> Result<(), Wrong> {
    let Some((word, keep)) = kept(graph, id) else {
        return Ok(());
    };
    let name = written(keep);
    let source =
        source_of(graph, id).filter(|source| graph.nodes[*source].behaviour.acks == Acks::Resumes);
    let resume = source.and_then(|source| graph.nodes[source].option("resume"));
    let Some(resume) = resume else {
        return Err(Wrong {
            span: word.span(),
            wrong: "`keep` needs items of one source that resumes by these snapshots, one by one"
                .to_owned(),
            help: format!("put it behind `lines(path, resume = &{name})`, before items are joined"),
        });
    };
    if written(resume) != name {
        return Err(Wrong {
            span: word.span(),
            wrong: format!(
                "the source resumes by `{}`, and the state is kept in `{name}`",
                written(resume)
            ),
            help: "state and position are kept together: name the same snapshots".to_owned(),
        });
    }
    let others = (0..id).filter_map(|other| self::kept(graph, other));
    if others
        .map(|(_, keep)| written(keep))
        .any(|other| other == name)
    {
        return Err(Wrong {
            span: word.span(),
            wrong: format!("`{name}` keeps the state of another `accumulate` already"),
            help: "snapshots keep one state; let one `accumulate` have both in a tuple".to_owned(),
        });
    }
    if let Some(span) = disorder(graph, id) {
        return Err(Wrong {
            span,
            wrong: "lines come out of order here, and the state that is kept behind it is of all \
                    lines up to one"
                .to_owned(),
            help: "leave `ordered = false` out, or do without `keep`".to_owned(),
        });
    }
    Ok(())
}

/// The place where the `accumulate` behind this node keeps its state, and its word.
fn kept<'s>(graph: &Graph<'s>, id: NodeId) -> Option<(&'s Ident, &'s Expr)> {
    let this = graph.nodes[id].element?;
    if !matches!(this.special, Some(Special::LinesOf)) {
        return None;
    }
    let behind = graph.nodes.iter();
    let mut behind = behind.filter(|node| node.inputs.iter().any(|edge| edge.from == id));
    let keeps = |effect| effect == Effect::KeepsState;
    let (node, option) = behind.find_map(|node| Some((node, node.operator.option_that(keeps)?)))?;
    let arguments = node.element?.arguments.as_ref()?;
    let mut options = arguments.options.iter();
    let (word, keep) = options.find(|(name, _)| name == option.name)?;
    Some((word, keep))
}

/// The option by which items overtake each other on their way here.
fn disorder(graph: &Graph<'_>, mut node: NodeId) -> Option<Span> {
    for _ in 0..graph.nodes.len() {
        let [edge] = graph.nodes[node].inputs.as_slice() else {
            return None;
        };
        node = edge.from;
        let from = &graph.nodes[node];
        let ordered = from.option("ordered").and_then(flag);
        if ordered == Some(false) && from.behaviour.role != Role::Outlet {
            let arguments = from.element?.arguments.as_ref()?;
            let mut options = arguments.options.iter();
            return options
                .find(|(name, _)| name == "ordered")
                .map(|(name, _)| name.span());
        }
        if from.acknowledges() {
            return None;
        }
    }
    None
}

/// An expression as it is compared: without references to it.
fn written(mut value: &Expr) -> String {
    while let Expr::Reference(ExprReference { expr, .. }) | Expr::Paren(ExprParen { expr, .. }) =
        value
    {
        value = expr;
    }
    value.to_token_stream().to_string()
}
