//! Chains within an element: built once, and copied for every key or worker.
//!
//! ```text
//! let (mut by_key_1, item_1) = {
//!     let item_1_0 = item_0.per_key();                        // the set-up of the chain
//!     let (mut window_1, item_1) = op::sliding_window_array::<_, 3, _>(item_1_0);
//!     op::by_key(item_0, item_1, |x| x.user, (window_1,), |(window_1,)| (fresh(window_1),), one(item_1))
//! };
//! …
//! {
//!     let (state, out) = state(&mut by_key_1, &x);            // the step, for the item's key
//!     let (window_1,) = state;
//!     if let Some(x) = window_1.push(x) { leave(out, x); }
//! }
//! while let Some(x) = left(&mut by_key_1) { … }               // what comes after
//! ```
//!
//! Where something in the chain is awaited, `by_key` is a cut in which a future
//! runs for every key: a whole flow from an inlet to an open end.
//!
//! ```text
//! op::by_key_waiting(item_0, item_1, item_1, |x| x.user, None, None, (then_1,), |(then_1,)| (fresh(then_1),),
//!     |state, inlet_0, out| async move {
//!         let (mut then_1,) = state;
//!         while let Some(x) = next(&mut inlet_0).await { … out.give(x).await; }
//!     }, false)
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

mod entering;

use self::entering::{entering, of_item, value};
use super::{
    asynchronous, driven, error_type, kept::kept, leaving, names::Writer, observe, routes, sides,
    state, state::lent, tokens, told,
};
use crate::{
    check,
    graph::{NodeId, Port},
    plan::Shape,
    table::{Build, Within},
};

/// The ends of the chain within a node.
fn ends(within: &Writer<'_, '_, '_>) -> (NodeId, NodeId) {
    match within.plan.shape() {
        Shape::Piece(inlet, outlet) => (inlet, outlet),
        _ => unreachable!("an inner chain has an inlet and an outlet"),
    }
}

