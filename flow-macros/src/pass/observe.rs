//! The counters of a step, where the flow is observed.
//!
//! ```text
//! for x in from_0 {
//!     counts[0] += 1;                     // from_0 -> map_1, map_1 -> filter_2
//!     let x = map_1(x);
//!     if filter_2(&x) {
//!         counts[1] += 1;                 // filter_2 -> sum
//!         sum.push(x);
//!     }
//! }
//! ```
//!
//! Edges that an item takes one after the other, with nothing between them where it could
//! stay or leave, have one counter. So a chain of `map`s costs as much as one of them. What
//! leaves a union that meets in the step is what has come to it: the counters of its inputs
//! add up to it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    code::observe,
    graph::{NodeId, Port},
    lower::{
        Step,
        tree::{Block, BlockId, Kind, Origin, Raise, Stmt, Tree},
    },
    names::{Edge, Held, Way, Writer},
    plan::Root,
    sorted::Map,
    table::{Role, Waits, Within},
};

/// Writes the counters of a step.
pub(super) fn write(writer: &Writer<'_, '_, '_>, step: &mut Step) {
    if !writer.observes() {
        return;
    }
    let mut pass = Pass {
        writer,
        segments: Vec::new(),
        leaves: false,
        is_joined: false,
        is_straight: writer.counts_in_locals() && is_straight(&step.tree),
        met: Map::new(),
    };
    if let Some(Stmt::Raise(raise)) = &mut step.opens {
        raise.value = pass.raised(raise);
    }
    let behind = step.sides.iter().copied().chain(step.behind);
    for root in [step.body].into_iter().chain(behind).collect::<Vec<_>>() {
        pass.block(&mut step.tree, root, None);
    }
    let counters: Vec<usize> = pass
        .segments
        .into_iter()
        .map(|edges| observe::counter(writer, edges))
        .collect();
    for stmt in step.tree.blocks.iter_mut().flat_map(|each| &mut each.stmts) {
        if let Stmt::Count(segment)
        | Stmt::Publish(segment)
        | Stmt::Each {
            published: Some(segment),
            ..
        } = stmt
        {
            *segment = counters[*segment];
        }
    }
}

struct Pass<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    /// The edges that are counted together.
    segments: Vec<Vec<Edge>>,
    /// True when an item may have stayed or left since this was last set.
    leaves: bool,
    /// True when an item in the step goes on to its end, and nothing is published before.
    is_straight: bool,
    /// True in a branch that runs beside others.
    is_joined: bool,
    /// The segments of what has come to the slots of a union.
    met: Map<NodeId, Vec<Current>>,
}

/// The segments whose counts add up to that of the item of a block; `None` where it is still to
/// be counted.
type Current = Option<Vec<usize>>;

