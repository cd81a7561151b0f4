//! What is written of a flow with `#![observe]` beside its steps: the set-up of its
//! numbers, the awaits that say why a region yields, and the end.
//!
//! ```text
//! {
//!     let observed = owner::<2>(const { &About { … } });
//!     let (seen, view) = (observed.counter(), observed.watch());
//!     …                                                       // the set-up
//!     AsyncFlow::new(later(), 0, move |stop| observed.drive(async move { … }, |_, _| false))
//!         .observed(view)
//! }
//! ```
//!
//! Where nothing is observed, every function here gives what it was given.

mod about;
mod ends;
mod waits;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub use self::{
    about::setup,
    ends::{
        Several, begun, chunks, coroutine, driven, failed, finished, lazy, published, ran, several,
        ticks,
    },
    waits::{
        ensures, error, filled, fills, held_up, job, left, looked, polled, raised, under, waits,
    },
};
use super::{inner::Copies, names::Writer};
use crate::{
    graph::{NodeId, Use},
    lower::tree::Way,
    plan::{Root, Shape, Waits},
};

/// What is counted in a flow, as it comes up while its code is written.
#[derive(Default)]
pub struct Observing {
    /// The counters, by the edges that they count.
    counters: RefCell<BTreeMap<Vec<Edge>, usize>>,
    /// The stages whose functions are awaited: the place of each, its name, its region,
    /// and whether artifacts come to it.
    jobs: RefCell<Vec<(Place, Option<usize>, bool)>>,
    /// The stages that may fail.
    errors: RefCell<Vec<Place>>,
    /// The places where items wait.
    queues: RefCell<Vec<Queue>>,
    /// The edges of chains within elements.
    inner: RefCell<BTreeSet<(Edge, String, String)>>,
}

/// A node in its chain, and its name.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    path: String,
    node: NodeId,
    stage: String,
}

/// An edge: of the flow, or of a chain within an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    path: String,
    way: EdgeWay,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EdgeWay {
    To(Use),
    Dropped(NodeId, usize),
}

/// A place where items wait.
struct Queue {
    root: WaitsAt,
    stage: String,
    works: bool,
    below: usize,
}

/// The kind of a place where items wait.
#[derive(Clone, Copy, PartialEq)]
enum WaitsAt {
    /// Between regions.
    Between(Root),
    /// At a fan-in.
    At(NodeId),
}

impl Edge {
    pub fn new(writer: &Writer<'_, '_, '_>, way: Way) -> Self {
        let way = match way {
            Way::To(to) => EdgeWay::To(to),
            Way::Dropped(node, arm) => EdgeWay::Dropped(node, arm),
        };
        let edge = Self {
            path: writer.path_within().to_owned(),
            way,
        };
        note_inner(writer, &edge);
        edge
    }
}

