//! The awaits of an observed flow, and what of it may fail.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{copies::fills_of, error_of, job_of, may_work, pace_of, queue, queue_at};
use crate::{
    code::{attempts, functions::is_costly},
    graph::NodeId,
    names::{Held, Writer, raised_result},
    plan::Root,
    table::Inputs,
};

/// The input of a region, which it waits for.
pub fn waits(writer: &Writer<'_, '_, '_>, region: usize, next: TokenStream) -> TokenStream {
    if !writer.observes_regions() {
        return next;
    }
    let seen = writer.seen();
    quote!(#seen.waits(#region, #next))
}

/// The input of a region with several roots, at which it looks.
pub fn looked(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    root: Root,
    found: TokenStream,
) -> TokenStream {
    if !writer.observes_regions() {
        return found;
    }
    let (at, seen) = (writer.root_place(root), writer.seen());
    quote_spanned!(at=> #seen.looked(#region, #found))
}

/// Room behind a region, which it waits for.
pub fn held_up(writer: &Writer<'_, '_, '_>, held: Option<Held>, room: TokenStream) -> TokenStream {
    let Some(Held { region, queue }) = held else {
        return room;
    };
    let seen = writer.seen();
    quote!(#seen.held_up(#region, #queue, #room))
}

/// The time of an item, which it waits for in a region.
pub fn paced(writer: &Writer<'_, '_, '_>, node: NodeId, time: TokenStream) -> TokenStream {
    let held = writer.observes_regions().then(|| Held {
        region: writer.plan.region_of(node),
        queue: pace_of(writer, node),
    });
    held_up(writer, held, time)
}

/// Whoever takes what leaves the flow.
pub fn left(writer: &Writer<'_, '_, '_>, node: NodeId, taken: TokenStream) -> TokenStream {
    if !writer.observes_regions() {
        return taken;
    }
    let (seen, region) = (writer.seen(), writer.plan.region_of(node));
    quote!(#seen.left(#region, #taken))
}

/// A region is polled in the sweep.
pub fn polled(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let (name, cx) = (writer.region(region), writer.flag("cx"));
    if !writer.observes_regions() {
        return quote!(#name.poll(#cx));
    }
    let seen = writer.seen();
    quote!(#seen.poll(#region, &mut #name, #cx))
}

/// Notes in the sweep what waits between the regions: of a piece, or of the chain of a key, with
/// what waits in its other copies.
pub fn fills(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.observes() {
        return TokenStream::new();
    }
    let (plan, fills) = (writer.plan, fills_of(writer));
    let cuts = plan.order.iter();
    let cuts = cuts.filter(|id| plan.graph.nodes[**id].is_cut());
    let cuts = cuts.map(|id| (Root::Results(*id), writer.cut(*id)));
    let rings = 0..plan.crossings.len();
    let rings = rings.map(|index| (Root::Crossing(index), writer.ring(index, "ring")));
    let noted = cuts.chain(rings).map(|(root, cut)| {
        let queue = queue(writer, root);
        match writer.observes_regions() && may_work(writer, root) {
            true => quote!(#fills.holds(#queue, #cut.held());),
            false => quote!(#fills.waiting(#queue, #cut.fill());),
        }
    });
    noted.collect()
}

/// Notes what waits at a fan-in.
pub fn filled(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let each = &writer.graph().nodes[node];
    let slots = each.behaviour.pairs() && !writer.plan.is_lockstep(node);
    let lanes = match each.behaviour.inputs() {
        Some(Inputs::Keys | Inputs::Turns) => each.inputs.len(),
        // The newest of the others is kept, and waits for nothing.
        Some(Inputs::FirstWithLatest) => 1,
        _ => 0,
    };
    if !writer.observes() || writer.copies.is_some() || !(slots || lanes > 0) {
        return TokenStream::new();
    }
    let (seen, queue) = (writer.seen(), queue_at(writer, node));
    let inputs = if slots { each.inputs.len() } else { lanes };
    let lengths = (0..inputs).map(|input| {
        if slots {
            let slot = writer.slot(node, input);
            return quote!(#slot.len());
        }
        let (op, lane) = (writer.local(node), syn::Index::from(input));
        quote!(#op.lanes.#lane.len())
    });
    // One input at least has nothing that waits.
    let most = (inputs - 1).max(1);
    let bounded = match slots {
        true => writer.slot(node, 0),
        false => writer.local(node),
    };
    let bound = match each.option("capacity").is_some() {
        true => quote!(::core::option::Option::Some(#most * #bounded.capacity())),
        false => quote!(::core::option::Option::None),
    };
    quote!(#seen.waiting(#queue, (#(#lengths)+*, #bound));)
}

/// A function of a stage that is awaited.
pub fn job(writer: &Writer<'_, '_, '_>, node: NodeId, future: TokenStream) -> TokenStream {
    if !writer.observes() {
        return future;
    }
    let (at, seen) = (writer.place(node), writer.seen());
    let (job, counter) = job_of(writer, node);
    let given = writer.flag("given");
    let [may, cannot, outcome] = ["MayFail", "CannotFail", "Outcome"]
        .map(|word| writer.private_at(at, &format!("observe::{word}")));
    let failed = quote_spanned! {at=>
        |#given| {
            #[allow(unused_imports)]
            use {#may as _, #cannot as _};
            (&&#outcome(#given)).failed()
        }
    };
    match is_costly(&writer.graph().nodes[node]) {
        true => quote_spanned!(at=> #seen.job_in_line(#job, #future, #failed)),
        false => quote_spanned!(at=> #seen.job::<#job, #counter, _>(#future, #failed)),
    }
}

/// As [`job`], of an `ensure`: `make` gives the future for an artifact.
pub fn ensures(
    writer: &Writer<'_, '_, '_>,
    node: NodeId,
    item: &TokenStream,
    make: impl FnOnce(&TokenStream) -> TokenStream,
) -> TokenStream {
    if !writer.observes() {
        return make(item);
    }
    let (at, seen, (job, _)) = (writer.place(node), writer.seen(), job_of(writer, node));
    let (x, key) = (writer.x(), writer.flag("key"));
    let made = make(&quote!(#x));
    let in_line = is_costly(&writer.graph().nodes[node]);
    quote_spanned! {at=> {
        let #x = #item;
        let #key = #seen.key(&#x);
        #seen.ensures(#job, #in_line, ::core::option::Option::Some(#key), #made)
    }}
}

/// As [`job`], of what makes artifacts of its items: it knows their keys itself.
pub fn tells(writer: &Writer<'_, '_, '_>, node: NodeId, future: TokenStream) -> TokenStream {
    if !writer.observes() {
        return future;
    }
    let (at, seen, (job, _)) = (writer.place(node), writer.seen(), job_of(writer, node));
    let in_line = is_costly(&writer.graph().nodes[node]);
    let none = quote!(::core::option::Option::None::<()>);
    quote_spanned!(at=> #seen.ensures(#job, #in_line, #none, #future))
}

/// Writes the message of an error.
pub fn said_of(writer: &Writer<'_, '_, '_>, error: &TokenStream) -> TokenStream {
    let [text, debug, ty, said] = ["SaidAsText", "SaidAsDebug", "SaidAsType", "Said"].map(|word| {
        let word = proc_macro2::Ident::new(word, proc_macro2::Span::mixed_site());
        writer.private(quote!(observe::#word))
    });
    let to = writer.flag("to");
    quote! {{
        #[allow(unused_imports)]
        use {#text as _, #debug as _, #ty as _};
        (&&&#said(#error)).said(#to)
    }}
}

/// Counts an error that takes a way of its own.
pub fn error(writer: &Writer<'_, '_, '_>, node: NodeId, error: &TokenStream) -> TokenStream {
    let (seen, stage, to) = (writer.seen(), error_of(writer, node), writer.flag("to"));
    let said = said_of(writer, &quote!(&#error));
    quote!(#seen.error(#stage, |#to| #said);)
}

/// A `Result` whose error ends the flow, or the way of the item.
pub fn raised(
    writer: &Writer<'_, '_, '_>,
    node: NodeId,
    fatal: bool,
    result: &TokenStream,
) -> TokenStream {
    if !writer.observes() {
        return result.clone();
    }
    let (seen, stage) = (writer.seen(), error_of(writer, node));
    let (error, to) = (writer.flag("error"), writer.flag("to"));
    let said = said_of(writer, &quote!(#error));
    let at = writer.place(node);
    let raised = match fatal && writer.ends_when_fatal {
        true => quote_spanned!(at=> raised_last),
        false => quote_spanned!(at=> raised),
    };
    quote_spanned!(at=> #seen.#raised(#stage, #result, |#error, #to| #said))
}

/// A bare `?` on what a sink gives.
pub fn raised_value(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    span: Span,
    value: &TokenStream,
) -> TokenStream {
    let result = raised(writer, id, false, &raised_result(writer, id, span, value));
    quote_spanned!(writer.at(span)=> #result?)
}

/// Writes the message of an error that is given at the end: `true` where there is one.
pub fn said_at_end(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.plan.fails {
        return quote!(|_, _| false);
    }
    let (given, error, to) = (
        writer.flag("given"),
        writer.flag("error"),
        writer.flag("to"),
    );
    let said = said_of(writer, &quote!(#error));
    quote! {
        |#given, #to| match #given {
            ::core::result::Result::Err(#error) => { #said; true }
            ::core::result::Result::Ok(_) => false,
        }
    }
}

/// Notes what a stage runs under.
pub fn under(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let node = &writer.graph().nodes[id];
    let under = ["limit", "budget"].iter();
    let mut under = under.filter(|name| node.option(name).is_some());
    if !writer.observes() || under.next().is_none() {
        return TokenStream::new();
    }
    let (seen, stage) = (writer.seen(), writer.stage_name(id));
    let holder = attempts::holder(writer, id);
    quote!(#seen.under(#stage, &#holder);)
}
