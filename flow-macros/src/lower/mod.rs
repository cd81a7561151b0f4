//! [`Plan`](crate::plan::Plan) to [`Tree`]: what one step does, before any pass and any
//! printing.
//!
//! The step is walked once, from where it begins to where its items end. A fan-in is
//! left until all that leads to it is written; then the code of each input is put in
//! its place, and what follows comes at the end of the innermost loop around them.

mod after;
mod cycles;
mod future;
mod item;
mod meet;
mod stmt;
pub mod tree;
mod waiting;

use std::{cell::RefCell, rc::Rc};

use proc_macro2::TokenStream;
use quote::quote;

use self::tree::{BlockId, Kind, Origin, Raise, Stmt, Tree};
use crate::{
    code::{
        branches::Branches,
        demand::{Ask, Demands},
    },
    graph::{NodeId, Port, Use},
    names::Writer,
    plan::Root,
    sorted::{Map, Set},
    table::Form,
};

/// A step: what is done with one item, with what leaves at the end of input, or with
/// what waits in a fan-in.
pub struct Step {
    /// The blocks.
    pub tree: Tree,
    /// The outermost one.
    pub body: BlockId,
    /// The statements that open the item before anything else is done with it.
    pub opens: Option<Stmt>,
    /// The statements behind a loop over steps of this kind.
    pub behind: Option<BlockId>,
    /// The steps of errors that leave the chain within the node, by each `? else`.
    pub sides: Vec<BlockId>,
    /// The nodes at which something waits now, to be given later on.
    pub fed: Set<NodeId>,
}

/// Lowers one step, and those that are written within it.
pub struct Lowering<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    tree: Tree,
    /// The block that is being written.
    block: BlockId,
    walk: Walk,
    /// The operators that hold at which what leaves them waits.
    waits: Set<NodeId>,
    /// Those of them that the step feeds.
    fed: Set<NodeId>,
    /// Answers whether a branch goes on.
    branches: Rc<RefCell<Branches<'w, 'p, 'g, 's>>>,
}

/// The things that steps share which are written one behind the other, at the end of input.
pub struct Shared<'w, 'p, 'g, 's> {
    /// The operators that hold at which what leaves them waits.
    pub waits: Set<NodeId>,
    /// Those at which something waits now.
    pub fed: Set<NodeId>,
    branches: Rc<RefCell<Branches<'w, 'p, 'g, 's>>>,
}

impl<'w, 'p, 'g, 's> Shared<'w, 'p, 'g, 's> {
    /// Nothing was asked about branches so far.
    pub fn new(writer: &'w Writer<'p, 'g, 's>) -> Self {
        Self {
            waits: Set::new(),
            fed: Set::new(),
            branches: Rc::new(RefCell::new(Branches::new(writer))),
        }
    }
}

/// The work that is left in one walk.
#[derive(Default)]
struct Walk {
    /// The fan-ins that something leads to, in the order of the graph.
    pending: Set<(usize, NodeId)>,
    /// The nodes that lead to them.
    fills: Map<NodeId, Vec<Fill>>,
    /// The heads of cycles that a block feeds and whose loops are not around it.
    strays: Map<BlockId, Set<NodeId>>,
    /// True when others work those off.
    is_round: bool,
    /// The ends of blocks that are still to be written.
    todo: Vec<(BlockId, Todo)>,
}

/// The end of a block. It is written bit by bit, and not at once: so a long chain
/// needs no deep stack.
enum Todo {
    /// The steps after a node.
    After(NodeId),
    /// The steps after a node of which errors were parted from what leaves the chain within
    /// it.
    Parted(NodeId),
    /// The steps after a node that gives what came earlier, where something goes on behind it.
    Given(NodeId),
    /// The steps after a node that holds: the rest of the step, or its stash.
    Held(NodeId),
    /// The steps that use an output.
    Uses(NodeId, Port),
    /// One use of a node's output, where that branch has not ended.
    Use(NodeId, Use),
    /// One use of a node's output.
    UseNeeded(NodeId, Use),
}

/// An item that comes to an input of a fan-in.
struct Fill {
    input: usize,
    /// The place of the code.
    place: BlockId,
    item: TokenStream,
}