/// Notes an edge of a chain within an element, with the names of its ends.
fn note_inner(writer: &Writer<'_, '_, '_>, edge: &Edge) {
    let Some(observing) = &writer.observing else {
        return;
    };
    if edge.path.is_empty() {
        return;
    }
    let (from, to) = match edge.way {
        EdgeWay::To(to) => {
            let from = writer.graph().nodes[to.node].inputs[to.input].from;
            (writer.stage_name(from), writer.stage_name(to.node))
        }
        EdgeWay::Dropped(node, _) => (writer.stage_name(node), "drop".to_owned()),
    };
    let mut inner = observing.inner.borrow_mut();
    inner.insert((edge.clone(), from, to));
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

    /// Returns whether it counts in locals, which are published by and by.
    pub fn counts_in_locals(&self) -> bool {
        self.observes() && self.counting == Counting::Locals
    }

    /// The local in which a counter is.
    fn counted(&self, counter: usize) -> Ident {
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

    /// What is watched.
    pub fn view(&self) -> Ident {
        self.flag("view")
    }

    fn place_of(&self, node: NodeId) -> Place {
        Place {
            path: self.path_within().to_owned(),
            node,
            stage: self.stage_name(node),
        }
    }

    /// The name of a stage: the user's, else the operator's with its place; within an
    /// element behind the element's.
    pub fn stage_name(&self, node: NodeId) -> String {
        let each = &self.graph().nodes[node];
        let name = match each.chain.filter(|_| each.names_end) {
            Some(chain) => syn::ext::IdentExt::unraw(chain).to_string(),
            None => format!("{}_{node}", each.operator.name),
        };
        match (&self.element, each.operator.form) {
            (None, crate::operators::Form::Inlet) if !each.names_end => format!("inlet_{node}"),
            (None, _) => name,
            // The ends of the chain are the element.
            (Some(element), crate::operators::Form::Inlet | crate::operators::Form::Outlet) => {
                element.clone()
            }
            (Some(element), _) => format!("{element}.{name}"),
        }
    }
}

/// Gives a flow what it is watched by. One with several inlets has a field for it.
pub fn viewed(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let several = matches!(writer.plan.shape(), Shape::Open(inlets) if inlets.len() > 1);
    if !writer.observes() || several {
        return TokenStream::new();
    }
    let view = writer.view();
    quote!(.observed(#view))
}

/// Returns whether what a chain is copied for runs on threads of their own.
pub fn is_apart(writer: &Writer<'_, '_, '_>) -> bool {
    writer.observes() && writer.copies == Some(Copies::PerWorker)
}

/// The one who counts, where it is kept with what else a flow, or a copy of a chain,
/// remembers.
pub fn kept(writer: &Writer<'_, '_, '_>) -> Option<Ident> {
    let is_kept = match writer.copies {
        Some(_) => is_apart(writer),
        None => writer.observes(),
    };
    is_kept.then(|| writer.seen())
}

/// The counters of a worker, in the set-up of what is copied for each.
pub fn apart(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let seen = writer.seen();
    match is_apart(writer) {
        true => quote!(let #seen = #seen.apart();),
        false => TokenStream::new(),
    }
}

/// The closure that makes the future of a key's chain: each counts with the flow's counters.
pub fn of_keys(writer: &Writer<'_, '_, '_>, closure: TokenStream) -> TokenStream {
    if !writer.observes() {
        return closure;
    }
    let seen = writer.seen();
    quote!({
        let #seen = ::core::clone::Clone::clone(&#seen);
        move #closure
    })
}

/// What such a future has of it.
pub fn in_key(writer: &Writer<'_, '_, '_>, future: TokenStream) -> TokenStream {
    if !writer.observes() {
        return future;
    }
    let seen = writer.seen();
    quote!({
        let #seen = ::core::clone::Clone::clone(&#seen);
        #future
    })
}

/// The counter of edges that are counted together.
pub fn counter(writer: &Writer<'_, '_, '_>, mut edges: Vec<Edge>) -> usize {
    let Some(observing) = &writer.observing else {
        return 0;
    };
    edges.sort();
    let mut counters = observing.counters.borrow_mut();
    let next = counters.len();
    *counters.entry(edges).or_insert(next)
}

/// Counts an item.
pub fn count(writer: &Writer<'_, '_, '_>, counter: usize) -> TokenStream {
    let seen = writer.seen();
    match writer.counting {
        Counting::Locals => {
            let counted = writer.counted(counter);
            quote!(#counted += 1;)
        }
        Counting::Kept => quote!(#seen.mark(#counter);),
        Counting::Shared => quote!(#seen.add(#counter);),
    }
}

/// The number of items after which what was counted in locals is published.
const CHUNK: u64 = 1024;

/// Publishes what was counted in locals, where a loop within a step has gone round often.
pub fn publish_at(writer: &Writer<'_, '_, '_>, counter: usize) -> TokenStream {
    if !writer.counts_in_locals() {
        return TokenStream::new();
    }
    let (counted, publish) = (writer.counted(counter), published(writer));
    let mask = CHUNK - 1;
    quote!(if #counted & #mask == 0 { #publish })
}

/// The index of a stage whose functions are awaited.
fn job_of(writer: &Writer<'_, '_, '_>, node: NodeId) -> usize {
    let Some(observing) = &writer.observing else {
        return 0;
    };
    let place = writer.place_of(node);
    let mut jobs = observing.jobs.borrow_mut();
    let known = jobs.iter().position(|(other, ..)| *other == place);
    known.unwrap_or_else(|| {
        let each = &writer.graph().nodes[node];
        let region =
            (writer.observes_regions() && !each.runs_jobs()).then(|| writer.plan.region_of(node));
        jobs.push((place, region, each.operator.name == "ensure"));
        jobs.len() - 1
    })
}

/// The index of a stage that may fail.
fn error_of(writer: &Writer<'_, '_, '_>, node: NodeId) -> usize {
    let Some(observing) = &writer.observing else {
        return 0;
    };
    let place = writer.place_of(node);
    let mut errors = observing.errors.borrow_mut();
    let known = errors.iter().position(|other| *other == place);
    known.unwrap_or_else(|| {
        errors.push(place);
        errors.len() - 1
    })
}

/// The index of what lies between two regions.
pub fn queue(writer: &Writer<'_, '_, '_>, root: Root) -> usize {
    let (node, below) = match root {
        Root::Crossing(crossing) => {
            let to = writer.plan.crossings[crossing].to.node;
            (to, writer.plan.region_of(to))
        }
        Root::Results(node) | Root::Source(node) => (node, writer.plan.region_of_output(node)),
    };
    let lets_pass = matches!(
        writer.graph().nodes[node].operator.name,
        "buffer" | "latest"
    );
    let works = matches!(root, Root::Results(_)) && !lets_pass;
    queue_of(writer, WaitsAt::Between(root), node, works, below)
}

/// The index of what waits at a fan-in.
fn queue_at(writer: &Writer<'_, '_, '_>, node: NodeId) -> usize {
    let below = writer.plan.region_of(node);
    queue_of(writer, WaitsAt::At(node), node, false, below)
}

fn queue_of(
    writer: &Writer<'_, '_, '_>,
    root: WaitsAt,
    node: NodeId,
    works: bool,
    below: usize,
) -> usize {
    let Some(observing) = &writer.observing else {
        return 0;
    };
    let mut queues = observing.queues.borrow_mut();
    let known = queues.iter().position(|other| other.root == root);
    known.unwrap_or_else(|| {
        let stage = writer.stage_name(node);
        queues.push(Queue {
            root,
            stage,
            works,
            below,
        });
        queues.len() - 1
    })
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
