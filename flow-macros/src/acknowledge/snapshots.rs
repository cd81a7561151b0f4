//! `accumulate(…, keep = &snapshots)`: its items are of lines whose source resumes by
//! the same snapshots, one by one and in their order.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, ExprParen, ExprReference, spanned::Spanned};

use super::source_of;
use crate::{
    check::flag,
    errors::Errors,
    graph::{Graph, Node, NodeId},
    operators::Form,
};

/// What is wrong with it.
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
    let Some((kept, keep)) = kept(graph, id) else {
        return Ok(());
    };
    let name = written(keep);
    let source =
        source_of(graph, id).filter(|source| graph.nodes[*source].operator.name == "lines");
    let resume = source.and_then(|source| graph.nodes[source].option("resume"));
    let Some(resume) = resume else {
        return Err(Wrong {
            span: keep.span(),
            wrong: "`keep` needs items of one source that resumes by these snapshots, one by one"
                .to_owned(),
            help: format!("put it behind `lines(path, resume = &{name})`, before items are joined"),
        });
    };
    if written(resume) != name {
        return Err(Wrong {
            span: keep.span(),
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
            span: keep.span(),
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
    debug_assert_eq!(kept.operator.name, "accumulate");
    Ok(())
}

/// The `accumulate` behind this node, and where it keeps its state.
fn kept<'g, 's>(graph: &'g Graph<'s>, id: NodeId) -> Option<(&'g Node<'s>, &'s Expr)> {
    let this = graph.nodes[id].element?;
    if !matches!(this.special, Some(crate::syntax::Special::LinesOf)) {
        return None;
    }
    let behind = graph.nodes.iter();
    let mut behind = behind.filter(|node| node.inputs.iter().any(|edge| edge.from == id));
    let node = behind.find(|node| node.operator.name == "accumulate")?;
    let arguments = node.element?.arguments.as_ref()?;
    let (_, keep) = arguments.options.iter().find(|(name, _)| name == "keep")?;
    Some((node, keep))
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
        if ordered == Some(false) && from.operator.form != Form::Outlet {
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
