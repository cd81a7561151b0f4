//! Flows with an open end, in which something is awaited: streams.
//!
//! ```text
//! StreamFlow::by_halves(item_3, (from_0, map_1, then_2, filter_3),
//!     |state| match from_0.next() { Some(x) => { …; return Awaits(then_2(x)); } … },
//!     |state, x| { …; out })
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    asynchronous,
    kept::kept,
    names::{Turns, Writer},
    observe, pulled,
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
    let (lending, kept) = (writer.lending(), kept(writer));
    let lent = unpack(&lending, &kept);
    match turns {
        Turns::Futures => by_turns(&lending, &left, &kept, &lent),
        Turns::Polls => by_polls(&lending, &left, &kept, &lent),
        Turns::Halves(_) => by_halves(&lending, &left, &kept, &lent),
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
    let body = pulled::of_single(writer, 0);
    let new = writer.private(quote!(StreamFlow::by_turns));
    quote! {
        #new(#left, (#(#kept,)*), move |mut #held| async move {
            let mut #out = ::core::option::Option::None;
            let #more = {
                let #state = &mut *#held;
                #lent
                #body
            };
            (#held, #out, #more)
        })
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
    let (source, _) = super::roots::puller(writer, writer.plan.regions[0].roots[0]);
    let body = pulled::of_polled(writer, &cx);
    let [new, pinned] =
        [quote!(StreamFlow::by_polls), quote!(flow::pinned)].map(|path| writer.private(path));
    quote! {{
        let #source = #pinned(#source);
        #new(#left, (#(#kept,)*), move |#state, #out, #cx| { #lent #body })
    }}
}

/// Turns of two halves, around what is awaited.
fn by_halves(
    writer: &Writer<'_, '_, '_>,
    left: &TokenStream,
    kept: &[Ident],
    lent: &TokenStream,
) -> TokenStream {
    let Root::Source(source) = writer.plan.regions[0].roots[0] else {
        return TokenStream::new();
    };
    let (out, state, x) = (writer.outbox(), writer.flag("state"), writer.x());
    let [first, second] = pulled::of_halves(writer, source);
    let new = writer.private(quote!(StreamFlow::by_halves));
    let flow = writer.flag("halves");
    quote! {{
        #[allow(unreachable_code, unused_assignments, unused_variables)]
        let #flow = #new(
            #left,
            (#(#kept,)*),
            move |#state| { #lent #first },
            move |#state, #x| {
                let mut #out = ::core::option::Option::None;
                #lent
                #second
                #out
            },
        );
        #flow
    }}
}
