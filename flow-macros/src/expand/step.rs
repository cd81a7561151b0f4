//! A step: the straight-line code that carries one item through everything it
//! reaches.
//!
//! ```text
//! let x = raise_2(parse(x))?;                 // map(parse)?
//! {                                           // all uses but the last
//!     if hot(&x) { … clone_readings(&x) … }
//! }
//! let x = mean(x);                            // the last use takes the item
//! ```

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Index;

use super::{
    attempts::{self, makes},
    constructor::may_give_no_future,
    demand::{Ask, Demands},
    error_type, inner,
    names::Writer,
    round, routes,
    scopes::{ScopeId, Scopes, Start},
    tokens as acked,
    told::{self, told},
};
use crate::{
    graph::{NodeId, Port, Use},
    operators::{Form, Question},
    plan::{Hand, Root, Waits},
    syntax::Special,
};

/// Writes the code of one step.
pub struct Step<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    region: usize,
    scopes: Scopes,
    /// The fan-ins whose code comes at the end of a scope.
    pending: BTreeMap<ScopeId, BTreeSet<(usize, NodeId)>>,
    /// What is declared at the beginning of a scope.
    declared: BTreeMap<ScopeId, BTreeMap<(NodeId, usize), TokenStream>>,
    /// The inputs of a union in the order in which they are filled.
    filled: BTreeMap<NodeId, Vec<usize>>,
    /// The scopes that are being written, the innermost last.
    within: Vec<ScopeId>,
    /// The heads of cycles that a scope feeds and whose loops are not around it.
    strays: BTreeMap<ScopeId, BTreeSet<NodeId>>,
    /// Whether others work those off.
    is_round: bool,
    /// How often the code that is being written is written.
    spread: usize,
}

/// How often the same code may be written in one step.
const SPREAD: usize = 16;

