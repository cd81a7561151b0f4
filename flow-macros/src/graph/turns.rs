//! The turns of the inputs of `chain`: which items have to wait for one, and which
//! sources are not begun before.

use super::{Graph, NodeId};
use crate::table::{Inputs, Role};

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

/// An input of a `chain` that has its turn when those before have ended.
pub struct Turn {
    /// The `chain`.
    pub chain: NodeId,
    /// The index of the input.
    pub input: usize,
    /// Of every node, whether it is not begun before.
    pub held: Vec<bool>,
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
        } else if joined().any(|(_, each)| each.behaviour.role == Role::Inlet) {
            Some(Waiting::Pushed)
        } else if joined().any(|(_, each)| meets(each)) {
            Some(Waiting::MeetsAgain)
        } else {
            None
        }
    }

    /// The inputs of all `chain`s before whose turns something is not begun: all that is
    /// joined to the input, where nothing has to wait.
    pub fn turns(&self) -> Vec<Turn> {
        let chains = self.nodes.iter().enumerate();
        let chains = chains.filter(|(_, node)| node.behaviour.inputs() == Some(Inputs::Turns));
        let inputs = chains.flat_map(|(id, node)| (1..node.inputs.len()).map(move |at| (id, at)));
        inputs
            .filter(|(chain, input)| self.waits_for_its_turn(*chain, *input).is_none())
            .map(|(chain, input)| Turn {
                chain,
                input,
                held: self.around(self.nodes[chain].inputs[input].from, chain),
            })
            .collect()
    }
}
