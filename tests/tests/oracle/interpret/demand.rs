//! Demand: what is needed, and what is wanted now.

use super::Run;
use crate::graph::{NodeId, Op};

impl Run<'_> {
    /// Returns whether some branch behind a node has not ended; `None` where all that
    /// is behind it goes round in a cycle.
    pub(super) fn is_needed(&self, id: NodeId) -> Option<bool> {
        self.any_use(id, &|run, to, input| {
            let state = &run.states[to];
            let open = match run.graph.nodes[to].op {
                Op::Sink(_) => return Some(!state.is_over(&run.graph.nodes[to].op)),
                Op::Zip | Op::Merge if run.ended[to] => false,
                Op::Zip => run.may_pair(to, input),
                _ => !state.is_over(&run.graph.nodes[to].op),
            };
            if open { run.is_needed(to) } else { Some(false) }
        })
    }

    /// Returns whether a branch that begins with an input has ended: all ways on which an item may
    /// leave it have.
    pub(super) fn branch_has_ended(&self, to: NodeId, input: usize) -> bool {
        let back = self.graph.nodes[to].inputs[input].back;
        !back && self.branch_goes_on(to, input) == Some(false)
    }

    /// Returns whether all that is behind a node has ended.
    pub(super) fn all_have_ended(&self, id: NodeId) -> bool {
        self.any_use(id, &Self::branch_goes_on) == Some(false)
    }

    fn branch_goes_on(&self, to: NodeId, _: usize) -> Option<bool> {
        let op = &self.graph.nodes[to].op;
        match (self.states[to].is_over(op), op) {
            (true, _) => Some(false),
            (false, Op::Sink(_)) => Some(true),
            (false, _) => self.any_use(to, &Self::branch_goes_on),
        }
    }

    /// Returns whether some operator behind a node can use an item now; `None` as for
    /// [`is_needed`](Self::is_needed).
    pub(super) fn is_wanted(&self, id: NodeId) -> Option<bool> {
        self.any_use(id, &|run, to, input| {
            let state = &run.states[to];
            let open = match run.graph.nodes[to].op {
                Op::Sink(_) => return Some(!state.is_over(&run.graph.nodes[to].op)),
                Op::Zip | Op::Merge if run.ended[to] => false,
                Op::Zip => run.is_next(to, input) && run.may_pair(to, input),
                Op::Merge => state.wants(input),
                _ if run.left.contains_key(&to) => false,
                _ => !state.is_over(&run.graph.nodes[to].op),
            };
            if open { run.is_wanted(to) } else { Some(false) }
        })
    }

    pub(super) fn any_use(
        &self,
        id: NodeId,
        of: &dyn Fn(&Self, NodeId, usize) -> Option<bool>,
    ) -> Option<bool> {
        let forward = |(to, input): &&(NodeId, usize)| !self.graph.nodes[*to].inputs[*input].back;
        let uses = &self.uses[id];
        if uses.is_empty() {
            return Some(true);
        }
        let uses = uses.iter().filter(forward);
        let needs: Vec<bool> = uses
            .filter_map(|(to, input)| of(self, *to, *input))
            .collect();
        (!needs.is_empty()).then(|| needs.contains(&true))
    }

    /// Returns whether an input of a `zip` is empty, and those before it are not.
    pub(super) fn is_next(&self, zip: NodeId, input: usize) -> bool {
        let waiting = &self.states[zip].waiting;
        waiting[input].is_empty() && waiting[..input].iter().all(|queue| !queue.is_empty())
    }

    /// Nothing is pulled that cannot be paired.
    pub(super) fn may_pair(&self, zip: NodeId, input: usize) -> bool {
        let inputs = self.graph.nodes[zip]
            .inputs
            .iter()
            .zip(&self.states[zip].waiting);
        let taken = self.states[zip].waiting[input].len();
        let mut others = inputs.enumerate().filter(|(other, _)| *other != input);
        others.all(|(_, (edge, queue))| {
            !queue.is_empty() || self.may_come(edge.from) || self.held_before(edge.from) > taken
        })
    }

    /// Returns how many items may leave a node at the end of input, at most, where nothing more
    /// comes to it.
    fn held_before(&self, id: NodeId) -> usize {
        let (node, state) = (&self.graph.nodes[id], &self.states[id]);
        let inputs = node.inputs.iter().map(|edge| self.held_before(edge.from));
        match node.op {
            Op::Zip | Op::Merge => 0,
            _ if self.is_cycle(id) => 0,
            Op::Partition(_) | Op::PartitionUnique(_) => usize::from(!state.held.is_empty())
                .saturating_add(inputs.fold(0, usize::saturating_add)),
            Op::GroupBy(_) => state
                .windows
                .len()
                .saturating_add(inputs.fold(0, usize::saturating_add)),
            _ if node.op.is_many() && !node.op.meets() || self.kept.contains(&id) => {
                match matches!(node.op, Op::Batched(_)) || self.has_holder_before(id) {
                    true => usize::MAX,
                    false => state.windows.len(),
                }
            }
            _ => inputs.fold(0, usize::saturating_add),
        }
    }

    /// Returns whether some operator on the way to a node may hold items.
    fn has_holder_before(&self, id: NodeId) -> bool {
        let mut inputs = self.graph.nodes[id].inputs.iter().map(|edge| edge.from);
        inputs.any(|from| {
            let op = &self.graph.nodes[from].op;
            let ends = matches!(op, Op::Zip | Op::Merge) || self.is_cycle(from);
            !ends && (op.holds() || self.has_holder_before(from))
        })
    }

    /// Returns whether more may come out of a node, beside what is held.
    pub(super) fn may_come(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let closer = self.closer(id);
        if self.ended[closer] && self.ending != Some(closer) {
            return false;
        }
        let mut inputs = node.inputs.iter().map(|edge| self.may_come(edge.from));
        match node.op {
            Op::Source(_) | Op::Merge => true,
            Op::Zip if self.several => true,
            Op::Zip => {
                let queues = self.states[id].waiting.iter();
                inputs
                    .zip(queues)
                    .zip(&node.inputs)
                    .all(|((may, queue), edge)| {
                        may || !queue.is_empty() || self.held_before(edge.from) > 0
                    })
            }
            _ if self.is_cycle(id) => true,
            Op::Union | Op::Segment | Op::Join => inputs.any(|may| may),
            _ if self.left.contains_key(&id) => true,
            _ => !self.states[id].is_over(&node.op) && inputs.all(|may| may),
        }
    }
}
