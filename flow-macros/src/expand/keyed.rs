//! The chain of a key in its place: its step, and the end of its input.

use std::{cell::Cell, rc::Rc};

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    demand::{Ask, Demands},
    error_type,
    kept::kept,
    names::{Bodies, Out, Writer},
    state::lent,
    told,
};
use crate::{
    graph::NodeId,
    lower::tree::{Raise, Stmt},
    print,
    table::Within,
};

/// The code of a chain in its place: `lent` its state, and with what follows it where
/// items leave. It gives a `Result` where a bare `?` may end it.
fn in_place(
    within: &Writer<'_, '_, '_>,
    out: &Out,
    lent: &TokenStream,
    code: &TokenStream,
) -> TokenStream {
    let label = out.left.get().then(|| {
        let label = &out.label;
        quote!(#label:)
    });
    let ok = within.plan.fails.then(|| {
        let error = error_type(within);
        quote!(::core::result::Result::Ok::<(), #error>(()))
    });
    quote!(#label { #lent #code #ok })
}

/// A writer for the chain within a node, from which items go on to `bodies`.
fn with_out<'p, 'g, 's>(
    writer: &Writer<'p, 'g, 's>,
    id: NodeId,
    bodies: Bodies,
    needed: Option<TokenStream>,
) -> (Writer<'p, 'g, 's>, Rc<Out>) {
    let within = writer.within(id);
    let out = Rc::new(Out {
        bodies,
        needed,
        failed: told::failed(writer, id),
        label: within.label("key", 0),
        left: Cell::new(false),
    });
    (within.leaving(&out), out)
}

/// The step of an item under its key; what comes out of it goes on to `bodies`, while
/// more is `needed`.
pub fn keyed(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    item: &TokenStream,
    bodies: Bodies,
    needed: Option<TokenStream>,
    raised: &TokenStream,
) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let (within, out) = with_out(writer, id, bodies, needed);
    let op = writer.held(&writer.keys(id));
    let (state, x) = (within.flag("state"), within.x());
    let lent = lent(&within, &kept(&within), &state);
    let step = within.chains.step(&within);
    let step = in_place(&within, &out, &lent, &step);
    let outcome = writer.flag("outcome");
    let raised = within.plan.fails.then_some(raised);
    let forgets = node.option("capacity").is_some() || node.option("idle").is_some();
    if !forgets {
        let find = writer.private_at(at, "op::state");
        let code = quote_spanned!(at=>
            let #state = #find(&mut #op, &#item);
            let #x = #item;
            #step
        );
        let code = bound(&outcome, raised.is_some(), &code);
        return quote_spanned!(at=> #code #raised);
    }
    out.left.set(false);
    let end = within.chains.end(&within);
    let end = if end.is_empty() {
        let end = in_place(&within, &out, &TokenStream::new(), &end);
        quote!(End(..) => #end)
    } else {
        let end = in_place(&within, &out, &lent, &end);
        quote!(End(#state) => #end)
    };
    let (enter, next) = (
        writer.private_at(at, "op::enter"),
        writer.private_at(at, "op::turn"),
    );
    let turn = writer.private_at(at, "op::Turn");
    let step = match node.watches_keys() && writer.is_acked(id) {
        true => {
            let (token, ledger) = (writer.token(), writer.ledger());
            // An item that failed is never acknowledged.
            let done = within.plan.fails.then(|| quote!(if given.is_ok()));
            quote!({ let (#x, #token) = #x; let given = #step; #done { #ledger.release(#token); } given })
        }
        false => step,
    };
    let code = quote!(match turn {
        #turn::Item(#state, #x) => #step
        #turn::#end
    });
    let code = bound(&outcome, raised.is_some(), &code);
    quote_spanned! {at=>
        #enter(&mut #op, #item);
        while let ::core::option::Option::Some(turn) = #next(&mut #op) {
            #code
            #raised
        }
    }
}

/// Flushes the chains of all keys at the end of input, and hands their items to `bodies`.
pub fn end_of_keys(writer: &Writer<'_, '_, '_>, id: NodeId, bodies: Bodies) -> TokenStream {
    // Where nothing is needed any more no function is called. What a source that acknowledges
    // waits for is worked off.
    let needed = Demands::new(writer, Ask::Needed).output(id).condition();
    let needed = needed.filter(|_| !writer.acknowledges());
    let ended = needed.map(|needed| quote!(if !(#needed) { break; }));
    let at = writer.place(id);
    let (within, out) = with_out(writer, id, bodies, None);
    let end = within.chains.end(&within);
    if end.is_empty() {
        return TokenStream::new();
    }
    let op = writer.held(&writer.keys(id));
    let state = within.flag("state");
    let lent = lent(&within, &kept(&within), &state);
    let end = in_place(&within, &out, &lent, &end);
    let outcome = writer.flag("outcome");
    let raised = print::raise(writer, &Raise::of_chain(quote!(#outcome)));
    let raised = within.plan.fails.then_some(raised);
    let finish = writer.private_at(at, "op::end");
    let code = bound(&outcome, raised.is_some(), &end);
    quote_spanned! {at=>
        while let ::core::option::Option::Some(#state) = #finish(&mut #op) {
            #ended
            #code
            #raised
        }
    }
}

fn bound(outcome: &Ident, fails: bool, code: &TokenStream) -> TokenStream {
    if fails {
        quote!(let #outcome = { #code };)
    } else {
        quote!({ #code })
    }
}

/// Writes what a worker gave, or the error that ended it; or what the chain of a key did,
/// where it may fail.
pub fn opened(writer: &Writer<'_, '_, '_>, id: NodeId) -> Option<Stmt> {
    let x = writer.x();
    let node = &writer.graph().nodes[id];
    let fails = || writer.plan.inner[&id].fails;
    let scattered = node.behaviour.within == Within::Workers;
    let gives_results = scattered || (node.runs_chains() && fails());
    if !gives_results {
        None
    } else if writer.plan.fails {
        Some(Stmt::Raise(Raise::opening(None, quote!(#x))))
    } else {
        let opened = quote!(let ::core::result::Result::Ok(#x) = #x;);
        Some(Stmt::Code(opened))
    }
}
