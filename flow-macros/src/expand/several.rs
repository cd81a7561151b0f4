//! The loop of a region with several roots, and its turns: each root that is wanted gives
//! one item.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Lifetime;

use super::{
    closing::{close, flush_rounds},
    names::{Writer, flag},
    observe, rivals,
    roots::{flags, is_watched, may_rest, open, over, prepare, puller},
    round,
    turn::Turns,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root, Waits},
};

/// The loop of a region with several roots: in each turn every root that is
/// wanted gives one item at most, and each item is carried through before the
/// next is pulled.
pub fn several(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let roots = &writer.plan.regions[region].roots;
    let prepared = roots.iter().map(|root| prepare(writer, *root));
    let flags = flags(writer, region);
    let open = open(writer, region);
    let rests = may_rest(writer, region);
    let turns = turns(writer, region, rests);
    let waits = roots.iter().any(|root| puller(writer, *root).1);
    let (waiting, idle) = if waits {
        let pause = writer.private(quote!(region::pause));
        let waiting = writer.flag("waiting");
        (
            quote!(let mut #waiting = false;),
            quote! {
                if !#waiting { break; }
                #pause().await;
            },
        )
    } else {
        (TokenStream::new(), quote!(break;))
    };
    let due = writer.plan.is_paced(region).then(|| {
        let due = writer.flag("due");
        quote!(let mut #due = false;)
    });
    let all_give = while_all_give(writer, region);
    let (begun, moving, resting) = if rests {
        let moved = writer.flag("moved");
        let (begun, before) = match all_give.is_empty() {
            true => (TokenStream::new(), quote!(false)),
            // The turn in which one ended is not over: what waits may leave now.
            false => {
                let begun = writer.flag("begun");
                (
                    quote!(let mut #begun = true;),
                    quote!(::core::mem::take(&mut #begun)),
                )
            }
        };
        (
            begun,
            quote!(let mut #moved = #before;),
            quote!(if !#moved { #idle }),
        )
    } else {
        Default::default()
    };
    let iterates = roots.iter().any(|root| !puller(writer, *root).1);
    let iterates = iterates || !writer.plan.kept_in(region).is_empty();
    let rest = if iterates { round::rest(writer) } else { None };
    let (fed, unfed) = (round::fed(writer, region), round::unfed(writer, region));
    let flushed = flush_rounds(writer, region);
    let [counted, count] = observe::ticks(writer);
    quote! {
        #(#prepared)*
        #(let mut #flags = true;)*
        #fed
        #counted
        #all_give
        #begun
        while #open {
            #count
            #due
            #moving
            #waiting
            #turns
            #flushed
            #unfed
            #resting
            #rest
        }
    }
}

/// One turn of a region with several roots; `rests`: some may give nothing in it.
pub fn turns(writer: &Writer<'_, '_, '_>, region: usize, rests: bool) -> TokenStream {
    let plan = writer.plan;
    let mut tokens = TokenStream::new();
    // What is pushed comes first: sources keep step with it.
    let inlets = &plan.regions[region].inlets;
    let roots = &plan.regions[region].roots;
    let (returning, others): (Vec<usize>, Vec<usize>) = (0..roots.len())
        .filter(|index| !inlets.contains(index))
        .partition(|index| matches!(roots[*index], Root::Crossing(each) if plan.returns(each)));
    // What comes back is worked off before new input is taken.
    let moved = writer.flag("moved");
    let mut turns = Turns::new(writer, region);
    for index in returning {
        let open = writer.held(&flag(writer, region, Closer::Root(index)));
        tokens.extend(turns.turn(index, rests, None));
        // Where nothing more comes back, what that closes is still to be done.
        tokens.extend(quote!(if #moved && #open { continue; }));
    }
    for &index in inlets.iter().filter(|_| plan.waits != Waits::Never) {
        tokens.extend(turns.turn(index, rests, None));
    }
    let mut left = turns.rests_behind(&others);
    tokens.extend(left.remove(&None));
    for &index in &others {
        tokens.extend(turns.turn(index, rests, None));
        tokens.extend(turns.given_behind(index));
        tokens.extend(left.remove(&Some(index)));
    }
    let overs = overs(writer, region);
    let ends = !overs.is_empty();
    tokens.extend(overs);
    tokens.extend(rivals::begin_again(writer, region, |index| {
        turns.wanted_in_turn(index)
    }));
    // Where a branch has ended before its source, what waited for it has left: a source that
    // was not wanted is now.
    let mut wanted: Vec<TokenStream> = Vec::new();
    if rests && ends {
        wanted.extend((0..roots.len()).filter_map(|index| turns.acts(index)));
        wanted.extend(turns.rests_that_act());
    }
    if !wanted.is_empty() {
        tokens.extend(quote!(if !#moved { #moved = #(#wanted)||*; }));
    }
    tokens
}

/// Writes the loop over the turns in which no source of a fan-in has ended, to which all
/// roots of the region lead: nothing of what has ended is asked there.
pub fn while_all_give(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let plan = writer.plan;
    let roots = &plan.regions[region].roots;
    let iterates = |root: &Root| plan.is_iterator(*root);
    let nodes = plan.regions[region].nodes.iter();
    let mut met = nodes.filter(|node| plan.last_root(**node) == Some(roots.len() - 1));
    let meets_all = met.any(|node| plan.graph.nodes[*node].inputs.len() == roots.len());
    if !meets_all || !roots.iter().all(iterates) {
        return TokenStream::new();
    }
    let label = Lifetime::new("'give", Span::mixed_site());
    let mut turns = Turns::new(writer, region);
    let turns = (0..roots.len()).map(|index| {
        let turn = turns.turn(index, false, Some(&label));
        let given = turns.given_behind(index);
        quote!(#turn #given)
    });
    let rest = round::rest(writer);
    let [_, count] = observe::ticks(writer);
    quote!(#label: loop { #count #(#turns)* #rest })
}

/// Sources keep step with an item that was pushed; where none was, they give what something
/// waits for.
pub fn keep_step(writer: &Writer<'_, '_, '_>, region: usize, pushed: bool) -> TokenStream {
    let turns = turns(writer, region, may_rest(writer, region));
    let (due, moved) = (writer.flag("due"), writer.flag("moved"));
    quote! {
        #[allow(unused_mut, unused_variables, unused_assignments)]
        let mut #due = #pushed;
        loop {
            let mut #moved = false;
            #turns
            #due = false;
            if !#moved { break; }
        }
    }
}

/// Returns whether one inlet may end before another: what is behind it has been closed when the
/// flow finishes.
fn inlets_end_apart(writer: &Writer<'_, '_, '_>, region: usize) -> bool {
    writer.plan.regions[region].inlets.len() > 1
}

/// Writes what happens when `closer` has ended, where that has not happened yet.
pub fn end_once(writer: &Writer<'_, '_, '_>, region: usize, closer: Closer) -> TokenStream {
    let close = close(writer, region, closer);
    let kept = match closer {
        Closer::Root(_) => true,
        Closer::Node(node) => is_watched(writer, region, node),
    };
    if !kept || !inlets_end_apart(writer, region) {
        return close;
    }
    let flag = writer.held(&flag(writer, region, closer));
    quote!(if #flag { #flag = false; #close })
}

/// Nothing more is pushed: what is left of the sources beside the inlets.
pub fn end_of_inlets(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let closers = writer.plan.regions[region]
        .inlets
        .iter()
        .copied()
        .map(Closer::Root);
    let ends: TokenStream = closers
        .map(|closer| {
            let end = end_once(writer, region, closer);
            if inlets_end_apart(writer, region) {
                return end;
            }
            let flag = writer.held(&flag(writer, region, closer));
            quote!(#flag = false; #end)
        })
        .collect();
    let (overs, open, turns) = (
        overs(writer, region),
        open(writer, region),
        turns(writer, region, may_rest(writer, region)),
    );
    let (due, moved) = (writer.flag("due"), writer.flag("moved"));
    quote! {
        #ends
        #overs
        #[allow(unused_variables)]
        let #due = false;
        while #open {
            let mut #moved = false;
            #turns
            if !#moved { break; }
        }
    }
}

/// Writes what is over because all that flows into it has ended.
pub fn overs(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let plan = writer.plan;
    let mut tokens = TokenStream::new();
    for &node in &plan.regions[region].nodes {
        if is_watched(writer, region, node) {
            let flag = writer.held(&writer.open(node));
            let over = over(writer, region, node);
            let close = close(writer, region, Closer::Node(node));
            tokens.extend(quote!(if #flag && (#over) { #flag = false; #close }));
        }
    }
    tokens
}

/// The condition under which a node is over, if the loop has to notice.
pub fn over_where_watched(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    node: NodeId,
) -> Option<TokenStream> {
    is_watched(writer, region, node).then(|| over(writer, region, node))
}