impl Pass<'_, '_, '_, '_> {
    /// Counts in a block, whose first edges are counted with those of `current`. Gives the
    /// segments that what follows belongs to.
    fn block(&mut self, tree: &mut Tree, block: BlockId, mut current: Current) -> Current {
        let stmts = std::mem::take(&mut tree.blocks[block].stmts);
        let mut written = Vec::with_capacity(stmts.len() + 2);
        // It has left the fan-in: whoever looks while it goes on is not to count it.
        if let Origin::Waited(node) = tree.blocks[block].origin {
            written.extend(self.noted(node));
        }
        // An item that has to wait for a place has not gone its way yet.
        let mut late = None;
        for stmt in stmts {
            match stmt {
                Stmt::Passes(way) => {
                    if self.may_wait_before(way) {
                        late = Some(way);
                        current = None;
                        continue;
                    }
                    self.count(way, &mut current, &mut written);
                    if self.may_stay(way) {
                        (current, self.leaves) = (None, true);
                    }
                }
                Stmt::Place(body) | Stmt::Braces { body, .. } => {
                    current = self.block(tree, body, current);
                    written.push(stmt);
                }
                Stmt::Raise(raise) => {
                    let value = self.raised(&raise);
                    written.push(Stmt::Raise(Raise { value, ..raise }));
                    (current, self.leaves) = (None, true);
                }
                Stmt::Leave { .. } | Stmt::Queue { bounded: true, .. } => {
                    written.push(stmt);
                    (current, self.leaves) = (None, true);
                }
                Stmt::Wait { to, .. } => {
                    written.push(stmt);
                    // Branches that run at the same time each have their own input of it.
                    let noted = (!self.is_joined).then(|| self.noted(to.node));
                    written.extend(noted.flatten());
                }
                Stmt::Slot { node, .. } => {
                    self.met.or_default(node).push(current.clone());
                    written.push(stmt);
                }
                mut stmt @ (Stmt::Send { .. } | Stmt::Start { .. } | Stmt::Back { .. }) => {
                    self.hold(&mut stmt, late);
                    written.push(stmt);
                    if let Some(way) = late.take() {
                        self.count(way, &mut current, &mut written);
                        (current, self.leaves) = (None, true);
                    }
                }
                mut stmt => {
                    let left = std::mem::take(&mut self.leaves);
                    let joined = self.is_joined;
                    self.is_joined |= matches!(stmt, Stmt::Join { .. });
                    for within in stmt.blocks() {
                        self.nested(tree, &mut stmt, within);
                    }
                    self.is_joined = joined;
                    if self.leaves {
                        current = None;
                    }
                    self.leaves |= left;
                    let waited = self.waited(&stmt);
                    written.push(stmt);
                    written.extend(waited);
                }
            }
        }
        tree.blocks[block].stmts = written;
        current
    }

    /// Counts in a block within a statement. What loops for as long as a user's function, or a
    /// cycle, gives something may do so for ever: it publishes by itself.
    fn nested(&mut self, tree: &mut Tree, stmt: &mut Stmt, block: BlockId) {
        let first = self.segments.len();
        let current = self.met_in(tree, stmt, block);
        self.block(tree, block, current);
        let is_cycle = matches!(tree.blocks[block].kind, Kind::Cycle(_));
        let loops = is_cycle || matches!(stmt, Stmt::Each { .. });
        if !loops || !counts(tree, &tree.blocks[block].stmts, first) {
            return;
        }
        match stmt {
            Stmt::Each {
                published,
                ended: None,
                stops: false,
                ..
            } if self.writer.counts_in_locals() => *published = Some(first),
            _ => tree.blocks[block].stmts.push(Stmt::Publish(first)),
        }
    }

    /// The segments of what a union gives whose inputs have met in slots, where every one of
    /// them is counted.
    fn met_in(&mut self, tree: &Tree, stmt: &Stmt, block: BlockId) -> Current {
        let Origin::Queued(node) = tree.blocks[block].origin else {
            return None;
        };
        let met = self.met.remove(&node)?;
        let slots = matches!(stmt, Stmt::IfSome { .. } | Stmt::Slots { .. });
        let met: Option<Vec<_>> = met.into_iter().collect();
        met.filter(|_| slots && self.is_straight)
            .map(|met| met.concat())
    }

