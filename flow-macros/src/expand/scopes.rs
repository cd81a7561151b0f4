//! Scopes: the blocks of one step, and which node's code is in which.
//!
//! A step begins where items enter a region or leave a holding operator. Its
//! code is a tree: an operator that gives several items opens a loop, one that
//! lets only some pass an `if`, and `? else` and `match` an arm for each way;
//! all their bodies are scopes. Where branches meet again, the code of the
//! meeting comes at the end of the innermost scope that all of them are in,
//! after all of them. How an input waits for that follows: one that is filled
//! once in that scope is an `Option`; one filled in a loop inside it needs a
//! queue.

use std::collections::BTreeMap;

use crate::{
    graph::{NodeId, Port, Use},
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
    /// Whether a scope is the body of a loop.
    loops: Vec<bool>,
    /// The scope in which an edge is used.
    edges: BTreeMap<(NodeId, usize), ScopeId>,
    /// The scope in which a node's code is.
    homes: BTreeMap<NodeId, ScopeId>,
    /// The scope in which its output is.
    outs: BTreeMap<NodeId, ScopeId>,
    /// The scopes of the ways out of it, where there are several.
    arms: BTreeMap<NodeId, Vec<(Port, ScopeId)>>,
}

impl Scopes {
    /// Walks a step.
    pub fn of(plan: &Plan<'_, '_>, region: usize, start: Start) -> Self {
        let mut scopes = Self {
            parents: vec![0],
            loops: vec![false],
            edges: BTreeMap::new(),
            homes: BTreeMap::new(),
            outs: BTreeMap::new(),
            arms: BTreeMap::new(),
        };
        match start {
            Start::Output(node) => scopes.enter_uses(plan, node, 0),
            Start::Input(to) => {
                scopes.edges.insert((to.node, to.input), 0);
            }
            Start::Stage(node) => {
                let out = scopes.open(0, true);
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

    fn open(&mut self, parent: ScopeId, is_loop: bool) -> ScopeId {
        self.parents.push(parent);
        self.loops.push(is_loop);
        self.parents.len() - 1
    }

    fn enter_uses(&mut self, plan: &Plan<'_, '_>, node: NodeId, scope: ScopeId) {
        let each = &plan.graph.nodes[node];
        let parts = each.operator.form == Form::Match || each.diverts().is_some();
        for port in each.ports() {
            let scope = if parts {
                let arm = self.open(scope, false);
                self.arms.entry(node).or_default().push((port, arm));
                arm
            } else {
                scope
            };
            for to in plan.graph.uses(node, port) {
                let back = plan.graph.nodes[to.node].inputs[to.input].back;
                if !back && plan.crossing(to).is_none() {
                    self.edges.insert((to.node, to.input), scope);
                }
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
        let out = match plan.graph.nodes[node].operator.form {
            Form::Each | Form::Flatten | Form::HoldMany | Form::Via | Form::Lanes => {
                self.open(home, true)
            }
            Form::Union if inputs.len() > 1 || plan.graph.nodes[node].is_cycle_head() => {
                self.open(home, true)
            }
            Form::Zip if !plan.is_lockstep(node) => self.open(home, true),
            Form::Test
            | Form::Gate
            | Form::Select
            | Form::AwaitSelect
            | Form::Hold
            | Form::Slide => self.open(home, false),
            _ => home,
        };
        self.outs.insert(node, out);
        self.enter_uses(plan, node, out);
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

    /// The scope of one of several ways out of it.
    pub fn arm(&self, node: NodeId, port: Port) -> ScopeId {
        let arms = self.arms[&node].iter();
        let mut arms = arms.filter(|(each, _)| *each == port);
        arms.next().map_or_else(|| self.out(node), |(_, arm)| *arm)
    }

    /// Whether every input is filled at most once in the scope where the
    /// fan-in's code is: it lies in no loop inside it.
    pub fn fills_once(&self, node: NodeId) -> bool {
        let home = self.home(node);
        self.inputs(node).iter().all(|input| {
            let mut scope = self.edges[&(node, *input)];
            while scope != home && !self.loops[scope] {
                scope = self.parents[scope];
            }
            scope == home
        })
    }
}
