//! Fan-ins: what the branches of a step do for one, and where they meet.
//!
//! An input that is filled once for each time that the branches meet waits in a slot,
//! one that is filled in a loop within that in a queue.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Index;

use super::{
    Fill, Lowering, Todo,
    tree::{BlockId, Filled, Kind, Origin, Stmt},
};
use crate::{
    code::{round, turns},
    graph::{NodeId, Use},
    plan::Level,
    sorted::{Map, Set},
    table::Form,
};

/// The number of times that the same code may be written in one step.
const SPREAD: usize = 16;

impl Lowering<'_, '_, '_, '_> {
    /// An item comes to an input of a fan-in: its code is written when they meet.
    pub(super) fn fill(&mut self, to: Use, item: TokenStream) {
        let place = self.tree.open(self.block, Kind::Place, Origin::Same);
        self.push(Stmt::Place(place));
        let input = to.input;
        let fills = self.walk.fills.or_default(to.node);
        fills.push(Fill { input, place, item });
        let rank = self.writer.plan.rank(to.node);
        self.walk.pending.insert((rank, to.node));
    }

    /// An item as the first input of a union would give it.
    pub(super) fn joined(&mut self, to: Use, item: TokenStream) -> TokenStream {
        if !self.writer.graph().nodes[to.node].joins(to.input) {
            return item;
        }
        let join = self.writer.join(to);
        quote_spanned!(join.span()=> #join.join(#item))
    }

    /// All that leads to a fan-in in this step is known.
    pub(super) fn meet(&mut self, node: NodeId) {
        let fills = self.walk.fills.remove(&node).unwrap_or_default();
        for fills in self.apart(fills, 0) {
            self.meet_of(node, fills);
        }
    }

    /// Returns what leads to a fan-in, by the copies of code in which they meet: all of it,
    /// where some input is filled outside of them.
    fn apart(&self, fills: Vec<Fill>, level: usize) -> Vec<Vec<Fill>> {
        let copy = |fill: &Fill| self.tree.copies(fill.place).get(level).copied();
        let copies: Vec<Option<BlockId>> = fills.iter().map(copy).collect();
        let inputs: Set<usize> = fills.iter().map(|fill| fill.input).collect();
        let in_copy = |copy: &Option<BlockId>| -> Set<usize> {
            let fills = fills.iter().zip(&copies).filter(|(_, each)| *each == copy);
            fills.map(|(fill, _)| fill.input).collect()
        };
        if !copies
            .iter()
            .all(|copy| copy.is_some() && in_copy(copy) == inputs)
        {
            return vec![fills];
        }
        let mut parts: Map<Option<BlockId>, Vec<Fill>> = Map::new();
        for (fill, copy) in fills.into_iter().zip(copies) {
            parts.or_default(copy).push(fill);
        }
        let parts = parts.into_values();
        parts.flat_map(|part| self.apart(part, level + 1)).collect()
    }

    fn meet_of(&mut self, node: NodeId, fills: Vec<Fill>) {
        let behaviour = &self.writer.graph().nodes[node].behaviour;
        if behaviour.is_union() {
            self.meet_union(node, fills);
        } else if behaviour.pairs() && self.writer.plan.is_lockstep(node) {
            self.meet_in_lockstep(node, fills);
        } else {
            self.meet_late(node, fills);
        }
    }

    /// The block in which branches meet.
    fn home(&self, fills: &[Fill]) -> BlockId {
        self.tree.meeting(fills.iter().map(|fill| fill.place))
    }

    /// Returns whether every input is filled at most once each time that they meet.
    fn fills_once(&self, fills: &[Fill], home: BlockId) -> bool {
        let mut fills = fills.iter();
        fills.all(|fill| self.tree.runs_once(fill.place, home))
    }

    fn meet_union(&mut self, node: NodeId, fills: Vec<Fill>) {
        let at = self.writer.place(node);
        let is_cycle = self.writer.plan.is_cycle_head(node);
        let queues = self.writer.plan.level(node) == Some(Level::Queue);
        if let ([only], false) = (fills.as_slice(), is_cycle) {
            // No more leaves in a turn than one, at the end of input as well.
            if !queues || self.tree.runs_once_a_step(only.place) {
                self.go_on_in_place(node, fills, Kind::Place);
                return;
            }
        }
        let home = self.home(&fills);
        let exclusive = self.writer.plan.is_exclusive(node);
        let once = !is_cycle && !queues && self.fills_once(&fills, home);
        if exclusive && !is_cycle && !once {
            let spread = |fill: &Fill| self.tree.blocks[fill.place].spread * fills.len();
            if fills.iter().all(|fill| spread(fill) <= SPREAD) {
                // The item has gone this way alone: what follows sees no other. So
                // nothing waits, and what is endless is carried on item by item.
                for fill in &fills {
                    self.tree.blocks[fill.place].spread *= fills.len();
                }
                self.go_on_in_place(node, fills, Kind::Copy);
                return;
            }
        }
        let places = fills.iter().map(|fill| fill.place).collect();
        let order = self.tree.in_order(home, &places);
        let mut slots = Vec::new();
        for Fill { input, place, item } in fills {
            if !once {
                let queued = self.queued(node, item);
                self.within(place, |step| step.push(queued));
                continue;
            }
            let (slot, input) = if exclusive {
                (self.writer.joined(node), 0)
            } else {
                (self.writer.slot(node, input), input)
            };
            let declared = quote_spanned!(at=> let mut #slot = ::core::option::Option::None;);
            let declarations = &mut self.tree.blocks[home].declared;
            declarations.insert((node, input), declared);
            let index = order.get(&place).copied();
            slots.push((index, slot.clone()));
            self.within(place, |step| {
                step.push(Stmt::Slot {
                    node,
                    at,
                    slot: quote!(#slot),
                    item,
                    how: Filled::Joined,
                });
            });
        }
        slots.sort_by_key(|(index, _)| *index);
        let slots: Vec<_> = slots.into_iter().map(|(_, slot)| slot).collect();
        self.within(home, |step| step.stage(node, &slots));
    }

    /// Writes the steps behind a union at each of its inputs.
    fn go_on_in_place(&mut self, node: NodeId, fills: Vec<Fill>, kind: Kind) {
        let at = self.writer.place(node);
        for Fill { place, item, .. } in fills {
            self.tree.blocks[place].kind = kind;
            self.within(place, |step| {
                step.push(Stmt::Let { at, value: item });
                step.then(Todo::After(node));
            });
        }
    }

    /// Lets an item wait where several may.
    pub(super) fn queued(&self, node: NodeId, item: TokenStream) -> Stmt {
        let at = self.writer.place(node);
        let bounded = self.writer.graph().nodes[node].bound().is_some();
        Stmt::Queue {
            node,
            at,
            item,
            bounded,
        }
    }

    /// `zip` of inputs that arrive exactly once for each other.
    fn meet_in_lockstep(&mut self, node: NodeId, fills: Vec<Fill>) {
        let at = self.writer.place(node);
        let home = self.home(&fills);
        let mut scopes = fills.iter().map(|fill| self.tree.scope(fill.place));
        let surely = scopes.all(|scope| scope == home);
        for Fill { input, place, item } in fills {
            let slot = self.writer.slot(node, input);
            let declared = if surely {
                quote_spanned!(at=> let #slot;)
            } else {
                quote_spanned!(at=> let mut #slot = ::core::option::Option::None;)
            };
            let declarations = &mut self.tree.blocks[home].declared;
            declarations.insert((node, input), declared);
            let how = match surely {
                true => Filled::Surely,
                false => Filled::Meeting,
            };
            self.within(place, |step| {
                step.push(Stmt::Slot {
                    node,
                    at,
                    slot: quote!(#slot),
                    item,
                    how,
                });
            });
        }
        self.within(home, |step| step.pair(node, surely));
    }

    /// The pair of what is in the slots.
    fn pair(&mut self, node: NodeId, surely: bool) {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let count = self.writer.graph().nodes[node].inputs.len();
        let slots: Vec<_> = (0..count)
            .map(|input| self.writer.slot(node, input))
            .collect();
        let mut pair = quote_spanned!(at=> (#(#slots),*));
        if self.writer.graph().nodes[node].option("capacity").is_some() {
            let fits = self.writer.private_at(at, "op::fits");
            pair = quote_spanned!(at=> #fits(#pair));
        }
        if surely {
            self.push(Stmt::Let { at, value: pair });
            self.then(Todo::After(node));
            return;
        }
        let body = self.block(Kind::Part, Origin::Met(node), Todo::After(node));
        self.within(body, |step| {
            step.push(Stmt::Code(quote_spanned!(at=> let #x = #pair;)));
        });
        let value = quote_spanned!(at=> (#(#slots),*));
        let pattern = quote_spanned!(at=> (#(::core::option::Option::Some(#slots)),*));
        self.push(Stmt::IfLet {
            at,
            pattern,
            value,
            body,
        });
    }

    /// A fan-in whose inputs wait for each other.
    fn meet_late(&mut self, node: NodeId, fills: Vec<Fill>) {
        let home = self.home(&fills);
        for Fill { input, place, item } in fills {
            let to = Use { node, input };
            let code = self.enter_input(to, &item);
            self.within(place, |step| step.push(Stmt::Wait { to, code }));
        }
        if !self.writer.plan.gives_at_end_of_turn(node) {
            self.within(home, |step| step.stage(node, &[]));
        }
    }

    /// An item goes to an input at which it may wait for long.
    pub(super) fn enter_input(&self, to: Use, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(to.node);
        let each = &self.writer.graph().nodes[to.node];
        if each.behaviour.has_lanes() {
            let (op, lane) = (self.writer.local(to.node), Index::from(to.input));
            return quote_spanned!(at=> #op.lanes.#lane.push(#item););
        }
        let slot = self.writer.slot(to.node, to.input);
        if each.option("capacity").is_none() {
            return quote_spanned!(at=> #slot.push(#item););
        }
        quote_spanned!(at=> #slot.push_within(#item);)
    }

    /// The code of a fan-in, once all its inputs are filled: of a union from these
    /// slots, where there are some.
    pub(super) fn stage(&mut self, node: NodeId, slots: &[proc_macro2::Ident]) {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let each = &self.writer.graph().nodes[node];
        if let Some(level) = self.writer.plan.level(node) {
            // Its queue has turns as it is.
            if level == Level::Slots {
                self.keep(node, quote_spanned!(at=> [#(#slots),*]));
            }
            return;
        }
        let is_cycle = self.writer.plan.is_cycle_head(node);
        let is_union = each.behaviour.is_union();
        let kind = match is_union {
            true if is_cycle => Kind::Cycle(node),
            true if self.writer.plan.is_exclusive(node) && !slots.is_empty() => Kind::Part,
            _ => Kind::Loop,
        };
        let origin = match is_union {
            true => Origin::Queued(node),
            false => Origin::Waited(node),
        };
        let todo = match kind {
            // What has come back and is of no use is let go of.
            Kind::Loop | Kind::Cycle(_) => Todo::Given(node),
            _ => Todo::After(node),
        };
        let body = self.block(kind, origin, todo);
        let pattern = quote_spanned!(at=> #x);
        match each.operator.form {
            Form::Union if kind == Kind::Part => {
                let joined = self.writer.joined(node);
                self.push(Stmt::IfSome {
                    at,
                    pattern,
                    value: quote!(#joined),
                    body,
                    otherwise: TokenStream::new(),
                });
            }
            Form::Union if !slots.is_empty() => {
                let slots = slots.iter().map(|slot| quote!(#slot)).collect();
                self.push(Stmt::Slots {
                    at,
                    pattern,
                    slots,
                    body,
                });
            }
            Form::Union => {
                let queue = self.writer.queue(node);
                let rest = round::rest(self.writer).filter(|_| is_cycle);
                // Nothing that works on one of them adds to them, but in a cycle.
                let value = match is_cycle {
                    true => quote_spanned!(at=> #queue.pop()),
                    false => quote_spanned!(at=> #queue.drain()),
                };
                self.push(Stmt::While {
                    drains: !is_cycle,
                    apart: is_cycle && self.writer.tells_each(node),
                    at,
                    pattern,
                    value,
                    body,
                    behind: quote!(#rest),
                });
            }
            form => {
                let ended = turns::ended(self.needed(), node);
                self.push(Stmt::Code(ended));
                let value = match form {
                    Form::Zip => self.pair_from_queues(node),
                    _ => {
                        let local = self.writer.local(node);
                        quote_spanned!(at=> #local.pop())
                    }
                };
                self.push(Stmt::While {
                    drains: false,
                    apart: false,
                    at,
                    pattern,
                    value,
                    body,
                    behind: TokenStream::new(),
                });
                self.push(Stmt::After(Origin::Waited(node)));
            }
        }
    }

    /// The next pair of a `zip` whose inputs wait for each other.
    fn pair_from_queues(&self, node: NodeId) -> TokenStream {
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let queues: Vec<_> = (0..each.inputs.len())
            .map(|input| self.writer.held(&self.writer.slot(node, input)))
            .collect();
        let pair = match each.option("capacity") {
            None => "op::pair",
            Some(_) => "op::pair_within",
        };
        let pair = self.writer.private_at(at, pair);
        quote_spanned!(at=> #pair((#(&mut #queues),*)))
    }
}
