//! An item at an input of a node, by the form of the operator.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{
    Lowering, Todo,
    tree::{BlockId, Kind, Origin, Stmt},
};
use crate::{
    code::{
        demand::{Ask, Demands},
        observe, rests, sides,
    },
    graph::{NodeId, Port, Use},
    names::Writer,
    plan::Hand,
    table::{Form, Question},
};

impl Lowering<'_, '_, '_, '_> {
    /// The code of a node for an item at one of its inputs.
    pub(super) fn consume(&mut self, to: Use) {
        let node = to.node;
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let item = self.writer.take(self.writer.plan.hand(to));
        let op = self.writer.local(node);
        let x = self.writer.x();
        if each.is_cut() {
            self.enter_cut(node, &item);
            return;
        }
        if self.writer.adapted(node).is_some() {
            self.then(Todo::After(node));
            return;
        }
        let form = each.operator.form;
        match form {
            Form::Call if self.writer.is_value(node) => {
                let given = self.given(node, &item, |item| quote_spanned!(at=> #op.call(#item)));
                self.bind(node, given);
            }
            Form::Call | Form::Match => {
                let given = self.given(node, &item, |item| quote_spanned!(at=> #op(#item)));
                self.bind(node, given);
            }
            Form::Await | Form::Job => {
                let future = self.future(node, &item);
                self.bind(node, quote_spanned!(at=> #future.await));
            }
            Form::Meta => {
                self.push(Stmt::Meta { node, at, item });
                self.then(Todo::After(node));
            }
            Form::Look => self.pass(node, quote_spanned!(at=> #op(&#x);)),
            Form::Tick => self.pass(node, quote_spanned!(at=> #op.tick();)),
            Form::Pace => self.pass(node, quote_spanned!(at=> #op.wait().await;)),
            Form::Show => self.pass(node, quote_spanned!(at=> #op.show(&#x).await;)),
            Form::Test if self.writer.is_value(node) => {
                self.test(node, quote_spanned!(at=> #op.admit(&#x)));
            }
            Form::Test => self.test(node, quote_spanned!(at=> #op(&#x))),
            Form::Gate => self.test(node, quote_spanned!(at=> #op.admit(&#x))),
            Form::Select => {
                let given = self.given(node, &item, |item| quote_spanned!(at=> #op(#item)));
                self.select(node, given);
            }
            Form::AwaitSelect => self.select(node, quote_spanned!(at=> #op.run(#item).await)),
            Form::Each | Form::Flatten => {
                let given = self.given(node, &item, |item| match form {
                    Form::Flatten => item.clone(),
                    _ => quote_spanned!(at=> #op(#item)),
                });
                if self.writer.plan.leaves_whole(node) {
                    self.push(Stmt::Leave {
                        side: None,
                        item: given,
                    });
                } else if self.writer.plan.keeps(node) {
                    self.keep(node, given);
                } else {
                    self.each(node, given);
                }
            }
            Form::HoldMany => self.each(node, quote_spanned!(at=> #op.push(#item))),
            Form::Keyed => self.keyed(node, item),
            Form::Via if self.writer.plan.keeps(node) => {
                let (op, rest) = (self.writer.held(&op), self.writer.rest_of(node));
                let item = quote_spanned!(at=> ::core::option::Option::Some(#item));
                let kept = quote_spanned!(at=> #rest.put(&mut #op, #item));
                self.push(Stmt::Code(rests::keep(self.writer, node, &kept)));
            }
            Form::Via => {
                let pass = self.writer.private_at(at, "op::Pass");
                let given = quote_spanned! {at=> {
                    #[allow(unused_imports)]
                    use #pass as _;
                    #op.pass(#item)
                }};
                self.each(node, given);
            }
            Form::Hold | Form::Slide => {
                let push = quote_spanned!(at=> #op.push(#item));
                let body = self.block(Kind::Part, Origin::Pushed(node), Todo::Held(node));
                self.push(Stmt::Hold {
                    node,
                    at,
                    push,
                    body,
                });
            }
            Form::Union => {
                let item = self.joined(to, item);
                self.fill(to, item);
            }
            Form::Zip | Form::Lanes => self.fill(to, item),
            // Sources take nothing, and cuts are above.
            Form::Iterator | Form::Stream | Form::Inlet | Form::Cut => {}
            _ => self.sink(to, &item),
        }
    }

    /// An item into a sink, or out of the flow.
    fn sink(&mut self, to: Use, item: &TokenStream) {
        let node = to.node;
        let at = self.writer.place(node);
        let op = self.writer.local(node);
        let x = self.writer.x();
        let each = &self.writer.graph().nodes[node];
        let asks = each.operator.question == Question::Function;
        match each.operator.form {
            Form::SinkCall => self.call(node, quote_spanned!(at=> #op(#item))),
            Form::SinkAwait => {
                let future = self.called(node, item);
                let future = observe::job(self.writer, node, future);
                self.call(node, quote_spanned!(at=> #future.await));
            }
            Form::SinkPush if asks => self.call(node, quote_spanned!(at=> #op.push(#item))),
            Form::SinkSend => {
                let code = quote_spanned!(at=> #op.push(#item).await;);
                self.push(Stmt::Sink { node, code });
            }
            Form::Drain => {
                // clippy blames users for a `drop` of what has no `Drop`.
                if self.writer.plan.hand(to) == Hand::Own {
                    let dropped = self.writer.private_at(at, "op::dropped");
                    self.push(Stmt::Code(quote_spanned!(at=> #dropped(#x);)));
                }
            }
            Form::Outlet => self.leave(node, None, item),
            Form::Side => {
                let sides = self.writer.graph().sides();
                let side = sides.iter().position(|side| *side == node);
                self.leave(node, side, item);
            }
            _ => {
                // An item that does not fit is blamed where the constructor blames it, so once;
                // a clone of one where it is made.
                let item = match self.writer.plan.hand(to) {
                    Hand::Own => Writer::placed(at, item.clone()),
                    _ => item.clone(),
                };
                let code = match self.writer.fills(node) {
                    // What the iterator gives that fills it.
                    true => item,
                    false => quote_spanned!(at=> #op.push(#item);),
                };
                self.push(Stmt::Sink { node, code });
            }
        }
    }

    /// A sink's call, with its `?`.
    fn call(&mut self, node: NodeId, call: TokenStream) {
        let at = self.writer.place(node);
        match self.writer.graph().nodes[node].raises() {
            Some(_) => self.raise(node, &call, false),
            None => self.push(Stmt::Code(quote_spanned!(at=> #call;))),
        }
    }

    /// Writes how an item leaves the flow at its open end, or a chain within it; `side`: by a
    /// `? else` there.
    fn leave(&mut self, node: NodeId, side: Option<usize>, item: &TokenStream) {
        let item = item.clone();
        if self.writer.out.is_some() {
            self.push(Stmt::Leave { side, item });
            return;
        }
        let item = sides::wrapped(self.writer, side, item);
        self.push(Stmt::Give { node, item });
    }

    /// An item into a cut.
    fn enter_cut(&mut self, node: NodeId, item: &TokenStream) {
        let at = self.writer.place(node);
        let feed = self.writer.feed(node);
        let feed = quote_spanned!(at=> #feed);
        if self.writer.graph().nodes[node].runs_jobs() {
            let future = self.future(node, item);
            self.push(Stmt::Start {
                node,
                at,
                feed,
                future,
                held: None,
            });
        } else {
            let item = item.clone();
            self.push(Stmt::Send {
                node,
                at,
                feed,
                item,
                held: None,
            });
        }
    }

    /// `let x = value;`
    fn bind(&mut self, node: NodeId, value: TokenStream) {
        let at = self.writer.place(node);
        self.push(Stmt::Let { at, value });
        self.then(Todo::After(node));
    }

    /// Code that lets the item pass.
    fn pass(&mut self, node: NodeId, code: TokenStream) {
        self.push(Stmt::Code(code));
        self.then(Todo::After(node));
    }

    /// `if condition { … }`
    fn test(&mut self, node: NodeId, condition: TokenStream) {
        let at = self.writer.place(node);
        let body = self.inside(node, Kind::Part, Origin::Same);
        self.push(Stmt::If {
            at,
            condition,
            body,
        });
    }

    /// `if let Some(x) = value { … }`
    fn select(&mut self, node: NodeId, value: TokenStream) {
        let at = self.writer.place(node);
        let x = self.writer.x();
        let body = self.inside(node, Kind::Part, Origin::Same);
        self.push(Stmt::IfSome {
            at,
            pattern: quote_spanned!(at=> #x),
            value,
            body,
            otherwise: TokenStream::new(),
        });
    }

    /// A loop over what one item gives, ended where nobody needs more.
    fn each(&mut self, node: NodeId, items: TokenStream) {
        let at = self.writer.place(node);
        let lends = matches!(
            self.writer.graph().nodes[node].operator.form,
            Form::HoldMany | Form::Via
        );
        let body = match lends {
            true => self.block(Kind::LentLoop, Origin::Pushed(node), Todo::Held(node)),
            false => self.inside(node, Kind::Loop, Origin::Same),
        };
        let ended = self.ended(node, at);
        let stops = !lends && self.writer.may_stop();
        self.push(Stmt::Each {
            node,
            at,
            items,
            body,
            ended,
            published: None,
            stops,
        });
    }

    /// Keeps what an item gives, to be taken one by one.
    pub(super) fn keep(&mut self, node: NodeId, mut given: TokenStream) {
        let (at, rest) = (self.writer.place(node), self.writer.rest_of(node));
        if self.writer.may_stop() {
            let stop = self.writer.flag("stop");
            given = quote_spanned!(at=> #stop.each(#given));
        }
        let kept = quote_spanned!(at=> #rest.push(#given));
        self.push(Stmt::Code(rests::keep(self.writer, node, &kept)));
    }

    /// The chain of a key, and a loop over what comes out of it.
    pub(super) fn keyed(&mut self, node: NodeId, item: TokenStream) {
        let body = self.block(Kind::LentLoop, Origin::Same, Todo::Held(node));
        let needed = Demands::new(self.writer, Ask::Needed).output(node);
        let sides = 0..self.writer.graph().nodes[node].sides();
        let sides = sides
            .map(|side| {
                let uses = Todo::Uses(node, Port::Side(side));
                self.block(Kind::LentLoop, Origin::Same, uses)
            })
            .collect();
        self.push(Stmt::Keyed {
            node,
            item,
            body,
            needed: needed.condition(),
            sides,
        });
    }

    /// Writes what ends a loop where nobody needs more of what a node gives.
    pub(super) fn ended(&self, node: NodeId, at: Span) -> Option<TokenStream> {
        let demand = Demands::new(self.writer, Ask::Needed).output(node);
        let needed = demand.condition()?;
        Some(quote_spanned!(at=> if !(#needed) { break; }))
    }

    /// Returns what comes after an operator, in a block.
    pub(super) fn inside(&mut self, node: NodeId, kind: Kind, origin: Origin) -> BlockId {
        self.block(kind, origin, Todo::After(node))
    }
}