/// The body of a loop over what comes out of a node, `x` being bound to it.
pub fn output(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> TokenStream {
    let each = &writer.graph().nodes[node];
    let root = if each.is_cut() {
        Root::Results(node)
    } else {
        Root::Source(node)
    };
    if each.watches_keys() {
        let mut step = Step::new(writer, region, Start::Stage(node));
        let x = writer.x();
        let body = step.scope(0, |step| step.keyed(node, &quote!(#x)));
        return acked::rooted(writer, root, body);
    }
    let opened = inner::opened(writer, node);
    let mut step = Step::new(writer, region, Start::Output(node));
    let body = step.scope(0, |step| step.after(node));
    let body = acked::rooted(writer, root, body);
    quote!(#opened #body)
}

/// The body of a loop over what a node held, and what is done after the loop:
/// what has gone back into cycles may come to this node again.
pub fn flush(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> [TokenStream; 2] {
    let mut step = Step::new(writer, region, Start::Output(node));
    step.is_round = true;
    let body = step.scope(0, |step| step.after(node));
    let strays: BTreeSet<NodeId> = step.strays.into_values().flatten().collect();
    let [body, released] = acked::flushed(writer, node, body);
    let rounds = rounds(writer, region, strays);
    [body, quote!(#released #rounds)]
}

/// The body of a loop over what crosses over into a node.
pub fn input(writer: &Writer<'_, '_, '_>, region: usize, crossing: usize) -> TokenStream {
    let to = writer.plan.crossings[crossing].to;
    let mut step = Step::new(writer, region, Start::Input(to));
    let body = step.scope(0, |step| step.consume(to));
    acked::rooted(writer, Root::Crossing(crossing), body)
}

/// A fan-in gives all that it can.
pub fn stage(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> TokenStream {
    let mut step = Step::new(writer, region, Start::Stage(node));
    let stage = step.scope(0, |step| step.stage(node));
    acked::apart(writer, stage)
}

/// Works off what has gone back into cycles from outside of their loops, and
/// into others from there.
fn rounds(writer: &Writer<'_, '_, '_>, region: usize, heads: BTreeSet<NodeId>) -> TokenStream {
    let mut next: Vec<NodeId> = heads.into_iter().collect();
    let mut found: BTreeMap<NodeId, TokenStream> = BTreeMap::new();
    let mut strays = BTreeSet::new();
    while let Some(head) = next.pop() {
        if found.contains_key(&head) {
            continue;
        }
        let mut step = Step::new(writer, region, Start::Stage(head));
        step.is_round = true;
        let round = step.scope(0, |step| step.stage(head));
        let round = acked::apart(writer, round);
        found.insert(head, round);
        strays.extend(step.strays.into_values().flatten());
        next.extend(&strays);
    }
    let rounds = found.values();
    if strays.is_empty() {
        return quote!(#(#rounds)*);
    }
    let waiting = found.keys().map(|head| {
        let queue = writer.queue(*head);
        let demand = Demands::new(writer, Ask::Needed).output(*head);
        let needed = demand.condition().map(|needed| quote!(&& (#needed)));
        quote!((!#queue.is_empty() #needed))
    });
    quote!(while #(#waiting)||* { #(#rounds)* })
}

impl<'w, 'p, 'g, 's> Step<'w, 'p, 'g, 's> {
    fn new(writer: &'w Writer<'p, 'g, 's>, region: usize, start: Start) -> Self {
        Self {
            writer,
            region,
            scopes: Scopes::of(writer.plan, region, start),
            pending: BTreeMap::new(),
            declared: BTreeMap::new(),
            filled: BTreeMap::new(),
            within: Vec::new(),
            strays: BTreeMap::new(),
            is_round: false,
            spread: 1,
        }
    }

    /// The code of a scope: what is declared, what it does, and then the
    /// fan-ins that meet in it, each after all it reads.
    fn scope(
        &mut self,
        scope: ScopeId,
        code: impl FnOnce(&mut Self) -> TokenStream,
    ) -> TokenStream {
        self.within.push(scope);
        let mut tokens = code(self);
        while let Some((_, node)) = self.pending.entry(scope).or_default().pop_first() {
            tokens.extend(self.stage(node));
        }
        self.within.pop();
        if !self.is_round
            && let Some(heads) = self.strays.remove(&scope)
        {
            tokens.extend(rounds(self.writer, self.region, heads));
        }
        let declared = self
            .declared
            .remove(&scope)
            .unwrap_or_default()
            .into_values();
        quote!(#(#declared)* #tokens)
    }

    /// Notes that an item goes back into a cycle whose loop has been left.
    fn stray(&mut self, head: NodeId) {
        let scope = self.within.last().copied().unwrap_or_default();
        if !self.scopes.is_inside(head, scope) {
            // Not in a loop over what an operator lends: it may be needed.
            let free = |scope: &&ScopeId| !self.scopes.is_lent(**scope);
            let scope = self.within.iter().take_while(free).last();
            let heads = self.strays.entry(scope.copied().unwrap_or_default());
            heads.or_default().insert(head);
        }
    }

    /// What comes after an operator: its fatal errors, its `?`, then everything
    /// that uses it.
    fn after(&mut self, node: NodeId) -> TokenStream {
        let after = self.after_fatal(node);
        if !self.writer.graph().nodes[node].may_be_fatal() {
            return after;
        }
        let (at, x, fatal) = (
            self.writer.place(node),
            self.writer.x(),
            self.writer.fatal(node),
        );
        quote_spanned!(at=> let #x = #fatal.pass(#x)?; #after)
    }

    /// What comes after an operator whose error is not fatal.
    fn after_fatal(&mut self, node: NodeId) -> TokenStream {
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let x = self.writer.x();
        if let Some(Special::Match(arms)) = each.element.and_then(|each| each.special.as_ref()) {
            let uses: Vec<_> = (0..arms.len())
                .map(|arm| self.part(node, arm, Port::Arm(arm)))
                .collect();
            return routes::step(self.writer, node, &uses);
        }
        if each.diverts().is_some() {
            let items = self.part(node, 0, Port::Items);
            let errors = self.part(node, 1, Port::Errors);
            let divert = self.writer.divert(node);
            let parted = if self.writer.copies.is_none() {
                quote_spanned!(divert.span()=> #divert(#x))
            } else {
                let part = self.writer.private_at(divert.span(), "op::part");
                quote_spanned!(divert.span()=> #part(#x))
            };
            return quote_spanned! {at=>
                match #parted {
                    ::core::result::Result::Ok(#x) => { #items }
                    ::core::result::Result::Err(#x) => { #errors }
                }
            };
        }
        let unwrap = match each.raises() {
            Some(_) if each.operator.question == Question::Items => {
                let raised = self.raised(node, &quote_spanned!(at=> #x));
                quote_spanned!(at=> let #x = #raised;)
            }
            _ => TokenStream::new(),
        };
        let items = self.uses(node, Port::Items);
        quote_spanned!(at=> #unwrap #items)
    }

    /// The uses of one of several ways an item may take, in a block.
    fn part(&mut self, node: NodeId, index: usize, port: Port) -> TokenStream {
        let scope = self.scopes.port(node, index);
        self.scope(scope, |step| step.uses(node, port))
    }

    /// What comes after an operator that may give nothing, in the block of its
    /// `if`.
    fn inside(&mut self, node: NodeId) -> TokenStream {
        let scope = self.scopes.out(node);
        self.scope(scope, |step| step.after(node))
    }

    /// A bare `?` on a `Result`.
    fn raised(&self, node: NodeId, result: &TokenStream) -> TokenStream {
        let raise = self.writer.raise(node);
        let at = raise.span();
        if self.writer.copies.is_none() {
            return quote_spanned!(at=> #raise(#result)?);
        }
        let raises = match self.writer.error {
            Some(_) => "op::RaisesInto::raise",
            None => "op::Raises::raise",
        };
        // What is no `Result` is blamed where its constructor blames it, so once.
        let raises = self.writer.private_at(at, raises);
        quote_spanned!(at=> (&#raises)(&#raise, #result)?)
    }

    /// All uses of an output, in the order they are written.
    fn uses(&mut self, node: NodeId, port: Port) -> TokenStream {
        let at = self.writer.place(node);
        let uses = self.writer.graph().uses(node, port);
        if self.writer.plan.joins(node, port) {
            return self.branches(node, port, &uses);
        }
        let last = uses.len().saturating_sub(1);
        let mut tokens = TokenStream::new();
        for (index, to) in uses.into_iter().enumerate() {
            let code = self.use_of(node, to);
            // A block, so that what one branch binds is not seen by the next.
            tokens.extend(if index < last {
                quote_spanned!(at=> { #code })
            } else {
                code
            });
        }
        tokens
    }

    /// One use of an output.
    fn use_of(&mut self, node: NodeId, to: Use) -> TokenStream {
        let at = self.writer.place(node);
        let edge = &self.writer.graph().nodes[to.node].inputs[to.input];
        let x = self.writer.x();
        match self.writer.plan.crossing(to) {
            _ if edge.goes_round() => {
                self.stray(to.node);
                let item = self.writer.take(self.writer.plan.hand(to));
                let item = self.joined(to, item);
                let item = acked::with_token(self.writer, to.node, item);
                let back = self.fill_queue(to.node, &quote!(#x));
                round::back(self.writer, &item, &back)
            }
            Some(crossing) if self.writer.plan.returns(crossing) => {
                let feed = self.writer.ring(crossing, "feed");
                let item = self.writer.take(self.writer.plan.hand(to));
                let item = acked::with_token(self.writer, node, item);
                round::back(
                    self.writer,
                    &item,
                    &quote_spanned!(at=> #feed.send(#x).await;),
                )
            }
            Some(crossing) => {
                let feed = self.writer.ring(crossing, "feed");
                let item = self.writer.take(self.writer.plan.hand(to));
                let item = acked::with_token(self.writer, node, item);
                quote_spanned!(at=> #feed.send(#item).await;)
            }
            None => self.consume(to),
        }
    }

    /// Branches that await: all of them run at the same time, each with an item
    /// of its own.
    fn branches(&mut self, node: NodeId, port: Port, uses: &[Use]) -> TokenStream {
        let at = self.writer.place(node);
        let (plan, x) = (self.writer.plan, self.writer.x());
        let ports = self.writer.graph().nodes[node].ports().into_iter();
        let index = ports.take_while(|each| *each != port).count();
        let last = uses.len() - 1;
        let error = error_type(self.writer);
        let (mut items, mut futures) = (TokenStream::new(), Vec::new());
        for (branch, to) in uses.iter().enumerate() {
            let own = self.writer.flag(&format!("x_{branch}"));
            let item = match plan.hand_at_output(node, port) {
                Hand::Own if branch == last => quote!(#x),
                Hand::Own => self.writer.take(Hand::Lend(node, port)),
                lent => self.writer.take(lent),
            };
            items.extend(quote_spanned!(at=> let #own = #item;));
            let scope = self.scopes.branch(node, index, branch);
            let code = self.scope(scope, |step| step.use_of(node, *to));
            let ended = plan
                .fails
                .then(|| quote_spanned!(at=> ::core::result::Result::Ok::<(), #error>(())));
            futures.push(quote_spanned!(at=> async { let #x = #own; #code #ended }));
        }
        let join = self.writer.private_at(at, "region::join");
        let outcomes: Vec<_> = (0..uses.len())
            .map(|branch| self.writer.flag(&format!("outcome_{branch}")))
            .collect();
        let nested =
            |all: &[TokenStream], pair: &dyn Fn(&TokenStream, TokenStream) -> TokenStream| {
                let (last, rest) = all.split_last().expect("there are branches");
                rest.iter()
                    .rfold(last.clone(), |tail, each| pair(each, tail))
            };
        let joined = nested(&futures, &|a, b| quote_spanned!(at=> #join(#a, #b)));
        if !plan.fails {
            return quote_spanned!(at=> #items #joined.await;);
        }
        let names: Vec<_> = outcomes.iter().map(|name| quote!(#name)).collect();
        let all = told::together(self.writer, &names);
        let names = nested(&names, &|a, b| quote!((#a, #b)));
        quote_spanned!(at=> #items let #names = #joined.await; #all?;)
    }

    /// The code of a node for an item at one of its inputs.
    fn consume(&mut self, to: Use) -> TokenStream {
        let Use { node, input } = to;
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let form = each.operator.form;
        let hand = self.writer.plan.hand(to);
        let op = self.writer.local(node);
        let x = self.writer.x();
        let item = self.writer.take(hand);
        if each.is_cut() {
            let feed = self.writer.feed(node);
            if !each.runs_jobs() {
                let item = acked::with_token(self.writer, node, item);
                return quote_spanned!(at=> #feed.send(#item).await;);
            }
            let future = acked::along(self.writer, node, self.future(node, &item));
            return quote_spanned!(at=> #feed.place().await.start(#future););
        }
        match form {
            Form::Call | Form::Match => {
                let after = self.after(node);
                quote_spanned!(at=> let #x = #op(#item); #after)
            }
            Form::Meta => {
                let after = self.after(node);
                let item = acked::with_meta(self.writer, node, &item);
                quote_spanned!(at=> let #x = #item; #after)
            }
            Form::Look => {
                let after = self.after(node);
                quote_spanned!(at=> #op(&#x); #after)
            }
            Form::Tick => {
                let after = self.after(node);
                quote_spanned!(at=> #op.tick(); #after)
            }
            Form::Pace => {
                let after = self.after(node);
                quote_spanned!(at=> #op.wait().await; #after)
            }
            Form::Show => {
                let after = self.after(node);
                quote_spanned!(at=> #op.show(&#x).await; #after)
            }
            Form::Test => {
                let after = self.inside(node);
                quote_spanned!(at=> if #op(&#x) { #after })
            }
            Form::Gate => {
                let after = self.inside(node);
                quote_spanned!(at=> if #op.admit(&#x) { #after })
            }
            Form::Select => {
                let after = self.inside(node);
                quote_spanned!(at=> if let ::core::option::Option::Some(#x) = #op(#item) { #after })
            }
            Form::Each => self.each(node, &quote_spanned!(at=> #op(#item))),
            Form::Flatten => self.each(node, &item),
            Form::HoldMany => self.each(node, &quote_spanned!(at=> #op.push(#item))),
            Form::Keyed => self.keyed(node, &item),
            Form::Via => {
                let (op, pass) = (
                    self.writer.held(&op),
                    self.writer.private_at(at, "op::pass"),
                );
                self.each(node, &quote_spanned!(at=> #pass(&mut #op, #item)))
            }
            Form::Hold | Form::Slide => {
                let after = self.inside(node);
                acked::held(
                    self.writer,
                    node,
                    &quote_spanned!(at=> #op.push(#item)),
                    &after,
                )
            }
            Form::Await | Form::Job => {
                let future = self.future(node, &item);
                let after = self.after(node);
                quote_spanned!(at=> let #x = #future.await; #after)
            }
            Form::AwaitSelect => {
                let after = self.inside(node);
                quote_spanned! {at=>
                    if let ::core::option::Option::Some(#x) = #op.run(#item).await { #after }
                }
            }
            Form::Union => {
                let item = self.joined(to, item);
                self.fill_union(node, input, &item)
            }
            Form::Zip => {
                let fill = self.fill_zip(node, input, &item);
                let waits = acked::waits(self.writer, to);
                quote_spanned!(at=> #fill #waits)
            }
            Form::Lanes => {
                self.defer(node);
                let lane = Index::from(input);
                let waits = acked::waits(self.writer, to);
                quote_spanned!(at=> #op.lanes.#lane.push(#item); #waits)
            }
            Form::SinkCall => self.raise_from(node, quote_spanned!(at=> #op(#item))),
            Form::SinkAwait => {
                let future = self.called(node, &item);
                self.raise_from(node, quote_spanned!(at=> #future.await))
            }
            Form::SinkPush if each.operator.question == Question::Function => {
                self.raise_from(node, quote_spanned!(at=> #op.push(#item)))
            }
            Form::SinkPush | Form::SinkGate => {
                let sunk = acked::sunk(self.writer, node);
                quote_spanned!(at=> #op.push(#item); #sunk)
            }
            Form::SinkSend => {
                let sunk = acked::sunk(self.writer, node);
                quote_spanned!(at=> #op.push(#item).await; #sunk)
            }
            Form::Drain => match hand {
                // clippy blames users for a `drop` of what has no `Drop`.
                Hand::Own => {
                    let dropped = self.writer.private_at(at, "op::dropped");
                    quote_spanned!(at=> #dropped(#x);)
                }
                Hand::Lend(..) => TokenStream::new(),
            },
            Form::Outlet => self.leave(&item),
            // Sources take nothing, and cuts are above.
            Form::Iterator | Form::Stream | Form::Inlet | Form::Cut => TokenStream::new(),
        }
    }

    /// What leaves the flow at its open end.
    fn leave(&self, item: &TokenStream) -> TokenStream {
        let out = self.writer.outbox();
        let item = if self.writer.leaves_results() {
            quote!(::core::result::Result::Ok(#item))
        } else {
            item.clone()
        };
        if self.writer.plan.waits == Waits::Never && !self.writer.is_coroutine() {
            let push = self.writer.private(quote!(flow::leave));
            quote!(#push(#out, #item);)
        } else {
            quote!(#out.give(#item).await;)
        }
    }

    /// A call of an async function.
    fn called(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let op = self.writer.local(node);
        if !may_give_no_future(&self.writer.graph().nodes[node]) {
            return quote_spanned!(at=> #op(#item));
        }
        let each = &self.writer.graph().nodes[node];
        let future = match each.operator.form {
            Form::SinkAwait if each.raises().is_some() => "op::future_that_may_fail",
            Form::SinkAwait => "op::future_of_nothing",
            _ => "op::future",
        };
        let future = self.writer.private_at(at, future);
        quote_spanned!(at=> #future(#op(#item)))
    }

    /// The future of an asynchronous operator.
    fn future(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let op = self.writer.local(node);
        if each.operator.form != Form::Await {
            return quote_spanned!(at=> #op.run(#item));
        }
        if !makes(each) {
            return self.called(node, item);
        }
        attempts::run(self.writer, node, item)
    }

    /// A loop over what one item gives, ended where nobody needs more.
    fn each(&mut self, node: NodeId, items: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let out = self.scopes.out(node);
        let body = self.scope(out, |step| step.after(node));
        let [before, body, after] = acked::passed(self.writer, node, body);
        let body = told(self.writer, body);
        let demand = Demands::new(self.writer, Ask::Needed).output(node);
        let ended = demand
            .condition()
            .map(|needed| quote_spanned!(at=> if !(#needed) { break; }));
        // What a user's function gives may be an `Option`, which is no mistake here.
        quote_spanned! {at=>
            #before
            #[allow(for_loops_over_fallibles)]
            for #x in #items { #body #ended }
            #after
        }
    }

    /// The chain of a key, and a loop over what comes out of it.
    fn keyed(&mut self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let out = self.scopes.out(node);
        let body = self.scope(out, |step| step.after(node));
        let demand = Demands::new(self.writer, Ask::Needed).output(node);
        let ended = demand
            .condition()
            .map(|needed| quote_spanned!(at=> if !(#needed) { break; }));
        let body = told(self.writer, body);
        inner::keyed(self.writer, node, item, &quote!(#body #ended))
    }

    /// A sink's call, with its `?`.
    fn raise_from(&self, node: NodeId, call: TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        match self.writer.graph().nodes[node].raises() {
            Some(_) => {
                let raised = self.raised(node, &call);
                quote_spanned!(at=> #raised;)
            }
            None => quote_spanned!(at=> #call;),
        }
    }

    /// Leaves the code of a fan-in to the end of the scope its inputs share.
    fn defer(&mut self, node: NodeId) -> ScopeId {
        let home = self.scopes.home(node);
        let rank = self.writer.plan.order.iter().position(|each| *each == node);
        self.pending
            .entry(home)
            .or_default()
            .insert((rank.unwrap_or_default(), node));
        home
    }

    /// An item as the first input of a union would give it.
    fn joined(&self, to: Use, item: TokenStream) -> TokenStream {
        if !self.writer.graph().nodes[to.node].joins(to.input) {
            return item;
        }
        let join = self.writer.join(to);
        quote_spanned!(join.span()=> #join.join(#item))
    }

    fn fill_union(&mut self, node: NodeId, input: usize, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let is_cycle = self.writer.graph().nodes[node].is_cycle_head();
        if self.scopes.inputs(node).len() == 1 && !is_cycle {
            let after = self.after(node);
            return quote_spanned!(at=> let #x = #item; #after);
        }
        if let Some(spread) = self.spreads(node) {
            // The item has gone this way alone: what follows sees no other. So nothing
            // waits, and what is endless is carried on item by item.
            let before = std::mem::replace(&mut self.spread, spread);
            let out = self.scopes.out(node);
            let after = self.scope(out, |step| step.after(node));
            self.spread = before;
            return quote_spanned!(at=> let #x = #item; #after);
        }
        let home = self.defer(node);
        let item = &acked::with_token(self.writer, node, item.clone());
        if is_cycle || !self.scopes.fills_once(node) {
            return self.fill_queue(node, item);
        }
        let (slot, input) = if self.writer.plan.is_exclusive(node) {
            (self.writer.joined(node), 0)
        } else {
            (self.writer.slot(node, input), input)
        };
        let declared = quote_spanned!(at=> let mut #slot = ::core::option::Option::None;);
        self.declared
            .entry(home)
            .or_default()
            .insert((node, input), declared);
        self.filled.entry(node).or_default().push(input);
        quote_spanned!(at=> #slot = ::core::option::Option::Some(#item);)
    }

    /// Returns how often code is written behind a union whose inputs never meet and
    /// where several items may come at one: once for each input. `None` elsewhere, and
    /// where that would be too often; there they wait.
    fn spreads(&self, node: NodeId) -> Option<usize> {
        let is_cycle = self.writer.graph().nodes[node].is_cycle_head();
        if is_cycle || !self.writer.plan.is_exclusive(node) || self.scopes.fills_once(node) {
            return None;
        }
        let spread = self.spread * self.scopes.inputs(node).len();
        (spread <= SPREAD).then_some(spread)
    }

    /// Lets an item wait where several may.
    fn fill_queue(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let queue = self.writer.queue(node);
        match self.writer.graph().nodes[node].bound() {
            None => quote_spanned!(at=> #queue.push(#item);),
            Some(_) => quote_spanned!(at=> #queue.push(#item)?;),
        }
    }

    fn fill_zip(&mut self, node: NodeId, input: usize, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let home = self.defer(node);
        let slot = self.writer.slot(node, input);
        if self.writer.plan.is_lockstep(node) {
            let (declared, filled) = if self.scopes.fills_surely(node) {
                (
                    quote_spanned!(at=> let #slot;),
                    quote_spanned!(at=> #slot = #item;),
                )
            } else {
                (
                    quote_spanned!(at=> let mut #slot = ::core::option::Option::None;),
                    quote_spanned!(at=> #slot = ::core::option::Option::Some(#item);),
                )
            };
            let declarations = self.declared.entry(home).or_default();
            declarations.insert((node, input), declared);
            if self.scopes.fills_surely(node) {
                return filled;
            }
            let met = acked::met(self.writer, node);
            let meeting = acked::meeting(self.writer, node);
            declarations.insert((node, usize::MAX), meeting);
            return quote_spanned!(at=> #filled #met);
        }
        match self.writer.graph().nodes[node].option("capacity") {
            None => quote_spanned!(at=> #slot.push(#item);),
            Some(_) => {
                let overflow = self.writer.held(&self.writer.overflow(node));
                quote_spanned!(at=> #slot.push_within(#item, &mut #overflow);)
            }
        }
    }

    /// The code of a fan-in, once all its inputs are filled.
    fn stage(&mut self, node: NodeId) -> TokenStream {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let form = self.writer.graph().nodes[node].operator.form;
        if form == Form::Zip && self.writer.plan.is_lockstep(node) {
            return self.pair(node);
        }
        let out = self.scopes.out(node);
        let is_cycle = self.writer.graph().nodes[node].is_cycle_head();
        let once = form == Form::Union && self.scopes.fills_once(node) && !is_cycle;
        let body = self.scope(out, |step| step.after(node));
        let local = self.writer.local(node);
        let (item, [body, after]) = if form == Form::Union {
            let body = acked::released(self.writer, node, body);
            (
                acked::pattern(self.writer, node),
                [body, TokenStream::new()],
            )
        } else {
            (quote!(#x), acked::met_late(self.writer, node, body))
        };
        let body = told(self.writer, body);
        match form {
            Form::Union if once && self.writer.plan.is_exclusive(node) => {
                let joined = self.writer.joined(node);
                quote_spanned!(at=> if let ::core::option::Option::Some(#item) = #joined { #body })
            }
            Form::Union if once => {
                let inputs = self.filled.remove(&node).into_iter().flatten();
                let slots = inputs.map(|input| self.writer.slot(node, input));
                quote_spanned!(at=> for #item in [#(#slots),*].into_iter().flatten() { #body })
            }
            Form::Union => {
                let queue = self.writer.queue(node);
                let demand = Demands::new(self.writer, Ask::Needed).output(node);
                let ended = demand.condition().filter(|_| is_cycle);
                let ended = ended.map(|needed| quote_spanned!(at=> if !(#needed) { break; }));
                let rest = if is_cycle {
                    round::rest(self.writer)
                } else {
                    None
                };
                quote_spanned! {at=>
                    while let ::core::option::Option::Some(#item) = #queue.pop() {
                        #body
                        #ended
                        #rest
                    }
                }
            }
            Form::Zip => {
                let pairs = self.pair_from_queues(node, &body);
                quote_spanned!(at=> #pairs #after)
            }
            _ => {
                quote_spanned!(at=> while let ::core::option::Option::Some(#x) = #local.pop() { #body } #after)
            }
        }
    }

    /// `zip` of inputs that arrive exactly once for each other.
    fn pair(&mut self, node: NodeId) -> TokenStream {
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
        if self.scopes.fills_surely(node) {
            let after = self.after(node);
            return quote_spanned!(at=> let #x = #pair; #after);
        }
        let after = self.inside(node);
        let after = acked::joined(self.writer, node, after);
        quote_spanned! {at=>
            if let (#(::core::option::Option::Some(#slots)),*) = (#(#slots),*) {
                let #x = #pair;
                #after
            }
        }
    }

    /// `zip` of inputs that wait for each other.
    fn pair_from_queues(&self, node: NodeId, body: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let each = &self.writer.graph().nodes[node];
        let queues: Vec<_> = (0..each.inputs.len())
            .map(|input| self.writer.held(&self.writer.slot(node, input)))
            .collect();
        let pair = self.writer.private_at(at, "op::pair");
        if each.option("capacity").is_none() {
            return quote_spanned! {at=>
                while let ::core::option::Option::Some(#x) = #pair((#(&mut #queues),*)) { #body }
            };
        }
        let overflow = self.writer.held(&self.writer.overflow(node));
        let pair = self.writer.private_at(at, "op::pair_within");
        quote_spanned! {at=>
            while let ::core::option::Option::Some(#x) =
                #pair((#(&mut #queues),*), &mut #overflow)
            { #body }
        }
    }
}