/// Writes what is done with an item in the chain within a node.
pub(super) fn step_within(within: &Writer<'_, '_, '_>) -> TokenStream {
    let within = &within.collecting_items();
    let step = driven::step(within, ends(within).0);
    if !within.collects {
        return step;
    }
    let collected = collected(within, &step);
    match within.out {
        Some(_) => collected,
        None => quote!({ #collected }?;),
    }
}

/// Writes what is done at the end of the chain within a node.
pub(super) fn end_within(within: &Writer<'_, '_, '_>) -> TokenStream {
    let end = driven::end(&within.lending().collecting());
    match within.plan.fails && !end.is_empty() {
        true => collected(&within.collecting(), &end),
        false => end,
    }
}

/// The end of a chain: all that is held leaves, and then the first error is given.
fn collected(within: &Writer<'_, '_, '_>, end: &TokenStream) -> TokenStream {
    let none = told::none(within);
    let first = told::end(within, &quote!(::core::result::Result::Ok(())));
    if within.out.is_none() {
        let let_go = leaving::let_go(within);
        return quote!(#none #end #let_go #first);
    }
    let (error, raised) = (within.flag("error"), &within.out);
    let label = raised.iter().map(|out| {
        out.left.set(true);
        &out.label
    });
    quote! {
        #none
        #end
        if let ::core::result::Result::Err(#error) = #first {
            break #(#label)* ::core::result::Result::Err(#error);
        }
    }
}

/// Builds the chain, whose set-up is `chain`, and the element that copies it.
pub fn setup(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    chain: &TokenStream,
    input: &TokenStream,
) -> TokenStream {
    let at = writer.place(id);
    let (inlet, _) = ends(within);
    let enters = within.witness_at(inlet, Port::Items, at);
    let tokens = tokens::within(within);
    let node = &writer.graph().nodes[id];
    let (made, call) = if node.runs_chains() {
        waiting(writer, id, within, input)
    } else {
        copied(writer, id, within, input)
    };
    let (entered, hidden) = (within.in_mode(at, input), hidden(writer, id));
    let item = writer.witness(id, Port::Items);
    let (routes, apart) = (routes_within(writer, within), observe::apart(within));
    let sides::Given { pattern, value } =
        sides::given(writer, id, within, quote!((#made, #item)), call);
    quote_spanned! {at=>
        #routes
        let #pattern = {
            let #enters = #entered;
            #apart
            #chain
            #tokens
            #value
        };
        #hidden
    }
}

/// Hides what a cut is made of: whether a flow is `Send` is asked of what can be seen.
pub(super) fn hidden(writer: &Writer<'_, '_, '_>, id: NodeId) -> Option<TokenStream> {
    let (at, node) = (writer.place(id), &writer.graph().nodes[id]);
    let mut name = match node.operator.build {
        _ if writer.in_piece => return None,
        _ if node.runs_chains() => "hidden_chains".to_string(),
        _ if node.watches_keys() => "hidden".to_string(),
        // What cannot be copied is blamed where it is given, and only there.
        Build::Piece if writer.copies.is_none() => "hidden".to_string(),
        _ => return None,
    };
    if writer.copies.is_some() {
        name.push_str("_copied");
    }
    let (op, call) = (
        writer.local(id),
        writer.call(node.span, &name, &writer.local(id).into_token_stream()),
    );
    Some(quote_spanned!(at=> let #op = #call;))
}

/// Writes what a chain remembers, and what copies it.
fn chain(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    kept: &[Ident],
) -> TokenStream {
    let at = writer.place(id);
    let fresh = kept.iter().map(|kept| {
        let mut fresh = writer.private_at(kept.span(), "op::fresh");
        fresh.extend(quote_spanned!(kept.span()=> (#kept)));
        fresh
    });
    if within.in_piece {
        let (chain, fresh) = (state::held(within, kept), state::held(within, fresh));
        return quote_spanned!(at=> #chain, |#chain| #fresh);
    }
    quote_spanned!(at=> (#(#kept,)*), |(#(#kept,)*)| (#(#fresh,)*))
}

/// A chain that awaits: every key has a future of its own. What is made, and the
/// call that makes it.
fn waiting(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    input: &TokenStream,
) -> (TokenStream, TokenStream) {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let (inlet, outlet) = ends(within);
    let (enters, value) = (entering(writer, id, input), value(writer, id, input));
    let edge = &within.graph().nodes[outlet].inputs[0];
    let gives = within.witness(edge.from, edge.port);
    let leaves = state::left(within, outlet);
    let kept = kept(within);
    let (chain, unpack) = (
        chain(writer, id, within, &kept),
        state::unpack(within, &kept),
    );
    let work = told::giving(within, &asynchronous(within));
    let option = |name: &str| match node.option(name) {
        Some(given) => quote_spanned!(at=> ::core::option::Option::Some(#given)),
        None => quote_spanned!(at=> ::core::option::Option::None),
    };
    let (idle, capacity) = (option("idle"), option("capacity"));
    let (state, entry, out) = (within.flag("state"), within.local(inlet), within.outbox());
    let holds = check::chain_holds(node);
    let work = observe::in_key(within, quote!(async move { #unpack #work }));
    let work = observe::of_keys(within, quote_spanned!(at=> |#state, #entry, #out| #work));
    let inside = quote_spanned! {at=>
        #enters, #gives, #leaves, #value, #idle, #capacity, #chain, #work, #holds
    };
    let made = writer.local(id);
    (
        quote!(#made),
        writer.call(node.span, "by_key_waiting", &inside),
    )
}

/// A chain that does not await: its step is the flow's, with the state of the
/// item's key or of a worker. What is made, and the call that makes it.
fn copied(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    input: &TokenStream,
) -> (TokenStream, TokenStream) {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let outlet = ends(within).1;
    let kept = kept(within);
    let enters = entering(writer, id, input);
    // Where the chain is written in its place, items leave it alone.
    let leaves = match node.runs_apart() {
        true => state::left(within, outlet),
        false => {
            let edge = &within.graph().nodes[outlet].inputs[0];
            within.witness(edge.from, edge.port).into_token_stream()
        }
    };
    let chain = chain(writer, id, within, &kept);
    let value = value(writer, id, input);
    let by = node.option("by").map(|by| {
        let by = of_item(writer, id, input, by);
        quote!(#by,)
    });
    let call = |name: &str, inside: &TokenStream| {
        let inside = quote_spanned!(at=> #enters, #leaves, #inside #chain);
        writer.call(node.span, name, &inside)
    };
    let name = node.operator.name;
    match node.behaviour.within {
        Within::Workers => {
            let name = by
                .as_ref()
                .map_or(name.to_string(), |_| format!("{name}_by"));
            let ordered = within.plan.flag(outlet, "ordered").unwrap_or(false);
            let (state, out, x) = (within.flag("state"), within.outbox(), within.x());
            let error = error_type(writer);
            let (lent, ledger) = (lent(within, &kept, &state), tokens::lent(within));
            let (step, end) = (step_within(within), end_within(within));
            let let_go = leaving::let_go(within);
            let goes_on = driven::takes_more(within, ends(within).0);
            let ended = match within.plan.fails && !end.is_empty() {
                true => TokenStream::new(),
                false => quote!(#let_go ::core::result::Result::Ok(())),
            };
            let code = quote_spanned! {at=>
                , #ordered,
                move |#state: &mut _, #out: &mut _, #x| -> ::core::result::Result<bool, #error> {
                    #lent #ledger #step #let_go ::core::result::Result::Ok(#goes_on)
                },
                move |#state: &mut _, #out: &mut _| -> ::core::result::Result<(), #error> {
                    #lent #ledger #end #ended
                }
            };
            // Blamed where what leaves is blamed, so once.
            let place = leaves.clone().into_iter().next().map(|token| token.span());
            let outbox = Writer::placed(place.unwrap_or(at), state::outbox(within, outlet));
            let inside = quote_spanned!(at=> #enters, #leaves, #value, #by #chain, #outbox #code);
            let (local, call) = (writer.local(id), writer.call(node.span, &name, &inside));
            let call = match within.plan.apart {
                true => {
                    let apart = writer.private(quote!(checkpoint::apart));
                    quote!(#apart(#call))
                }
                false => call,
            };
            (quote!(#local), sides::items(within, call))
        }
        Within::Keys | Within::None => match (node.option("idle"), node.option("capacity")) {
            (None, None) => (keys(writer, id), call(name, &quote!(#value,))),
            (None, Some(n)) => (
                keys(writer, id),
                call(&format!("{name}_recent"), &quote!(#value, #n,)),
            ),
            (Some(idle), capacity) => {
                let (hold, keys) = (writer.local(id), writer.keys(id));
                let capacity = match capacity {
                    Some(n) => quote!(::core::option::Option::Some(#n)),
                    None => quote!(::core::option::Option::None),
                };
                let inside = quote!(#value, #idle, #capacity,);
                (
                    quote!(#hold, mut #keys),
                    call(&format!("{name}_idle"), &inside),
                )
            }
        },
    }
}

/// Writes what is left of a chain with a mistake in it. It begins as the whole does,
/// for an editor compares the two up to the cursor.
pub fn remains(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    chain: &TokenStream,
    input: &TokenStream,
) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    // The inlet, which comes first.
    let enters = within.witness_at(0, Port::Items, at);
    let entered = within.in_mode(at, input);
    let waits = node.runs_chains();
    let scattered = node.behaviour.within == Within::Workers;
    let (made, nothing) = match node.option("idle") {
        _ if waits || scattered => (writer.local(id).into_token_stream(), quote!((), ())),
        None => (keys(writer, id), quote!((), ())),
        Some(_) => {
            let (hold, keys) = (writer.local(id), writer.keys(id));
            (quote!(#hold, mut #keys), quote!((), (), ()))
        }
    };
    let item = writer.witness(id, Port::Items);
    let routes = routes_within(writer, within);
    let sides::Given { pattern, value } = sides::given(
        writer,
        id,
        within,
        quote!((#made, #item)),
        quote!((#nothing)),
    );
    quote_spanned! {at=>
        #routes
        let #pattern = {
            let #enters = #entered;
            #chain
            #value
        };
    }
}

/// The types of what is routed in a chain, beside the outermost one.
fn routes_within(writer: &Writer<'_, '_, '_>, within: &Writer<'_, '_, '_>) -> TokenStream {
    match writer.copies {
        None => routes::within(within),
        Some(_) => TokenStream::new(),
    }
}

fn keys(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let keys = writer.keys(id);
    quote!(mut #keys)
}
