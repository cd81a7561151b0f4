//! Flows that the program drives item by item: with inlets, with an open end,
//! or with both.
//!
//! The step is lent what the flow remembers. Where it awaits, the flow is one
//! future instead, which waits at its inlet and at its open end.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    asynchronous, closing, error_type, kept::kept, names::Writer, open, pieces, region, several,
    sides, step, tokens, told,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root, Shape, Waits},
};

/// The value of a flow that is not simply run.
pub fn form(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let waits = writer.plan.waits != Waits::Never;
    match writer.plan.shape() {
        Shape::Closed => TokenStream::new(),
        Shape::Open(inlets) if waits => open::asynchronous(writer, &inlets),
        Shape::Open(inlets) => open::synchronous(writer, &inlets),
        Shape::Lazy(outlet) if waits => stream(writer, outlet),
        Shape::Lazy(outlet) => lazy(writer, outlet),
        Shape::Piece(inlet, outlet) if waits => pieces::asynchronous(writer, inlet, outlet),
        Shape::Piece(inlet, outlet) => pieces::synchronous(writer, inlet, outlet),
    }
}

/// `let (a, b) = state;`, by value or by reference.
pub fn unpack(writer: &Writer<'_, '_, '_>, kept: &[Ident]) -> TokenStream {
    let state = writer.flag("state");
    let owned = kept.iter().map(|kept| quote!(mut #kept));
    let kept = match (writer.in_piece, writer.lent) {
        (false, true) => quote!((#(#kept,)*)),
        (false, false) => quote!((#(#owned,)*)),
        (true, true) => pieces::held(writer, kept),
        (true, false) => pieces::held(writer, owned),
    };
    if writer.lent {
        quote!(let #kept = #state;)
    } else {
        quote! {
            #[allow(unused_mut, unused_variables)]
            let #kept = #state;
        }
    }
}

/// The locals of a flow with inlets that are kept from item to item, and the flags of
/// what has not ended: kept, too, and true at first.
pub fn kept_and_flags(writer: &Writer<'_, '_, '_>) -> (Vec<Ident>, Vec<Ident>) {
    let mut kept = kept(writer);
    let flags = match writer.plan.regions[0].roots.as_slice() {
        [_] => Vec::new(),
        _ => region::flags(writer, 0),
    };
    kept.extend(flags.iter().cloned());
    (kept, flags)
}

/// Writes what is done with an item of an inlet, lent what the flow remembers.
pub fn step(writer: &Writer<'_, '_, '_>, inlet: NodeId) -> TokenStream {
    let lending = writer.lending();
    let step = step::output(&lending, inlet);
    let paced = writer.plan.is_paced(0);
    let keep_step = paced.then(|| several::keep_step(&lending, 0));
    quote!(#step #keep_step)
}

/// Writes what is done at the end of input.
pub fn end(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if writer.plan.is_paced(0) {
        return several::end_of_inlets(writer, 0);
    }
    let roots = 0..writer.plan.regions[0].roots.len();
    let nodes = writer.plan.regions[0].nodes.iter().copied();
    let nodes = nodes.filter(|node| writer.plan.closer(*node) == Closer::Node(*node));
    let closers = roots.map(Closer::Root).chain(nodes.map(Closer::Node));
    closers
        .map(|closer| closing::close(writer, 0, closer))
        .collect()
}

/// An open end: an iterator.
fn lazy(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let (witness, out) = (left(writer, outlet), writer.outbox());
    if writer.is_coroutine() {
        let (begin, body) = (tokens::begin(writer), region::body(writer, 0));
        let work = told::giving(writer, &quote!(#begin #body));
        let new = writer.private(quote!(LazyFlow::coroutine));
        return quote!(#new(#witness, move |#out| async move { #work }));
    }
    let lending = writer.lending();
    let mut kept = kept(writer);
    let flags = region::flags(writer, 0);
    let single = matches!(writer.plan.regions[0].roots.as_slice(), [Root::Source(_)]);
    let body = if single {
        several::turn_of_single(&lending, 0)
    } else {
        several::turn_of_several(&lending, 0)
    };
    let state = writer.flag("state");
    let flags: &[Ident] = if single { &[] } else { &flags };
    kept.extend(flags.iter().cloned());
    let lent = unpack(&lending, &kept);
    let (begin, body) = (tokens::begin(&lending), tokens::turned(writer, body));
    let new = writer.private(quote!(LazyFlow::by_turns));
    quote! {{
        #(let #flags = true;)*
        #new(#witness, (#(#kept,)*), move |#state, #out| { #lent #begin #body })
    }}
}

/// The witness of what leaves.
pub fn left(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let edge = &writer.graph().nodes[outlet].inputs[0];
    let witness = writer.witness(edge.from, edge.port);
    let mut witness = sides::witness(writer, witness.into_token_stream());
    if writer.plan.apart {
        let passed = writer.private(quote!(checkpoint::passed));
        witness = quote!(#passed(#witness));
    }
    if writer.leaves_results() {
        let error = error_type(writer);
        let result = writer.private(quote!(flow::result));
        quote!(#result::<_, #error>(#witness))
    } else {
        witness
    }
}

/// The output buffer of a chain that is copied: an `Option` if each input yields at most
/// one item, else a queue.
pub fn outbox(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let witness = left(writer, outlet);
    let new = writer.private(if writer.leaves_one(outlet) {
        quote!(flow::one)
    } else {
        quote!(op::made)
    });
    quote!(#new(#witness))
}

/// An open end of an asynchronous flow: a stream.
fn stream(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let work = told::giving(writer, &asynchronous(writer));
    let (left, out) = (left(writer, outlet), writer.outbox());
    let new = writer.private(quote!(StreamFlow::new));
    let outbox = writer.private(quote!(flow::outlet));
    quote! {{
        let #out = #outbox(#left);
        let out_of_flow = #out.clone();
        #new(out_of_flow, async move { #work })
    }}
}
