//! The code of a flow with `#![observe]` beside its steps: the set-up of its
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

mod copies;
mod ends;
mod waits;

use proc_macro2::TokenStream;
use quote::quote;

pub use self::{
    copies::{apart, in_key, kept, of_keys},
    ends::{
        Several, begun, coroutine, driven, each, failed, finished, lazy, piece_over, published,
        ran, runs, several, ticks, watched_over,
    },
    waits::{
        ensures, error, filled, fills, held_up, job, left, looked, paced, polled, raised,
        raised_value, tells, under, waits,
    },
};
use crate::{
    graph::NodeId,
    names::{Counting, Edge, Job, Queue, WaitsAt, Way, Writer},
    plan::{Root, Shape},
};

/// Returns the edge of this chain, and notes it where it is within an element.
pub fn edge(writer: &Writer<'_, '_, '_>, way: Way) -> Edge {
    let path = writer.path_within().to_owned();
    let edge = Edge { path, way };
    note_inner(writer, &edge);
    edge
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
        Way::To(to) => {
            let from = writer.graph().nodes[to.node].inputs[to.input].from;
            (writer.stage_name(from), writer.stage_name(to.node))
        }
        Way::Dropped(node, _) => (writer.stage_name(node), "drop".to_owned()),
    };
    let mut inner = observing.inner.borrow_mut();
    inner.insert((edge.clone(), from, to));
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

/// The counter of edges that are counted together.
pub fn counter(writer: &Writer<'_, '_, '_>, mut edges: Vec<Edge>) -> usize {
    let Some(observing) = &writer.observing else {
        return 0;
    };
    edges.sort();
    let next = observing.count();
    let mut counters = observing.counters.borrow_mut();
    *counters.or_insert_with(edges, || next)
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
    quote!(if #counted >= #CHUNK { #publish })
}

/// The index of a stage whose functions are awaited, and the first of its counters.
fn job_of(writer: &Writer<'_, '_, '_>, node: NodeId) -> (usize, usize) {
    let Some(observing) = &writer.observing else {
        return (0, 0);
    };
    let (place, counter) = (writer.place_of(node), observing.count());
    let mut jobs = observing.jobs.borrow_mut();
    let known = jobs.iter().position(|other| other.place == place);
    let index = known.unwrap_or_else(|| {
        let each = &writer.graph().nodes[node];
        let region = writer.observes_regions();
        let region = region.then(|| writer.plan.region_of(node));
        let ensures = each.operator.makes_artifacts;
        jobs.push(Job {
            place,
            region,
            beside: each.runs_jobs(),
            ensures,
            counter,
        });
        jobs.len() - 1
    });
    (index, jobs[index].counter)
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
    queue_of(
        writer,
        WaitsAt::Between(root),
        node,
        may_work(writer, root),
        below,
    )
}

/// Returns whether what lies between two regions works on its items, or lets them wait for a
/// time.
fn may_work(writer: &Writer<'_, '_, '_>, root: Root) -> bool {
    let Root::Results(node) = root else {
        return false;
    };
    !writer.graph().nodes[node].behaviour.lets_pass()
}

/// The index of what waits at a fan-in.
fn queue_at(writer: &Writer<'_, '_, '_>, node: NodeId) -> usize {
    let below = writer.plan.region_of(node);
    queue_of(writer, WaitsAt::At(node), node, false, below)
}

/// The index of the item that waits for its time in a stage that paces its region.
fn pace_of(writer: &Writer<'_, '_, '_>, node: NodeId) -> usize {
    let region = writer.plan.region_of(node);
    queue_of(writer, WaitsAt::For(node), node, true, region)
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
    let path = writer.path_within();
    let known = queues
        .iter()
        .position(|other| other.path == path && other.root == root);
    known.unwrap_or_else(|| {
        let stage = writer.stage_name(node);
        // Copies have no regions that are observed.
        let below = writer.copies.is_none().then_some(below);
        queues.push(Queue {
            path: path.to_owned(),
            root,
            stage,
            works,
            below,
        });
        queues.len() - 1
    })
}
