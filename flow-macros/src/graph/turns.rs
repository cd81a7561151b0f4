//! The turns of the inputs of `chain`: which items have to wait for one, and which
//! sources are not begun before.

use super::{Graph, NodeId};
use crate::operators::Form;

/// The reason why items of an input of a `chain` have to wait for its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// The program pushes them.
    Pushed,
    /// They depend on what this input before depends on.
    Shared(usize),
    /// They meet again what leaves the `chain`.
    MeetsAgain,
}

impl Graph<'_> {
    /// Returns why items of an input of the `chain` at `node` have to wait, if they have
    /// to. Those of the first never do.
    pub fn waits_for_its_turn(&self, node: NodeId, input: usize) -> Option<Waiting> {
        let inputs = &self.nodes[node].inputs;
        if input == 0 {
            return None;
        }
        let around = self.around(inputs[input].from, node);
        let shared = (0..input).find(|other| around[inputs[*other].from]);
        let joined = || self.nodes.iter().enumerate().filter(|(id, _)| around[*id]);
        let meets = |each: &super::Node<'_>| each.inputs.iter().any(|edge| edge.from == node);
        if let Some(other) = shared {
            Some(Waiting::Shared(other))
        } else if joined().any(|(_, each)| each.operator.form == Form::Inlet) {
            Some(Waiting::Pushed)
        } else if joined().any(|(_, each)| meets(each)) {
            Some(Waiting::MeetsAgain)
        } else {
            None
        }
    }

    /// The nodes that are not begun before the turn of an input of the `chain` at
    /// `node`: all that is joined to it, where nothing has to wait.
    pub fn held_back(&self, node: NodeId, input: usize) -> Option<Vec<bool>> {
        let waits = input == 0 || self.waits_for_its_turn(node, input).is_some();
        (!waits).then(|| self.around(self.nodes[node].inputs[input].from, node))
    }

    /// The inputs of all `chain`s, and what is not begun before their turns.
    pub fn turns(&self) -> Vec<(NodeId, usize, Vec<bool>)> {
        let chains = self.nodes.iter().enumerate();
        let chains = chains.filter(|(_, node)| node.operator.name == "chain");
        let inputs = chains.flat_map(|(id, node)| (1..node.inputs.len()).map(move |at| (id, at)));
        inputs
            .filter_map(|(id, input)| Some((id, input, self.held_back(id, input)?)))
            .collect()
    }
}
