//! The steps after an operator: its `?`, and everything that uses its output.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{
    Lowering, Todo,
    tree::{BlockId, Kind, Origin, Raise, Stmt},
};
use crate::{
    code::{routes, sides},
    graph::{NodeId, Port, Use},
    names::Way,
    plan::{Hand, Root},
    syntax::Special,
    table::Question,
};

impl Lowering<'_, '_, '_, '_> {
    /// Writes the steps after an operator: its fatal errors, its `?`, then everything that
    /// uses it.
    pub(super) fn after(&mut self, node: NodeId) {
        let each = &self.writer.graph().nodes[node];
        if each.runs_apart() && each.sides() > 0 {
            let x = self.writer.x();
            let items = self.block(Kind::Part, Origin::Same, Todo::Parted(node));
            let mut arms = vec![(sides::pattern(each.sides(), None, &x), items)];
            for side in 0..each.sides() {
                let body = self.part(node, Port::Side(side));
                arms.push((sides::pattern(each.sides(), Some(side), &x), body));
            }
            let at = proc_macro2::Span::call_site();
            let on = quote!(#x);
            self.push(Stmt::Match { at, on, arms });
            return;
        }
        self.parted(node);
    }

    /// As [`after`](Self::after), where errors of `? else` in a chain within the node were
    /// parted from what leaves it.
    pub(super) fn parted(&mut self, node: NodeId) {
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let x = self.writer.x();
        if each.may_be_fatal() {
            let fatal = self.writer.fatal(node);
            self.push(Stmt::Raise(Raise {
                node: Some(node),
                fatal: true,
                at,
                question: at,
                binds: true,
                value: quote_spanned!(at=> #fatal.pass(#x)),
                converts: false,
                withholds: false,
            }));
        }
        if let Some(Special::Match(arms)) = each.element.and_then(|each| each.special.as_ref()) {
            let arms = (0..arms.len()).map(|arm| {
                let body = self.part(node, Port::Arm(arm));
                (routes::pattern(self.writer, node, arm), body)
            });
            let (arms, at) = (arms.collect(), proc_macro2::Span::call_site());
            let on = quote!(#x);
            self.push(Stmt::Match { at, on, arms });
            return;
        }
        if each.diverts().is_some() {
            self.divert(node);
            return;
        }
        if each.raises().is_some() && each.operator.question == Question::Items {
            // Blamed where the `?` is, for what is said of that place once is not said again.
            let mut x = x;
            x.set_span(x.span().located_at(self.writer.raise(node).span()));
            let value = quote_spanned!(at=> #x);
            self.raise(node, &value, true);
        }
        self.then(Todo::Uses(node, Port::Items));
    }

    /// The steps after a node that gives what came earlier: what follows may have ended since.
    pub(super) fn after_where_needed(&mut self, node: NodeId) {
        let condition = self.branches.borrow_mut().given(node).condition();
        self.then_if(condition, node, Todo::After(node));
    }

    /// Parts items and errors, behind `? else`.
    fn divert(&mut self, node: NodeId) {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let items = self.part(node, Port::Items);
        let errors = self.part(node, Port::Errors);
        let divert = self.writer.divert(node);
        let on = if self.writer.keeps_diverts() {
            quote_spanned!(divert.span()=> #divert(#x))
        } else {
            let part = self.writer.private_at(divert.span(), "op::part");
            quote_spanned!(divert.span()=> #part(#x))
        };
        let arms = vec![
            (quote_spanned!(at=> ::core::result::Result::Ok(#x)), items),
            (quote_spanned!(at=> ::core::result::Result::Err(#x)), errors),
        ];
        self.push(Stmt::Match { at, on, arms });
    }

    /// The uses of one of several ways an item may take, in a block.
    fn part(&mut self, node: NodeId, port: Port) -> BlockId {
        self.block(Kind::Part, Origin::Same, Todo::Uses(node, port))
    }

    /// A bare `?` on a `Result`.
    pub(super) fn raise(&mut self, node: NodeId, result: &TokenStream, binds: bool) {
        let raise = self.writer.raise(node);
        let (at, question) = (self.writer.place(node), raise.span());
        // What is no `Result` is blamed where its constructor blames it, so once.
        let value = quote_spanned!(question=> #raise.raise(#result));
        self.push(Stmt::Raise(Raise {
            node: Some(node),
            fatal: false,
            at,
            question,
            binds,
            value,
            converts: false,
            withholds: false,
        }));
    }

    /// All uses of an output, in the order they are written.
    pub(super) fn uses(&mut self, node: NodeId, port: Port) {
        let at = self.writer.place(node);
        let uses = self.writer.graph().uses(node, port);
        if self.writer.plan.joins(node, port) {
            self.branches(node, port, uses);
            return;
        }
        if let (Port::Arm(arm), []) = (port, uses) {
            self.push(Stmt::Passes(Way::Dropped(node, arm)));
        }
        let last = uses.len().saturating_sub(1);
        for (index, &to) in uses.iter().enumerate() {
            if index == last {
                self.then(Todo::Use(node, to));
                continue;
            }
            // Braces, so that what one branch binds is not seen by the next.
            let body = self.block(Kind::Place, Origin::Same, Todo::Use(node, to));
            self.push(Stmt::Braces { at, body });
        }
    }

    /// One use of an output, among others, while that branch has not ended: else what is done
    /// there would be of no use.
    pub(super) fn use_where_needed(&mut self, node: NodeId, to: Use) {
        let condition = match self.writer.graph().only_use(node) {
            Some(_) => None,
            None => self.branches.borrow_mut().apart(node, to).condition(),
        };
        self.then_if(condition, node, Todo::UseNeeded(node, to));
    }

    /// The block that is being written ends with this, where a condition of a node holds.
    fn then_if(&mut self, condition: Option<TokenStream>, node: NodeId, todo: Todo) {
        let Some(condition) = condition else {
            return self.then(todo);
        };
        let at = self.writer.place(node);
        let body = self.block(Kind::Part, Origin::Same, todo);
        self.push(Stmt::If {
            at,
            condition,
            body,
        });
    }

    /// One use of an output.
    pub(super) fn use_of(&mut self, node: NodeId, to: Use) {
        let at = self.writer.place(node);
        let edge = &self.writer.graph().nodes[to.node].inputs[to.input];
        let x = self.writer.x();
        let take = |step: &Self| step.writer.take(step.writer.plan.hand(to));
        self.push(Stmt::Passes(Way::To(to)));
        match self.writer.plan.crossing(to) {
            _ if edge.goes_round() => {
                self.stray(to.node);
                let item = self.joined(to, take(self));
                let sent = Box::new(self.queued(to.node, quote!(#x)));
                let node = to.node;
                self.push(Stmt::Back { node, item, sent });
            }
            Some(crossing) => {
                let feed = self.writer.ring(crossing, "feed");
                let (feed, item) = (quote!(#feed), take(self));
                let send = |item| Stmt::Send {
                    node,
                    into: Root::Crossing(crossing),
                    at,
                    feed,
                    item,
                    held: None,
                };
                if !self.writer.plan.returns(crossing) {
                    self.push(send(item));
                    return;
                }
                let sent = Box::new(send(quote!(#x)));
                self.push(Stmt::Back { node, item, sent });
            }
            None => self.consume(to),
        }
    }

    /// Branches that await: all of them run at the same time, each with an item of its
    /// own.
    fn branches(&mut self, node: NodeId, port: Port, uses: &[Use]) {
        let at = self.writer.place(node);
        let (mut items, mut branches) = (TokenStream::new(), Vec::new());
        for (branch, to) in uses.iter().enumerate() {
            let own = self.writer.flag(&format!("x_{branch}"));
            let item = self.item_of_branch(node, port, branch + 1 == uses.len());
            items.extend(quote_spanned!(at=> let #own = #item;));
            let body = self.tree.open(self.block, Kind::Part, Origin::Same);
            let asked = self.branches.borrow_mut().apart(node, *to).condition();
            let condition = asked.map(|asked| {
                // What several of them may ask is asked before they begin.
                let goes_on = self.writer.flag(&format!("goes_on_{branch}"));
                items.extend(quote_spanned!(at=> let #goes_on = #asked;));
                quote!(#goes_on)
            });
            self.within(body, |step| {
                step.then_if(condition, node, Todo::UseNeeded(node, *to))
            });
            branches.push((quote!(#own), body));
        }
        self.push(Stmt::Join {
            at,
            items,
            branches,
        });
    }

    /// The item of a branch that has one of its own; the last one takes that which came.
    fn item_of_branch(&self, node: NodeId, port: Port, is_last: bool) -> TokenStream {
        let x = self.writer.x();
        match self.writer.plan.hand_at_output(node, port) {
            Hand::Own if is_last => quote!(#x),
            Hand::Own => self.writer.take(Hand::Lend(node, port)),
            lent => self.writer.take(lent),
        }
    }
}