    /// Counts an item that goes this way.
    fn count(&mut self, way: Way, current: &mut Current, written: &mut Vec<Stmt>) {
        let edge = observe::edge(self.writer, way);
        match current {
            Some(segments) => segments
                .iter()
                .for_each(|segment| self.segments[*segment].push(edge.clone())),
            None => {
                written.push(Stmt::Count(self.segments.len()));
                *current = Some(vec![self.segments.len()]);
                self.segments.push(vec![edge]);
            }
        }
        if let Some(node) = self.diverted(way) {
            let x = self.writer.x();
            written.push(Stmt::Code(observe::error(self.writer, node, &quote!(#x))));
        }
    }

    /// The node whose errors take this way, where it is the first that they take.
    fn diverted(&self, way: Way) -> Option<NodeId> {
        let Way::To(to) = way else { return None };
        let graph = self.writer.graph();
        let edge = &graph.nodes[to.node].inputs[to.input];
        let first = || graph.uses(edge.from, Port::Errors).first() == Some(&to);
        (edge.port == Port::Errors && first()).then_some(edge.from)
    }

    /// Returns whether an item may have to wait for a place before it goes this way.
    fn may_wait_before(&self, way: Way) -> bool {
        let Way::To(to) = way else { return false };
        let node = &self.writer.graph().nodes[to.node];
        let edge = &node.inputs[to.input];
        edge.goes_round() || self.writer.plan.crossing(to).is_some() || node.is_cut()
    }

    /// Returns whether an item that has gone this way may stay there, or leave.
    fn may_stay(&self, way: Way) -> bool {
        let Way::To(to) = way else { return true };
        let node = &self.writer.graph().nodes[to.node];
        node.behaviour.waits != Waits::Never
            || node.behaviour.within == Within::Keys
            || matches!(node.behaviour.role, Role::Outlet | Role::Side)
            || node.raises().is_some()
            || node.may_be_fatal()
    }

    /// The `Result` of a `?` whose errors are counted.
    fn raised(&self, raise: &Raise) -> TokenStream {
        match raise.node {
            Some(node) => observe::raised(self.writer, node, raise.fatal, &raise.value),
            None => raise.value.clone(),
        }
    }

    /// Notes the room that is waited for.
    fn hold(&self, stmt: &mut Stmt, way: Option<Way>) {
        let Some(Way::To(to)) = way else { return };
        let stmt = match stmt {
            Stmt::Back { sent, .. } => &mut **sent,
            stmt => stmt,
        };
        let (Stmt::Send { held, .. } | Stmt::Start { held, .. }) = stmt else {
            return;
        };
        if !self.writer.observes_regions() {
            return;
        }
        let plan = self.writer.plan;
        *held = Some(match plan.crossing(to) {
            Some(crossing) => Held {
                region: plan.region_of_output(plan.crossings[crossing].from),
                queue: observe::queue(self.writer, Root::Crossing(crossing)),
            },
            None => Held {
                region: plan.region_of(to.node),
                queue: observe::queue(self.writer, Root::Results(to.node)),
            },
        });
    }

    /// Notes what waits at a fan-in still, behind the loop over what does no longer.
    fn waited(&self, stmt: &Stmt) -> Option<Stmt> {
        let Stmt::After(Origin::Waited(node)) = stmt else {
            return None;
        };
        self.noted(*node)
    }

    /// Notes what waits at a fan-in, where that is told. What is counted in locals is published
    /// by and by, and this with it.
    fn noted(&self, node: NodeId) -> Option<Stmt> {
        if self.writer.counts_in_locals() {
            return None;
        }
        let filled = observe::filled(self.writer, node);
        (!filled.is_empty()).then_some(Stmt::Code(filled))
    }
}

/// Returns whether a segment begins in these statements, and not in a branch of them.
fn counts(tree: &Tree, stmts: &[Stmt], segment: usize) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Count(count) => *count == segment,
        Stmt::Place(body) | Stmt::Braces { body, .. } => {
            counts(tree, &tree.blocks[*body].stmts, segment)
        }
        _ => false,
    })
}

/// Returns whether an item that comes into a step goes on to its end: it leaves nowhere, and
/// there is no loop that may go round for long.
fn is_straight(tree: &Tree) -> bool {
    let mut stmts = tree.blocks.iter().flat_map(|block| &block.stmts);
    let cycles = |block: &Block| matches!(block.kind, Kind::Cycle(_));
    !tree.blocks.iter().any(cycles)
        && stmts.all(|stmt| {
            !matches!(
                stmt,
                Stmt::Raise(_)
                    | Stmt::Leave { .. }
                    | Stmt::Queue { bounded: true, .. }
                    | Stmt::Each { .. }
                    | Stmt::Keyed { .. }
                    | Stmt::Join { .. }
            )
        })
}
