//! The loop of a region with several roots, and its turns: each root that is wanted gives
//! one item.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Lifetime;

use super::{
    closing::{close, flush_rounds},
    demand::{Ask, Demand, Demands},
    names::{Writer, flag},
    observe, rest, rivals,
    roots::{flags, is_watched, may_rest, needed, open, over, prepare, puller, step_of},
    round, step, turns,
};
use crate::{
    graph::NodeId,
    lower::Waiting,
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
    let turns = turns(writer, region);
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
    let (begun, moving, resting) = if may_rest(writer, region) {
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
    let rest = if iterates { round::rest(writer) } else { None };
    let (fed, unfed) = (round::fed(writer, region), round::unfed(writer, region));
    let flushed = flush_rounds(writer, region);
    let kept = rest::declared(writer, region);
    let [counted, count] = observe::ticks(writer);
    quote! {
        #(#prepared)*
        #(let mut #flags = true;)*
        #kept
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

/// One turn of a region with several roots.
pub fn turns(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
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
    let rests = may_rest(writer, region);
    for index in returning {
        tokens.extend(turn(writer, region, index, rests, None));
        tokens.extend(quote!(if #moved { continue; }));
    }
    for &index in inlets.iter().filter(|_| plan.waits != Waits::Never) {
        tokens.extend(turn(writer, region, index, rests, None));
    }
    for index in others {
        tokens.extend(turn(writer, region, index, rests, None));
        tokens.extend(given_behind(writer, region, index));
    }
    tokens.extend(overs(writer, region));
    tokens.extend(rivals::begin_again(writer, region));
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
    let turns = (0..roots.len()).map(|index| {
        let turn = turn(writer, region, index, false, Some(&label));
        let given = given_behind(writer, region, index);
        quote!(#turn #given)
    });
    let rest = round::rest(writer);
    let [_, count] = observe::ticks(writer);
    quote!(#label: loop { #count #(#turns)* #rest })
}

/// Writes what the fan-ins give whose last root has had its turn.
fn given_behind(writer: &Writer<'_, '_, '_>, region: usize, root: usize) -> TokenStream {
    let nodes = writer.plan.regions[region].nodes.iter();
    let nodes = nodes.filter(|node| writer.plan.last_root(**node) == Some(root));
    let (waits, mut fed) = (Waiting::default(), BTreeSet::new());
    nodes
        .map(|node| step::stage(writer, *node, &waits, &mut fed))
        .collect()
}

/// Sources keep step with an item that was pushed.
pub fn keep_step(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let turns = turns(writer, region);
    let (due, moved) = (writer.flag("due"), writer.flag("moved"));
    quote! {
        #[allow(unused_mut, unused_variables, unused_assignments)]
        let mut #due = true;
        loop {
            let mut #moved = false;
            #turns
            #due = false;
            if !#moved { break; }
        }
    }
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
            let flag = writer.held(&flag(writer, region, closer));
            let close = close(writer, region, closer);
            quote!(#flag = false; #close)
        })
        .collect();
    let (overs, open, turns) = (
        overs(writer, region),
        open(writer, region),
        turns(writer, region),
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

/// One root's turn; `rests`: some root may give nothing in its turn. The end of the root
/// leaves the loop with the label `left`, where there is one.
fn turn(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    index: usize,
    rests: bool,
    left: Option<&Lifetime>,
) -> TokenStream {
    let root = writer.plan.regions[region].roots[index];
    let at = writer.root_place(root);
    let x = writer.x();
    let flag = writer.held(&flag(writer, region, Closer::Root(index)));
    let (pulled, is_async) = puller(writer, root);
    let pulled = writer.held(&pulled);
    let needed = needed(writer, root);
    // What is needed is asked first.
    let wanted = wanted(writer, region, root).without(&needed);
    let pushed = writer.plan.is_inlet(root);
    let moves = rests.then(|| {
        let moved = writer.flag("moved");
        quote!(#moved = true;)
    });
    let pull = if is_async {
        let poll = writer.private_at(at, "region::poll_now");
        let waiting = writer.flag("waiting");
        let found = quote_spanned!(at=> #poll(&mut #pulled).await);
        let found = observe::looked(writer, region, root, found);
        quote_spanned!(at=> { #waiting = true; #found })
    } else {
        quote_spanned!(at=> ::core::task::Poll::Ready(::core::iter::Iterator::next(&mut #pulled)))
    };
    let pull = match (&needed, wanted) {
        // What is pushed is taken at once, while it is needed.
        (Demand::While(needed), Demand::Always | Demand::Never) => quote_spanned! {at=>
            if #needed { #pull } else { ::core::task::Poll::Ready(::core::option::Option::None) }
        },
        (_, Demand::Always | Demand::Never) => pull,
        (Demand::Always | Demand::Never, Demand::While(wanted)) => {
            quote_spanned!(at=> if #wanted { #pull } else { ::core::task::Poll::Pending })
        }
        (Demand::While(needed), Demand::While(wanted)) => quote_spanned! {at=>
            if !(#needed) {
                ::core::task::Poll::Ready(::core::option::Option::None)
            } else if #wanted {
                #pull
            } else {
                ::core::task::Poll::Pending
            }
        },
    };
    let body = step_of(writer, region, root);
    let close = close(writer, region, Closer::Root(index));
    // Who feeds it must not wait for a branch that has ended.
    let unread = match root {
        Root::Source(_) if !pushed => TokenStream::new(),
        _ => quote_spanned!(at=> #pulled.close();),
    };
    let due = (pushed && writer.plan.is_paced(region)).then(|| {
        let due = writer.flag("due");
        quote!(#due = true;)
    });
    let leave = left.map(|left| quote!(break #left;));
    let rested = rivals::rest(writer, region, index);
    let turn = quote_spanned! {at=>
        if #flag {
            match #pull {
                ::core::task::Poll::Ready(::core::option::Option::Some(#x)) => {
                    #moves
                    #due
                    #rested
                    #body
                }
                ::core::task::Poll::Ready(::core::option::Option::None) => {
                    #moves
                    #flag = false;
                    #unread
                    #close
                    #leave
                }
                ::core::task::Poll::Pending => {}
            }
        }
    };
    rest::turns(writer, region, root, turn, &moves)
}

/// The condition under which a root may be pulled. Inlets take what they are given, and sources
/// beside them keep step: one item for each that is pushed, or where something
/// pushed waits for theirs, as many as it takes.
fn wanted(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> Demand {
    let plan = writer.plan;
    let wanted = Demands::new(writer, Ask::Wanted).root(root);
    let wanted = turns::due(writer, region, root).and(wanted);
    let wanted = rivals::may_give(writer, region, root).and(wanted);
    if plan.is_inlet(root) {
        let roots = plan.regions[region].roots.iter().enumerate();
        let awaited: Vec<TokenStream> = roots
            .filter(|(_, other)| plan.is_iterator(**other))
            .filter_map(|(index, other)| awaited(writer, region, index, *other))
            .collect();
        return match awaited.as_slice() {
            [] => Demand::Always,
            _ => Demand::when(quote!(!(#((#awaited))||*))),
        };
    }
    if !plan.is_paced(region) || !plan.is_iterator(root) {
        return wanted;
    }
    let inlets = plan.regions[region].inlets.iter().map(|&inlet| {
        let flag = flag(writer, region, Closer::Root(inlet));
        writer.held(&flag)
    });
    let due = match Demands::new(writer, Ask::Awaited).root(root) {
        Demand::While(awaited) => quote!(#awaited),
        Demand::Always | Demand::Never => {
            let due = writer.flag("due");
            quote!(#due)
        }
    };
    Demand::when(quote!((#due || !(#(#inlets)||*)))).and(wanted)
}

/// Returns whether something pushed waits for a source, and it can give.
fn awaited(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    index: usize,
    root: Root,
) -> Option<TokenStream> {
    let awaited = Demands::new(writer, Ask::Awaited).root(root);
    let flag = writer.held(&flag(writer, region, Closer::Root(index)));
    let needed = Demands::new(writer, Ask::Needed).root(root);
    let wanted = Demands::new(writer, Ask::Wanted).root(root);
    let awaited = awaited.condition()?;
    let can = [needed, wanted]
        .into_iter()
        .filter_map(|demand| demand.condition());
    Some(quote!(#flag && #awaited #(&& #can)*))
}
