//! One turn of a root, in the loop of a region with several.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Lifetime;

use super::{
    closing::close,
    demand::{Ask, Demand, Demands},
    names::{Writer, flag},
    observe, rest, rests, rivals,
    roots::{needed, puller, step_of},
    step, turns,
};
use crate::{
    graph::{NodeId, Use},
    lower::Shared,
    plan::{Closer, Root},
    sorted::Map,
};

/// The turns of the roots of a region. What is asked of what lies behind them is asked once
/// for all of them.
pub struct Turns<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    region: usize,
    needed: Demands<'w, 'p, 'g, 's>,
    wanted: Demands<'w, 'p, 'g, 's>,
    awaited: Demands<'w, 'p, 'g, 's>,
    /// The fan-ins that give once in a turn, by the last of their roots.
    fan_ins: Map<usize, Vec<NodeId>>,
    /// The nodes at which something may be left of an item.
    kept: Vec<NodeId>,
}

impl<'w, 'p, 'g, 's> Turns<'w, 'p, 'g, 's> {
    /// The turns of a region.
    pub fn new(writer: &'w Writer<'p, 'g, 's>, region: usize) -> Self {
        let mut fan_ins: Map<usize, Vec<NodeId>> = Map::new();
        for &node in &writer.plan.regions[region].nodes {
            if let Some(root) = writer.plan.last_root(node) {
                fan_ins.or_default(root).push(node);
            }
        }
        Self {
            writer,
            region,
            needed: Demands::new(writer, Ask::Needed),
            wanted: Demands::new(writer, Ask::Wanted),
            awaited: Demands::new(writer, Ask::Awaited),
            fan_ins,
            kept: writer.plan.kept_in(region),
        }
    }

    /// Writes what the fan-ins give whose last root has had its turn.
    pub fn given_behind(&self, root: usize) -> TokenStream {
        let nodes = self.fan_ins.get(&root).into_iter().flatten();
        let mut shared = Shared::new(self.writer);
        nodes
            .map(|node| step::stage(self.writer, *node, &mut shared))
            .collect()
    }