/// The body of a loop over what comes out of a node.
pub fn output(writer: &Writer<'_, '_, '_>, node: NodeId, opens: Option<Stmt>) -> Step {
    let each = &writer.graph().nodes[node];
    let root = match each.is_cut() {
        true => Root::Results(node),
        false => Root::Source(node),
    };
    let x = writer.x();
    let mut step = Lowering::new(writer);
    let body = step.whole(Origin::Root(root), false, |step| {
        if each.watches_keys() {
            step.keyed(node, quote!(#x));
        } else {
            step.after(node);
        }
    });
    Step {
        opens,
        ..step.finish(body, None)
    }
}

/// The body of a loop over what a node held, and what is done behind the loop: what
/// has gone back into cycles may come to this node again.
pub fn flush<'w, 'p, 'g, 's>(
    writer: &'w Writer<'p, 'g, 's>,
    node: NodeId,
    shared: &Shared<'w, 'p, 'g, 's>,
) -> Step {
    let mut step = Lowering::new(writer).with(shared);
    let before = step.begin(true);
    let origin = match writer.graph().nodes[node].operator.form {
        // What leaves the chain of a key has its own.
        Form::Keyed => Origin::Same,
        _ => Origin::Flushed(node),
    };
    let body = step.root(origin, |step| step.leave_flushed(node));
    let sides = 0..writer.graph().nodes[node].sides();
    let sides = sides
        .map(|side| {
            step.root(Origin::Same, |step| {
                step.then(Todo::Uses(node, Port::Side(side)));
            })
        })
        .collect();
    let strays = step.end(before).strays;
    let behind = step.tree.root(Origin::Same);
    step.block = behind;
    step.push(Stmt::After(Origin::Flushed(node)));
    step.rounds(strays.into_values().flatten().collect());
    if shared.fed.contains(&node) {
        step.unstash(node);
    }
    Step {
        sides,
        ..step.finish(body, Some(behind))
    }
}

/// The body of a loop over what crosses over into a node; `raises`: its ring may be
/// full.
pub fn input(writer: &Writer<'_, '_, '_>, crossing: usize, raises: bool) -> Step {
    let to = writer.plan.crossings[crossing].to;
    let mut step = Lowering::new(writer);
    let body = step.whole(Origin::Root(Root::Crossing(crossing)), false, |step| {
        step.consume(to);
    });
    let x = writer.x();
    Step {
        opens: raises.then(|| Stmt::Raise(Raise::opening(Some(to.node), quote!(#x)))),
        ..step.finish(body, None)
    }
}

/// A fan-in gives all that it can.
pub fn stage<'w, 'p, 'g, 's>(
    writer: &'w Writer<'p, 'g, 's>,
    node: NodeId,
    shared: &Shared<'w, 'p, 'g, 's>,
) -> Step {
    let mut step = Lowering::new(writer).with(shared);
    let body = step.whole(Origin::Apart, false, |step| step.stage(node, &[]));
    step.finish(body, None)
}

impl<'w, 'p, 'g, 's> Lowering<'w, 'p, 'g, 's> {
    fn new(writer: &'w Writer<'p, 'g, 's>) -> Self {
        Self {
            writer,
            tree: Tree::default(),
            block: 0,
            walk: Walk::default(),
            waits: Set::new(),
            fed: Set::new(),
            branches: Rc::new(RefCell::new(Branches::new(writer))),
        }
    }

    fn with(mut self, shared: &Shared<'w, 'p, 'g, 's>) -> Self {
        self.waits = shared.waits.clone();
        self.branches = shared.branches.clone();
        self
    }

    fn finish(self, body: BlockId, behind: Option<BlockId>) -> Step {
        Step {
            tree: self.tree,
            body,
            opens: None,
            behind,
            sides: Vec::new(),
            fed: self.fed,
        }
    }

    /// Adds a statement.
    fn push(&mut self, stmt: Stmt) {
        self.tree.blocks[self.block].stmts.push(stmt);
    }

    /// A block within the one that is being written.
    fn block(&mut self, kind: Kind, origin: Origin, todo: Todo) -> BlockId {
        let block = self.tree.open(self.block, kind, origin);
        self.walk.todo.push((block, todo));
        block
    }

    /// The block that is being written ends with this.
    fn then(&mut self, todo: Todo) {
        self.walk.todo.push((self.block, todo));
    }

    /// The demand where the block is that is being written: loops over what operators give may
    /// lie around it.
    fn needed(&self) -> Demands<'w, 'p, 'g, 's> {
        let demands = Demands::new(self.writer, Ask::Needed);
        let around = self.tree.around(self.block);
        around.fold(demands, |demands, block| {
            match self.tree.blocks[block].origin {
                Origin::Pushed(node) | Origin::Flushed(node) => demands.giving(node),
                _ => demands,
            }
        })
    }

    /// Writes on in a block.
    fn within(&mut self, block: BlockId, code: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.block, block);
        code(self);
        self.block = before;
    }

    /// A step of its own, with all that meets in it.
    fn whole(&mut self, origin: Origin, round: bool, code: impl FnOnce(&mut Self)) -> BlockId {
        let before = self.begin(round);
        let block = self.root(origin, code);
        let walk = self.end(before);
        self.write_rounds(walk);
        block
    }

    /// Begins a walk; [`end`](Self::end) goes back to the one before.
    fn begin(&mut self, is_round: bool) -> Walk {
        let walk = Walk {
            is_round,
            ..Walk::default()
        };
        std::mem::replace(&mut self.walk, walk)
    }

    fn end(&mut self, before: Walk) -> Walk {
        std::mem::replace(&mut self.walk, before)
    }

    /// The outermost block of a walk, to its end.
    fn root(&mut self, origin: Origin, code: impl FnOnce(&mut Self)) -> BlockId {
        let block = self.tree.root(origin);
        self.within(block, |step| {
            code(step);
            step.meet_all();
        });
        block
    }

    /// Writes what is still to be written, and then the fan-ins that something leads to.
    fn meet_all(&mut self) {
        loop {
            while let Some((block, todo)) = self.walk.todo.pop() {
                self.within(block, |step| match todo {
                    Todo::After(node) => step.after(node),
                    Todo::Parted(node) => step.parted(node),
                    Todo::Given(node) => step.after_where_needed(node),
                    Todo::Held(node) => step.leave_held(node),
                    Todo::Uses(node, port) => step.uses(node, port),
                    Todo::Use(node, to) => step.use_where_needed(node, to),
                    Todo::UseNeeded(node, to) => step.use_of(node, to),
                });
            }
            let Some((_, node)) = self.walk.pending.pop_first() else {
                return;
            };
            self.meet(node);
        }
    }
}
