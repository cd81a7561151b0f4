//! The names of what an expansion declares, beside the operators themselves.

use proc_macro2::{Ident, Span};

use super::Writer;
use crate::{
    graph::{Node, NodeId, Port, Use},
    plan::{Closer, Level, Root},
};

impl Writer<'_, '_, '_> {
    /// The witness of an output.
    pub fn witness(&self, node: NodeId, port: Port) -> Ident {
        match port {
            Port::Items => self.numbered("item", node),
            Port::Errors => self.numbered("error", node),
            Port::Arm(arm) => self.beside(node, "", &format!("_arm_{arm}_item")),
            Port::Side(side) => self.beside(node, "", &format!("_side_{side}_error")),
        }
    }

    /// The witness of what flows into a node with one input, at the place of
    /// what reads it.
    pub fn input_witness(&self, node: &Node<'_>, span: Span) -> Option<Ident> {
        let edge = node.inputs.first()?;
        Some(self.witness_at(edge.from, edge.port, self.at(span)))
    }

    /// The witness of an output, at the place of what reads it.
    pub fn witness_at(&self, node: NodeId, port: Port, at: Span) -> Ident {
        let mut witness = self.witness(node, port);
        witness.set_span(at);
        witness
    }

    /// Names what makes a node's errors the flow's.
    pub fn raise(&self, node: NodeId) -> Ident {
        self.at_question(node, self.numbered("raise", node))
    }

    /// Names what ends the flow with a node's fatal errors.
    pub fn fatal(&self, node: NodeId) -> Ident {
        self.numbered("fatal", node)
    }

    fn at_question(&self, node: NodeId, mut name: Ident) -> Ident {
        let element = self.graph().nodes[node].element;
        if let Some(question) = element.and_then(|element| element.question.as_ref()) {
            name.set_span(self.at(question.span));
        }
        name
    }

    /// Names what parts a node's items and errors.
    pub fn divert(&self, node: NodeId) -> Ident {
        self.at_question(node, self.numbered("divert", node))
    }

    /// Names what makes an input of a union an item of its first.
    pub fn join(&self, to: Use) -> Ident {
        let edge = &self.graph().nodes[to.node].inputs[to.input];
        let mut join = self.beside(to.node, "join_", &format!("_{}", to.input));
        join.set_span(self.at(edge.span));
        join
    }

    /// Names what clones an output for a branch.
    pub fn cloner(&self, node: NodeId, port: Port) -> Ident {
        match port {
            Port::Items => self.beside(node, "clone_", ""),
            Port::Errors => self.beside(node, "clone_", "_error"),
            Port::Arm(arm) => self.beside(node, "clone_", &format!("_arm_{arm}")),
            Port::Side(side) => self.beside(node, "clone_", &format!("_side_{side}")),
        }
    }

    /// The slot, or the queue, of an input of a fan-in.
    pub fn slot(&self, node: NodeId, input: usize) -> Ident {
        self.beside(node, "", &format!("_{input}"))
    }

    /// The slot that the inputs of a union share, where only one is ever filled.
    pub fn joined(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_joined")
    }

    /// The type of what a `match` gives: one variant an arm.
    pub fn routes(&self, node: NodeId) -> Ident {
        let path = self.path_within();
        let text = format!("{path}_{node}");
        let text = format!("Match{}", text.trim_start_matches('_'));
        self.free(text, self.place(node))
    }

    /// The queue that a union's inputs share.
    pub fn queue(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_queue")
    }

    /// The queue of what an operator that holds gives at the end of input.
    pub fn stash(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_stash")
    }

    /// The items that a node gives of one, and whether they say that they have no end.
    pub fn given_items(&self, node: NodeId) -> [Ident; 2] {
        ["_items", "_endless"].map(|word| self.beside(node, "", word))
    }

    /// Returns whether a root or a fan-in has not ended.
    pub fn open(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_open")
    }

    /// The tokens of what a node holds.
    pub fn tokens(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_tokens")
    }

    /// Names what commits the items of a source that acknowledges.
    pub fn acks(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_acks")
    }

    /// The witness of what such a source says of its items.
    pub fn meta(&self, node: NodeId) -> Ident {
        self.numbered("meta", node)
    }

    /// The ways round that lead back to a segment from other regions.
    pub fn round(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_round")
    }

    /// Returns whether a segment that something comes back to is still fed otherwise.
    pub fn fed(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_fed")
    }

    /// Returns how many futures a cut runs at once.
    pub fn limit(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_limit")
    }

    /// Names what is made of `timeout` and `retry`.
    pub fn attempts(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_attempts")
    }

    /// The witness of what a function that may be tried again fails with.
    pub fn failure(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_failure")
    }

    /// Makes the future of an item, for a cut that runs it.
    pub fn call_of(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_call")
    }

    /// A cut: the futures that it runs, or what it holds.
    pub fn cut(&self, node: NodeId) -> Ident {
        let runs = self.graph().nodes[node].runs_jobs();
        self.beside(node, "", if runs { "_jobs" } else { "_cut" })
    }

    /// Names what `by_key` keeps for its keys.
    pub fn keys(&self, node: NodeId) -> Ident {
        match self.graph().nodes[node].watches_keys() {
            true => self.beside(node, "", "_keys"),
            false => self.local(node),
        }
    }

    /// Names what is left of an item that gives several.
    pub fn rest_of(&self, node: NodeId) -> Ident {
        match self.plan.level(node) {
            Some(Level::Queue) => self.queue(node),
            _ => self.beside(node, "", "_rest"),
        }
    }

    /// The number of operators at which something is left, by the first of them.
    pub fn left_of(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_left")
    }

    /// The feed of a cut.
    pub fn feed(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_feed")
    }

    /// Names what comes out of a cut.
    pub fn results(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_results")
    }

    /// A ring between two regions, its feed, and what comes out of it.
    pub fn ring(&self, crossing: usize, part: &str) -> Ident {
        let crossing = &self.plan.crossings[crossing];
        self.beside(
            crossing.to.node,
            "",
            &format!("_{}_{part}", crossing.to.input),
        )
    }

    /// The loop of a region, named after what it pulls from first.
    pub fn region(&self, region: usize) -> Ident {
        match self.plan.regions[region].roots[0] {
            Root::Source(node) => self.beside(node, "", "_region"),
            Root::Results(node) => self.beside(node, "after_", ""),
            Root::Crossing(crossing) => {
                self.beside(self.plan.crossings[crossing].to.node, "", "_region")
            }
        }
    }

    /// The program's side of an inlet.
    pub fn mailbox(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_mailbox")
    }

    /// Returns whether an outlet waits.
    pub fn wait(&self, node: NodeId) -> Ident {
        self.numbered("wait", node)
    }

    /// Returns whether a union has a queue of its own. Inputs from other regions never meet
    /// in one step, so only those of one region may need to wait there.
    pub fn has_queue(&self, node: NodeId) -> bool {
        let inputs = 0..self.graph().nodes[node].inputs.len();
        let inside = inputs.filter(|input| {
            let input = *input;
            self.plan.crossing(Use { node, input }).is_none()
        });
        inside.take(2).count() > 1
    }
}

/// The flag that says whether a root that competes with others may have its turn.
pub fn turn_flag(writer: &Writer<'_, '_, '_>, root: Root) -> Ident {
    match root {
        Root::Source(node) | Root::Results(node) => writer.beside(node, "", "_may_give"),
        Root::Crossing(crossing) => writer.ring(crossing, "may_give"),
    }
}

/// The flag that says whether a closer has not ended.
pub fn flag(writer: &Writer<'_, '_, '_>, region: usize, closer: Closer) -> Ident {
    match closer {
        Closer::Node(node) => writer.open(node),
        Closer::Root(index) => match writer.plan.regions[region].roots[index] {
            Root::Source(node) | Root::Results(node) => writer.open(node),
            Root::Crossing(crossing) => writer.ring(crossing, "open"),
        },
    }
}
