//! The counters of an observed flow, and their names.

use std::cell::RefCell;

use proc_macro2::Ident;

use super::{Copies, Writer};
use crate::{
    graph::{NodeId, Port, Use},
    plan::{Root, Shape, Waits},
    sorted::{Map, Set},
    syntax::Special,
    table::Role,
};

/// The counters of a flow, as they come up while its code is written.
#[derive(Default)]
pub struct Observing {
    /// The counters, by the edges that they count.
    pub counters: RefCell<Map<Vec<Edge>, usize>>,
    /// The stages whose functions are awaited.
    pub jobs: RefCell<Vec<Job>>,
    /// The stages that may fail.
    pub errors: RefCell<Vec<Place>>,
    /// The places where items wait.
    pub queues: RefCell<Vec<Queue>>,
    /// The edges of chains within elements.
    pub inner: RefCell<Set<(Edge, String, String)>>,
}

/// A stage whose functions are awaited.
pub struct Job {
    pub place: Place,
    /// The region that begins them, where regions are observed.
    pub region: Option<usize>,
    /// True where they run beside it.
    pub beside: bool,
    /// True where artifacts come to it.
    pub ensures: bool,
    /// The first of its counters.
    pub counter: usize,
}

impl Job {
    /// The number of counters of a job.
    const COUNTERS: usize = 3;
}

impl Observing {
    /// The number of counters that there are by now: of edges, and of jobs.
    pub fn count(&self) -> usize {
        self.counters.borrow().len() + Job::COUNTERS * self.jobs.borrow().len()
    }
}

/// A node in its chain, and its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    path: String,
    node: NodeId,
    pub stage: String,
}

/// An edge: of the flow, or of a chain within an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub path: String,
    pub way: Way,
}

/// The way of an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To an input of a node.
    To(Use),
    /// To nowhere, by an arm of a node that is `drop`.
    Dropped(NodeId, usize),
}

/// The room that an item may have to wait for, where the flow is observed.
#[derive(Clone, Copy)]
pub struct Held {
    /// The region that waits.
    pub region: usize,
    /// The place where there is room or none.
    pub queue: usize,
}

/// A place where items wait.
pub struct Queue {
    pub path: String,
    pub root: WaitsAt,
    pub stage: String,
    pub works: bool,
    pub below: Option<usize>,
}

/// The kind of a place where items wait.
#[derive(Clone, Copy, PartialEq)]
pub enum WaitsAt {
    /// Between regions.
    Between(Root),
    /// At a fan-in.
    At(NodeId),
    /// In a region, for the time of the item.
    For(NodeId),
}

impl Writer<'_, '_, '_> {
    /// Returns whether the flow is observed.
    pub fn observes(&self) -> bool {
        self.observing.is_some()
    }

    /// Returns whether the time of its regions is observed: of a flow that awaits, and not of
    /// a piece or a chain, of which there may be several.
    pub fn observes_regions(&self) -> bool {
        self.observes()
            && self.copies.is_none()
            && !self.in_piece
            && self.plan.waits != Waits::Never
    }

    /// Returns whether the program drives it item by item, so that it is still there when a panic
    /// in its code was caught.
    pub fn has_lookout(&self) -> bool {
        self.observes()
            && self.copies.is_none()
            && self.plan.waits == Waits::Never
            && matches!(self.plan.shape(), Shape::Open(_) | Shape::Lazy(_))
            && !self.is_coroutine()
    }

    /// Returns whether it counts in locals, which are published by and by.
    pub fn counts_in_locals(&self) -> bool {
        self.observes() && self.counting == Counting::Locals
    }

    /// The local in which a counter is.
    pub fn counted(&self, counter: usize) -> Ident {
        self.flag(&format!("counted_{counter}"))
    }

    /// The flow's own side of its numbers.
    pub fn observed(&self) -> Ident {
        self.flag("observed")
    }

    /// The one who counts.
    pub fn seen(&self) -> Ident {
        self.flag("seen")
    }

    /// Whoever looks out for panics.
    pub fn lookout(&self) -> Ident {
        self.flag("lookout")
    }

    /// The node that is watched.
    pub fn view(&self) -> Ident {
        self.flag("view")
    }

    pub fn place_of(&self, node: NodeId) -> Place {
        Place {
            path: self.path_within().to_owned(),
            node,
            stage: self.stage_name(node),
        }
    }

    /// The name of a stage: the user's, else the operator's with its place; within an
    /// element behind the element's.
    pub fn stage_name(&self, node: NodeId) -> String {
        let (node, last) = self.written(node);
        let (each, last) = (&self.graph().nodes[node], &self.graph().nodes[last]);
        let name = match last.chain.filter(|_| last.names_end) {
            Some(chain) => syn::ext::IdentExt::unraw(chain).to_string(),
            None => format!("{}_{node}", each.operator.name),
        };
        match (&self.element, each.behaviour.role) {
            (None, Role::Inlet) if !each.names_end => format!("inlet_{node}"),
            (None, _) => name,
            // The ends of the chain are the element.
            (Some(element), Role::Inlet | Role::Outlet | Role::Side) => element.clone(),
            (Some(element), _) => format!("{element}.{name}"),
        }
    }

    /// The node that the user wrote, of which this may be a part, and the last of its parts.
    fn written(&self, node: NodeId) -> (NodeId, NodeId) {
        let graph = self.graph();
        let special = |id: NodeId| graph.nodes[id].element?.special.as_ref();
        let next = |id: NodeId| graph.uses(id, Port::Items).first().map(|to| to.node);
        let own = match special(node) {
            Some(Special::Members) => graph.nodes[node].inputs.first().map(|input| input.from),
            Some(Special::LinesOf) => next(node),
            _ => None,
        };
        let own = own.unwrap_or(node);
        let members = next(own).filter(|next| matches!(special(*next), Some(Special::Members)));
        (own, members.unwrap_or(own))
    }
}

/// The way in which items are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// In locals, which are published by and by: in a flow that is run at once.
    Locals,
    /// In what the flow remembers, or the copy of a chain, beside what others see.
    Kept,
    /// In what others see: several futures count.
    Shared,
}

impl Counting {
    /// Returns how items are counted in a flow.
    pub fn of(writer: &Writer<'_, '_, '_>) -> Self {
        match writer.plan.shape() {
            _ if writer.plan.waits != Waits::Never => Self::Shared,
            Shape::Closed => Self::Locals,
            Shape::Lazy(_) if writer.is_coroutine() => Self::Shared,
            _ => Self::Kept,
        }
    }

    /// Returns how they are in a chain within an element.
    pub fn within(self, copies: Option<Copies>) -> Self {
        match copies {
            Some(Copies::PerWorker) => Self::Kept,
            _ => self,
        }
    }
}
