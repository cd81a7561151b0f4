//! Scopes: the loop bodies of one step, and which node's code is in which.
//!
//! A step begins where items enter a region or leave a holding operator. Its
//! code is a tree: an operator that gives several items opens a loop, whose
//! body is a scope. Where branches meet again, the code of the meeting comes at
//! the end of the innermost scope that all of them are in, after all of them.
//! How an input waits for that follows: one that is filled once in that scope
//! is an `Option`, or a plain local where that is sure to happen; one filled in
//! a loop inside it needs a queue.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::{NodeId, Use},
    operators::Form,
    plan::Plan,
};

/// A scope of a step; `0` is the step itself.
pub type ScopeId = usize;

/// Where a step begins.
#[derive(Clone, Copy)]
pub enum Start {
    /// With an item that comes out of a node.
    Output(NodeId),
    /// With an item that goes into a node.
    Input(Use),
    /// With a fan-in that has something to give.
    Stage(NodeId),
}

/// The scopes of one step.
pub struct Scopes {
    parents: Vec<ScopeId>,
    /// The scope in which an edge is used.
    edges: BTreeMap<(NodeId, usize), ScopeId>,
    /// The scope in which a node's code is.
    homes: BTreeMap<NodeId, ScopeId>,
    /// The scope in which its output is.
    outs: BTreeMap<NodeId, ScopeId>,
    /// Those that are loops over what an operator lends.
    lent: BTreeSet<ScopeId>,
    /// The nodes whose output a scope may do without.
    doubtful: BTreeSet<NodeId>,
}

impl Scopes {
    /// Walks a step.
    pub fn of(plan: &Plan<'_, '_>, region: usize, start: Start) -> Self {
        let mut scopes = Self {
            parents: vec![0],
            edges: BTreeMap::new(),
            homes: BTreeMap::new(),
            outs: BTreeMap::new(),
            lent: BTreeSet::new(),
            doubtful: BTreeSet::new(),
        };
        match start {
            Start::Output(node) => {
                scopes.doubt(plan, node);
                scopes.enter_uses(plan, node, 0);
            }
            Start::Input(to) => {
                scopes.edges.insert((to.node, to.input), 0);
            }
            Start::Stage(node) => {
                let out = scopes.open(0);
                scopes.homes.insert(node, 0);
                scopes.outs.insert(node, out);
                scopes.enter_uses(plan, node, out);
            }
        }
        for &node in &plan.regions[region].nodes {
            scopes.enter(plan, node);
        }
        scopes
    }

    fn open(&mut self, parent: ScopeId) -> ScopeId {
        self.parents.push(parent);
        self.parents.len() - 1
    }

    fn enter_uses(&mut self, plan: &Plan<'_, '_>, node: NodeId, scope: ScopeId) {
        for to in plan.graph.all_uses(node) {
            let back = plan.graph.nodes[to.node].inputs[to.input].back;
            if !back && plan.crossing(to).is_none() {
                self.edges.insert((to.node, to.input), scope);
            }
        }
    }

    fn enter(&mut self, plan: &Plan<'_, '_>, node: NodeId) {
        let inputs = self.inputs(node);
        let Some(home) = inputs
            .iter()
            .filter_map(|input| self.edges.get(&(node, *input)).copied())
            .reduce(|a, b| self.meet(a, b))
        else {
            return;
        };
        self.homes.insert(node, home);
        if plan.graph.nodes[node].is_cut() {
            return;
        }
        let opens = match plan.graph.nodes[node].operator.form {
            Form::Each | Form::Flatten | Form::HoldMany | Form::Via | Form::Lanes => true,
            Form::Union => inputs.len() > 1 || plan.graph.nodes[node].is_cycle_head(),
            Form::Zip => !plan.is_lockstep(node),
            _ => false,
        };
        let out = if opens { self.open(home) } else { home };
        self.outs.insert(node, out);
        let form = plan.graph.nodes[node].operator.form;
        if matches!(form, Form::HoldMany | Form::Via) {
            self.lent.insert(out);
        }
        let doubtful = |input: &usize| {
            let from = plan.graph.nodes[node].inputs[*input].from;
            self.doubtful.contains(&from)
        };
        if !opens && inputs.iter().any(doubtful) {
            self.doubtful.insert(node);
        }
        self.doubt(plan, node);
        self.enter_uses(plan, node, out);
    }

    /// An output that does not come for every input, or not on every way.
    fn doubt(&mut self, plan: &Plan<'_, '_>, node: NodeId) {
        let each = &plan.graph.nodes[node];
        let passes = matches!(
            each.operator.form,
            Form::Test
                | Form::Gate
                | Form::Select
                | Form::AwaitSelect
                | Form::Hold
                | Form::Slide
                | Form::Match
        );
        // A step that begins with an output has it.
        let begins = !self.outs.contains_key(&node);
        if each.diverts().is_some() || (passes && !begins) {
            self.doubtful.insert(node);
        }
    }

    /// The innermost scope around both.
    fn meet(&self, mut a: ScopeId, mut b: ScopeId) -> ScopeId {
        // A scope's number is larger than its parent's.
        while a != b {
            if a > b {
                a = self.parents[a];
            } else {
                b = self.parents[b];
            }
        }
        a
    }

    /// The inputs of a node that this step reaches.
    pub fn inputs(&self, node: NodeId) -> Vec<usize> {
        self.edges
            .range((node, 0)..=(node, usize::MAX))
            .map(|((_, input), _)| *input)
            .collect()
    }

    /// The scope that a node's code is in.
    pub fn home(&self, node: NodeId) -> ScopeId {
        self.homes[&node]
    }

    /// The scope that its output is in.
    pub fn out(&self, node: NodeId) -> ScopeId {
        self.outs[&node]
    }

    /// Whether a scope is a loop over what an operator lends.
    pub fn is_lent(&self, scope: ScopeId) -> bool {
        self.lent.contains(&scope)
    }

    /// Whether a scope lies in the loop that works a cycle off.
    pub fn is_inside(&self, head: NodeId, mut scope: ScopeId) -> bool {
        let Some(out) = self.outs.get(&head) else {
            return false;
        };
        while scope > *out {
            scope = self.parents[scope];
        }
        scope == *out
    }

    /// Whether every input is sure to be filled, where each is filled once.
    pub fn fills_surely(&self, plan: &Plan<'_, '_>, node: NodeId) -> bool {
        let inputs = &plan.graph.nodes[node].inputs;
        inputs
            .iter()
            .all(|edge| !self.doubtful.contains(&edge.from))
    }

    /// Whether every input is filled at most once in the scope where the
    /// fan-in's code is.
    pub fn fills_once(&self, node: NodeId) -> bool {
        let home = self.home(node);
        self.inputs(node)
            .iter()
            .all(|input| self.edges[&(node, *input)] == home)
    }
}
