//! Flows with an open end, in which something is awaited: streams.
//!
//! ```text
//! StreamFlow::begun((from_0, map_1, then_2, filter_3),
//!     |state, cx| match from_0.next() { Some(x) => { …; return Ok(then_2(x)); } … })
//!     .leaving(item_3, |state, x| { …; out.ok_or(Ended) })
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    asynchronous,
    kept::kept,
    names::{Turns, Writer},
    observe, pulled,
    roots::puller,
    state::{left, unpack},
    told,
};
use crate::{graph::NodeId, plan::Root};

/// An open end of an asynchronous flow: a stream.
pub fn stream(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let (left, out) = (left(writer, outlet), writer.outbox());
    let Some(turns) = writer.turns_of_stream() else {
        let work = told::giving(writer, &asynchronous(writer));
        let work = observe::coroutine(writer, quote!(async move { #work }));
        let new = writer.private(quote!(StreamFlow::new));
        let outbox = writer.private(quote!(flow::outlet));
        return quote! {{
            let #out = #outbox(#left);
            let out_of_flow = #out.clone();
            #new(out_of_flow, #work)
        }};
    };
    let (lending, mut kept) = (writer.lending(), kept(writer));
    let (ending, ended) = pulled::ending(writer);
    kept.extend(ended);
    let lent = unpack(&lending, &kept);
    let stream = match turns {
        Turns::Futures => by_turns(&lending, &left, &kept, &lent),
        Turns::Polls => by_polls(&lending, &left, &kept, &lent),
        Turns::Parts => by_parts(&lending, &left, &kept, &lent),
    };
    match ending.is_empty() {
        true => stream,
        false => quote!({ #ending #stream }),
    }
}

/// A future for each turn.
fn by_turns(
    writer: &Writer<'_, '_, '_>,
    left: &TokenStream,
    kept: &[Ident],
    lent: &TokenStream,
) -> TokenStream {
    let (out, state) = (writer.outbox(), writer.flag("state"));
    let [held, more] = ["held", "more"].map(|name| writer.flag(name));
    let (body, pinned) = (pulled::of_single(writer, 0), pinned(writer));
    let new = writer.private(quote!(StreamFlow::by_turns));
    let turns = quote! {
        #new(#left, (#(#kept,)*), move |mut #held| async move {
            let mut #out = ::core::option::Option::None;
            let #more = {
                let #state = &mut *#held;
                #lent
                #body
            };
            (#held, #out, #more)
        })
    };
    match pinned {
        Some(pinned) => quote!({ #pinned #turns }),
        None => turns,
    }
}

/// Turns that poll the source, which stays where it is.
fn by_polls(
    writer: &Writer<'_, '_, '_>,
    left: &TokenStream,
    kept: &[Ident],
    lent: &TokenStream,
) -> TokenStream {
    let [state, cx] = ["state", "cx"].map(|name| writer.flag(name));
    let out = writer.outbox();
    let (body, pinned) = (pulled::of_polled(writer, &cx), pinned(writer));
    let new = writer.private(quote!(StreamFlow::by_polls));
    quote! {{
        #pinned
        #new(#left, (#(#kept,)*), move |#state, #out, #cx| { #lent #body })
    }}
}

/// Turns of several parts, around what is awaited.
fn by_parts(
    writer: &Writer<'_, '_, '_>,
    left: &TokenStream,
    kept: &[Ident],
    lent: &TokenStream,
) -> TokenStream {
    let Root::Source(source) = writer.plan.regions[0].roots[0] else {
        return TokenStream::new();
    };
    let [state, cx, flow] = ["state", "cx", "parts"].map(|name| writer.flag(name));
    let (out, x) = (writer.outbox(), writer.x());
    let (first, middle, last) = pulled::of_parts(writer, source, &cx);
    let new = writer.private(quote!(StreamFlow::begun));
    let ended = writer.private(quote!(flow::Stopped::Ended));
    let pinned = pinned(writer);
    quote! {{
        #pinned
        #[allow(unreachable_code, unused_assignments, unused_variables)]
        let #flow = #new((#(#kept,)*), move |#state, #cx| { #lent #first })
            #(.awaited(move |#state, #x| { #lent #middle }))*
            .leaving(#left, move |#state, #x| {
                let mut #out = ::core::option::Option::None;
                #lent
                #last
                #out.ok_or(#ended)
            });
        #flow
    }}
}

/// Puts a source that is polled where it stays.
fn pinned(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    let (source, is_polled) = puller(writer, writer.plan.regions[0].roots[0]);
    let pinned = writer.private(quote!(flow::pinned));
    is_polled.then(|| quote!(let #source = #pinned(#source);))
}