    /// One root's turn; `rests`: some root may give nothing in its turn. The end of the root
    /// leaves the loop with the label `left`, where there is one.
    pub fn turn(&mut self, index: usize, rests: bool, left: Option<&Lifetime>) -> TokenStream {
        let (writer, region) = (self.writer, self.region);
        let root = writer.plan.regions[region].roots[index];
        let at = writer.root_place(root);
        let x = writer.x();
        let flag = writer.held(&flag(writer, region, Closer::Root(index)));
        let (pulled, is_async) = puller(writer, root);
        let pulled = writer.held(&pulled);
        let needed = needed(&mut self.needed, root);
        // What is needed is asked first.
        let wanted = self.wanted(root).without(&needed);
        let pushed = writer.plan.is_inlet(root);
        let moves = rests.then(|| {
            let moved = writer.flag("moved");
            quote!(#moved = true;)
        });
        let may_rest = is_async || matches!(wanted, Demand::While(_));
        // A root that never rests gives an item or ends: an `Option` says which.
        let ready = |found: TokenStream| match may_rest {
            true => quote_spanned!(at=> ::core::task::Poll::Ready(#found)),
            false => found,
        };
        let some = ready(quote_spanned!(at=> ::core::option::Option::Some(#x)));
        let none = ready(quote_spanned!(at=> ::core::option::Option::None));
        let pending = quote_spanned!(at=> ::core::task::Poll::Pending);
        let pull = if is_async {
            let poll = writer.private_at(at, "region::poll_now");
            let waiting = writer.flag("waiting");
            let found = quote_spanned!(at=> #poll(&mut #pulled).await);
            let found = observe::looked(writer, region, root, found);
            quote_spanned!(at=> { #waiting = true; #found })
        } else {
            ready(quote_spanned!(at=> ::core::iter::Iterator::next(&mut #pulled)))
        };
        let pull = match (&needed, wanted) {
            // What is pushed is taken at once, while it is needed.
            (Demand::While(needed), Demand::Always | Demand::Never) => quote_spanned! {at=>
                if #needed { #pull } else { #none }
            },
            (_, Demand::Always | Demand::Never) => pull,
            (Demand::Always | Demand::Never, Demand::While(wanted)) => {
                quote_spanned!(at=> if #wanted { #pull } else { #pending })
            }
            (Demand::While(needed), Demand::While(wanted)) => quote_spanned! {at=>
                if !(#needed) { #none } else if #wanted { #pull } else { #pending }
            },
        };
        let body = step_of(writer, region, root);
        let close = close(writer, region, Closer::Root(index));
        let close = Some(close).filter(|close| !close.is_empty());
        // Who feeds it must not wait for a branch that has ended.
        let unread = match root {
            Root::Source(_) if !pushed => None,
            _ => Some(quote_spanned!(at=> #pulled.close();)),
        };
        let due = (pushed && writer.plan.is_paced(region)).then(|| {
            let due = writer.flag("due");
            quote!(#due = true;)
        });
        let leave = left.map(|left| quote!(break #left;));
        let rested = rivals::rest(writer, region, index);
        let pended = may_rest.then(|| quote_spanned!(at=> #pending => {}));
        quote_spanned! {at=>
            if #flag {
                match #pull {
                    #some => {
                        #moves
                        #due
                        #rested
                        #body
                    }
                    #none => {
                        #moves
                        #flag = false;
                        #unread
                        #close
                        #leave
                    }
                    #pended
                }
            }
        }
    }

    /// The turns of what is left of items, by the last of these roots that leads there; `None`:
    /// of what comes from none of them.
    pub fn rests_behind(&mut self, roots: &[usize]) -> Map<Option<usize>, TokenStream> {
        let (writer, region) = (self.writer, self.region);
        let all = &writer.plan.regions[region].roots;
        let mut turns: Map<_, TokenStream> = Map::new();
        for node in self.kept.clone() {
            let into = writer.plan.roots_into(Use { node, input: 0 });
            let last = roots.iter().rfind(|index| into.contains(&all[**index]));
            let (needed, wanted) = (rests::needed(writer, node), self.rest_wanted(node));
            let turn = rest::turn(writer, region, node, &needed, &wanted);
            turns.or_default(last.copied()).extend(turn);
        }
        turns
    }

    /// The conditions under which the next turn of what is left does something.
    pub fn rests_that_act(&mut self) -> Vec<TokenStream> {
        let kept = self.kept.clone().into_iter();
        kept.map(|node| {
            let left = rests::is_left(self.writer, node);
            let needed = rests::needed(self.writer, node);
            let wanted = self.rest_wanted(node).without(&needed);
            match (needed.condition(), wanted.condition()) {
                (_, None) => left,
                (None, Some(wanted)) => quote!(#left && #wanted),
                (Some(needed), Some(wanted)) => quote!(#left && (!(#needed) || #wanted)),
            }
        })
        .collect()
    }

    /// The condition under which what is left of an item is wanted: that of a source, where
    /// it was not pushed.
    fn rest_wanted(&mut self, node: NodeId) -> Demand {
        let wanted = self.wanted.output(node);
        let wanted = rests::none_before(self.writer, Root::Source(node)).and(wanted);
        let plan = self.writer.plan;
        if !plan.is_paced(self.region) || plan.is_pushed(Use { node, input: 0 }) {
            return wanted;
        }
        let awaited = self.awaited.output(node);
        self.in_step(awaited).and(wanted)
    }

    /// The condition under which the next turn of an iterator does something: it gives an item,
    /// or ends.
    pub fn acts(&mut self, index: usize) -> Option<TokenStream> {
        let (writer, region) = (self.writer, self.region);
        let root = writer.plan.regions[region].roots[index];
        if !writer.plan.is_iterator(root) {
            return None;
        }
        let flag = writer.held(&flag(writer, region, Closer::Root(index)));
        let needed = needed(&mut self.needed, root);
        let wanted = self.wanted(root).without(&needed);
        Some(match (&needed, wanted) {
            (_, Demand::Always | Demand::Never) => quote!(#flag),
            (Demand::Always | Demand::Never, Demand::While(wanted)) => quote!(#flag && #wanted),
            (Demand::While(needed), Demand::While(wanted)) => {
                quote!(#flag && (!(#needed) || #wanted))
            }
        })
    }

    /// The condition under which a root may be pulled. Inlets take what they are given, and sources
    /// beside them keep step: one item for each that is pushed, or where something
    /// pushed waits for theirs, as many as it takes.
    fn wanted(&mut self, root: Root) -> Demand {
        let turn = rivals::may_give(self.writer, self.region, root);
        self.wanted_with(root, turn)
    }

    /// As [`wanted`](Self::wanted), of a root that competes with others, had it its turn.
    pub fn wanted_in_turn(&mut self, index: usize) -> Demand {
        let root = self.writer.plan.regions[self.region].roots[index];
        self.wanted_with(root, Demand::Always)
    }

    fn wanted_with(&mut self, root: Root, turn: Demand) -> Demand {
        let (writer, region, plan) = (self.writer, self.region, self.writer.plan);
        let wanted = self.wanted.root(root);
        let wanted = turns::due(writer, region, root).and(wanted);
        let wanted = turn.and(rests::none_before(writer, root)).and(wanted);
        if plan.is_inlet(root) {
            let roots = plan.regions[region].roots.iter().enumerate();
            let mut awaited: Vec<TokenStream> = roots
                .filter(|(_, other)| plan.is_iterator(**other))
                .filter_map(|(index, other)| self.awaited(index, *other))
                .collect();
            awaited.extend(self.rests_that_act());
            return match awaited.as_slice() {
                [] => Demand::Always,
                _ => Demand::when(quote!(!(#((#awaited))||*))),
            };
        }
        if !plan.is_paced(region) || !plan.is_iterator(root) {
            return wanted;
        }
        let awaited = self.awaited.root(root);
        self.in_step(awaited).and(wanted)
    }

    /// The condition under which what keeps step with inlets has its turn.
    fn in_step(&self, awaited: Demand) -> Demand {
        let (writer, region) = (self.writer, self.region);
        let inlets = writer.plan.regions[region].inlets.iter().map(|&inlet| {
            let flag = flag(writer, region, Closer::Root(inlet));
            writer.held(&flag)
        });
        let due = match awaited {
            Demand::While(awaited) => quote!(#awaited),
            Demand::Always | Demand::Never => {
                let due = writer.flag("due");
                quote!(#due)
            }
        };
        Demand::when(quote!((#due || !(#(#inlets)||*))))
    }

    /// Returns whether something pushed waits for a source, and it can give.
    fn awaited(&mut self, index: usize, root: Root) -> Option<TokenStream> {
        let writer = self.writer;
        let awaited = self.awaited.root(root);
        let flag = writer.held(&flag(writer, self.region, Closer::Root(index)));
        let needed = self.needed.root(root);
        let wanted = self.wanted.root(root);
        let awaited = awaited.condition()?;
        let can = [needed, wanted]
            .into_iter()
            .filter_map(|demand| demand.condition());
        Some(quote!(#flag && #awaited #(&& #can)*))
    }
}
