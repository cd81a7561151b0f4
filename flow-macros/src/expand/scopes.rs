//! Scopes: the loop bodies of one step, and which node's code is in which.
//!
//! A step begins where items enter a region or leave a holding operator. Its
//! code is a tree: an operator that gives several items opens a loop, one that
//! may give none an `if`, and each body is a scope. Where branches meet again,
//! the code of the meeting comes at the end of the innermost loop that all of
//! them are in, after all of them. How an input waits for that follows: one that
//! is filled in that very scope is a local, one filled in an `if` inside it an
//! `Option`, and one filled in a loop inside it needs a queue.

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
    scopes: Vec<Scope>,
    /// The scope in which an edge is used.
    edges: BTreeMap<(NodeId, usize), ScopeId>,
    /// The scope in which a node's code is.
    homes: BTreeMap<NodeId, ScopeId>,
    /// The scope in which its output is.
    outs: BTreeMap<NodeId, ScopeId>,
    /// The scope in which one of its ports is.
    ports: BTreeMap<(NodeId, usize), ScopeId>,
    /// The scopes of branches that run at the same time.
    branches: BTreeMap<(NodeId, usize, usize), ScopeId>,
    /// Those that are loops over what an operator lends.
    lent: BTreeSet<ScopeId>,
}

/// A block of a step.
#[derive(Clone, Copy)]
struct Scope {
    parent: ScopeId,
    /// Whether its body may run several times.
    repeats: bool,
}

impl Scopes {
    /// Walks a step.
    pub fn of(plan: &Plan<'_, '_>, region: usize, start: Start) -> Self {
        let mut scopes = Self {
            scopes: vec![Scope {
                parent: 0,
                repeats: false,
            }],
            edges: BTreeMap::new(),
            homes: BTreeMap::new(),
            outs: BTreeMap::new(),
            ports: BTreeMap::new(),
            branches: BTreeMap::new(),
            lent: BTreeSet::new(),
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

    fn open(&mut self, parent: ScopeId, repeats: bool) -> ScopeId {
        self.scopes.push(Scope { parent, repeats });
        self.scopes.len() - 1
    }

    fn enter_uses(&mut self, plan: &Plan<'_, '_>, node: NodeId, scope: ScopeId) {
        let each = &plan.graph.nodes[node];
        let parts = each.operator.form == Form::Match || each.diverts().is_some();
        for (index, port) in each.ports().into_iter().enumerate() {
            // An item takes one of several ways: each is a block of its own.
            let scope = if parts {
                self.open(scope, false)
            } else {
                scope
            };
            self.ports.insert((node, index), scope);
            for (branch, to) in plan.graph.uses(node, port).into_iter().enumerate() {
                let scope = if plan.joins(node, port) {
                    let own = self.open(scope, false);
                    self.branches.insert((node, index, branch), own);
                    own
                } else {
                    scope
                };
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
        let each = &plan.graph.nodes[node];
        let meets = match each.operator.form {
            Form::Union => inputs.len() > 1 || each.is_cycle_head(),
            Form::Zip | Form::Lanes => true,
            _ => false,
        };
        let home = if meets { self.around(home) } else { home };
        self.homes.insert(node, home);
        if each.is_cut() {
            return;
        }
        let out = match each.operator.form {
            form if form.gives_several() => self.open(home, true),
            Form::Union if each.is_cycle_head() => self.open(home, true),
            Form::Union if inputs.len() > 1 => {
                let once = plan.is_exclusive(node) && self.fills_once(node);
                self.open(home, !once)
            }
            Form::Zip if !plan.is_lockstep(node) => self.open(home, true),
            Form::Zip if !self.fills_surely(node) => self.open(home, false),
            Form::Test
            | Form::Gate
            | Form::Select
            | Form::AwaitSelect
            | Form::Hold
            | Form::Slide => self.open(home, false),
            _ => home,
        };
        self.outs.insert(node, out);
        if matches!(each.operator.form, Form::HoldMany | Form::Keyed | Form::Via) {
            self.lent.insert(out);
        }
        self.enter_uses(plan, node, out);
    }

    /// The innermost loop around a scope, or the step: what a `filter` lets pass
    /// meets when all branches of the item are done, as without it.
    fn around(&self, mut scope: ScopeId) -> ScopeId {
        while scope != 0 && !self.scopes[scope].repeats {
            scope = self.scopes[scope].parent;
        }
        scope
    }

    /// Whether every input is filled whenever the fan-in's code runs.
    pub fn fills_surely(&self, node: NodeId) -> bool {
        let home = self.home(node);
        self.inputs(node)
            .iter()
            .all(|input| self.edges[&(node, *input)] == home)
    }

    /// The innermost scope around both.
    fn meet(&self, mut a: ScopeId, mut b: ScopeId) -> ScopeId {
        // A scope's number is larger than its parent's.
        while a != b {
            if a > b {
                a = self.scopes[a].parent;
            } else {
                b = self.scopes[b].parent;
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

    /// The scope of a branch that runs beside others.
    pub fn branch(&self, node: NodeId, port: usize, branch: usize) -> ScopeId {
        self.branches[&(node, port, branch)]
    }

    /// The scope that a node's code is in.
    pub fn home(&self, node: NodeId) -> ScopeId {
        self.homes[&node]
    }

    /// The scope that its output is in.
    pub fn out(&self, node: NodeId) -> ScopeId {
        self.outs[&node]
    }

    /// The scope that the uses of one of its ports are in.
    pub fn port(&self, node: NodeId, index: usize) -> ScopeId {
        self.ports[&(node, index)]
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
            scope = self.scopes[scope].parent;
        }
        scope == *out
    }

    /// Whether every input is filled at most once in the scope where the
    /// fan-in's code is.
    pub fn fills_once(&self, node: NodeId) -> bool {
        let home = self.home(node);
        self.inputs(node)
            .iter()
            .all(|input| self.runs_once(self.edges[&(node, *input)], home))
    }

    /// Whether a node's code runs at most once in a step.
    pub fn is_once(&self, node: NodeId) -> bool {
        self.runs_once(self.home(node), 0)
    }

    /// Whether `scope` runs at most once each time that `around` does.
    fn runs_once(&self, mut scope: ScopeId, around: ScopeId) -> bool {
        while scope != around {
            if self.scopes[scope].repeats {
                return false;
            }
            scope = self.scopes[scope].parent;
        }
        true
    }
}
