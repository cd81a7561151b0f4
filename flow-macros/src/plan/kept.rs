//! The rest of an item that gives several, in front of a `zip` or a `merge_keyed`: it is kept, and
//! taken one by one as the fan-in wants it. So it may be without end.
//!
//! ```text
//! if flat_map_1_rest.is_none() { … flat_map_1_rest = Some(flat_map_1(x).into_iter()); … }
//! if let Some(rest) = &mut flat_map_1_rest { … rest.next() … }
//! ```
//!
//! The order of what other sources give does not change by it: nothing behind joins what comes
//! as it comes. In flows that await, or are emitted into, an item is carried through at once.

use std::collections::BTreeSet;

use super::{Plan, Root, Shape, Waits};
use crate::{
    graph::{NodeId, Port, Use},
    table::{AtEnd, Form, Inputs, Within},
};

impl Plan<'_, '_> {
    /// Finds the operators whose items are kept.
    pub(super) fn find_kept(&mut self) {
        let at_once = match self.shape() {
            Shape::Closed => false,
            Shape::Lazy(outlet) => self.leaves_once(outlet),
            Shape::Open(_) | Shape::Piece(..) => true,
        };
        if self.waits != Waits::Never || at_once {
            return;
        }
        for region in 0..self.regions.len() {
            let roots = &self.regions[region].roots;
            if roots.len() < 2 {
                continue;
            }
            let alone = (0..roots.len()).filter(|root| self.rivals_of(region, *root).is_none());
            let kept = alone.flat_map(|root| self.kept_behind(roots[root]));
            self.kept = self.kept.iter().copied().chain(kept).collect();
        }
    }

    /// Returns whether what an operator gives for an item is kept, and taken one by one.
    pub fn keeps(&self, node: NodeId) -> bool {
        self.kept.contains(&node)
    }

    /// The operators behind a root that keep what they give for an item, in their order.
    pub fn kept_behind(&self, root: Root) -> Vec<NodeId> {
        let mut kept = Vec::new();
        let Root::Source(mut node) = root else {
            return kept;
        };
        if !self.is_iterator(root) || self.acked[node] {
            return kept;
        }
        loop {
            let uses = self.graph.all_uses(node);
            let [to] = uses.as_slice() else { return kept };
            let each = &self.graph.nodes[to.node];
            let edge = &each.inputs[to.input];
            if edge.back || edge.port != Port::Items || each.inputs.len() > 1 {
                return kept;
            }
            let behaviour = &each.behaviour;
            if matches!(each.operator.form, Form::Each | Form::Flatten) {
                if self.is_rationed(to.node) && self.keeps_order(to.node) {
                    kept.push(to.node);
                }
            } else if !behaviour.gives_one_at_most()
                || behaviour.at_end == AtEnd::Leaves
                || behaviour.ends
                || behaviour.within != Within::None
            {
                return kept;
            }
            node = to.node;
        }
    }

    /// Returns whether nothing behind a node depends on when its items come beside those of
    /// other sources.
    fn keeps_order(&self, node: NodeId) -> bool {
        let reached = self.graph.reached(vec![node]);
        let meets = |node: &NodeId| {
            let each = &self.graph.nodes[*node];
            let by_order = !matches!(each.behaviour.inputs(), Some(Inputs::Pairs | Inputs::Keys));
            reached[*node] && each.inputs.len() > 1 && by_order
        };
        let apart = |node: NodeId| {
            let inputs = 0..self.graph.nodes[node].inputs.len();
            let roots: BTreeSet<_> = inputs
                .map(|input| self.roots_into(Use { node, input }))
                .collect();
            roots.len() > 1
        };
        !(0..reached.len()).filter(meets).any(apart)
    }
}
