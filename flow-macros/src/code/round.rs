//! Cycles through a cut: what comes back waits in a ring, and the sweep looks
//! whether anything may still come round.
//!
//! ```text
//! let pages_round = Round::new(&pulse, 1);
//! let pages_1_ring = cut(&pulse, ring());
//! …
//!     pages_round.enter(); { … } pages_round.leave();         // every step on the way
//!     if pages_fed && !seeds_open { pages_fed = false; pages_round.unfed(); }
//! …
//!     if pages_round.is_idle() && pages_1_ring.is_resting() && fetch_jobs.is_resting() {
//!         pages_round.end();                                  // in the sweep
//!     }
//! ```
//!
//! Where operators on the way hold items until the end of input, they are asked for them
//! when the way has come to rest, one after the other, until none gives anything.
//!
//! ```text
//!     match pages_round.asked() { Some(0) => { … partition_2.finish() … } _ => {} }
//! …
//!     if pages_round.is_idle() && … { pages_round.settle(1); }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::graph::NodeId;
use crate::names::{OnError, Writer, flag};

/// Names what stands for the ways round through a node.
fn round(writer: &Writer<'_, '_, '_>, head: NodeId) -> Ident {
    writer.round(writer.plan.round_of(head))
}

/// The nodes that stand for the ways round of a flow.
fn rounds(writer: &Writer<'_, '_, '_>) -> Vec<NodeId> {
    let heads = writer.plan.returned_to().iter().copied();
    heads
        .filter(|head| writer.plan.round_of(*head) == *head)
        .collect()
}

/// Declares the ways round.
pub fn declared(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (pulse, new) = (
        writer.flag("pulse"),
        writer.private(quote!(region::Round::new)),
    );
    let rounds = rounds(writer).into_iter().map(|head| {
        let heads = writer.plan.returned_to().iter().copied();
        let count = heads
            .filter(|other| writer.plan.round_of(*other) == head)
            .count();
        let name = writer.round(head);
        quote!(let #name = #new(&#pulse, #count);)
    });
    rounds.collect()
}

/// The ring of a crossing that leads back; `None` of any other.
pub fn ring(writer: &Writer<'_, '_, '_>, crossing: usize) -> Option<TokenStream> {
    let to = writer.plan.crossings[crossing].to;
    writer
        .plan
        .returns(crossing)
        .then(|| match writer.graph().nodes[to.node].capacity {
            None => writer.private(quote!(region::ring())),
            Some(capacity) => {
                let new = match writer.on_error() {
                    OnError::Ends => quote!(region::ring_until_full),
                    _ => quote!(region::ring_within),
                };
                let (new, stage) = (writer.private(new), writer.stage(to.node));
                quote!(#new(#stage, #capacity))
            }
        })
}

/// Writes what is read from a crossing, which ends with the way round.
pub fn returning(
    writer: &Writer<'_, '_, '_>,
    crossing: usize,
    results: TokenStream,
) -> TokenStream {
    if !writer.plan.returns(crossing) {
        return results;
    }
    let round = round(writer, writer.plan.crossings[crossing].to.node);
    quote!(#round.until_over(#results))
}

/// The step of a region, which the ways round through it know of.
pub fn step(writer: &Writer<'_, '_, '_>, region: usize, step: TokenStream) -> TokenStream {
    let through = writer.plan.rounds_through(region).into_iter();
    through.fold(step, |step, head| {
        let round = writer.round(head);
        quote!(#round.enter(); { #step } #round.leave();)
    })
}

/// Sends an item round once more, by `sent` of `x`. Nothing goes round in a flow that
/// is to stop. What is dropped then keeps its token, so it is not acknowledged.
pub fn back(writer: &Writer<'_, '_, '_>, item: &TokenStream, sent: &TokenStream) -> TokenStream {
    let x = writer.x();
    if !writer.may_stop() {
        return quote!(let #x = #item; #sent);
    }
    let stop = writer.flag("stop");
    quote! {
        let #x = #item;
        if !#stop.is_stopping() { #sent }
    }
}

/// Writes the point at which a loop that may never wait yields to the executor.
pub fn rest(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    let stop = writer.flag("stop");
    writer.may_stop().then(|| quote!(#stop.rest().await;))
}

/// The segments of a region that something comes back to, and that are still fed.
fn heads(writer: &Writer<'_, '_, '_>, region: usize) -> Vec<NodeId> {
    let nodes = &writer.plan.regions[region].nodes;
    let heads = writer.plan.returned_to().iter().copied();
    heads.filter(|head| nodes.contains(head)).collect()
}

/// The flags that say so.
pub fn fed(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let fed = heads(writer, region).into_iter().map(|head| {
        let fed = writer.fed(head);
        quote!(let mut #fed = true;)
    });
    fed.collect()
}

/// Tells a way round that nothing more leads into it.
pub fn unfed(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let plan = writer.plan;
    let told = heads(writer, region).into_iter().map(|head| {
        let on_the_way = plan.round(head);
        let inputs = writer.graph().nodes[head].inputs.iter().enumerate();
        let open = inputs
            .filter(|(_, edge)| !on_the_way.contains(&edge.from))
            .map(|(input, _)| {
                let flag = flag(writer, region, plan.closer_of_input(head, input));
                quote!(&& !#flag)
            });
        let (fed, round) = (writer.fed(head), round(writer, head));
        quote!(if #fed #(#open)* { #fed = false; #round.unfed(); })
    });
    told.collect()
}

/// Looks, in the sweep, whether anything may still come round.
pub fn ends(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let plan = writer.plan;
    let ends = rounds(writer).into_iter().map(|head| {
        let on_the_way = plan.round(head);
        let cuts = on_the_way
            .iter()
            .filter(|node| writer.graph().nodes[**node].is_cut())
            .map(|node| writer.cut(*node));
        let rings = plan.crossings.iter().enumerate();
        let rings = rings
            .filter(|(_, crossing)| {
                on_the_way.contains(&crossing.from) && on_the_way.contains(&crossing.to.node)
            })
            .map(|(crossing, _)| writer.ring(crossing, "ring"));
        let round = writer.round(head);
        let held = cuts.chain(rings);
        let holders = plan.flushed(head);
        if holders.is_empty() {
            return quote!(if #round.is_idle() #(&& #held.is_resting())* { #round.end(); });
        }
        let count = holders.len();
        let cuts = holders.iter().enumerate();
        let cuts = cuts.filter(|(_, node)| writer.graph().nodes[**node].is_cut());
        let arms = cuts.map(|(place, node)| {
            let cut = writer.cut(*node);
            quote!(::core::option::Option::Some(#place) => #round.flushed(#cut.flush()),)
        });
        let arms: Vec<TokenStream> = arms.collect();
        let asked = (!arms.is_empty()).then(|| quote!(match #round.asked() { #(#arms)* _ => {} }));
        quote!(if #round.is_idle() #(&& #held.is_resting())* { #round.settle(#count); #asked })
    });
    ends.collect()
}
