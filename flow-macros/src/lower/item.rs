//! An item at an input of a node, by the behaviour of the operator.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{
    Lowering, Todo,
    tree::{BlockId, Kind, Origin, Stmt},
};
use crate::{
    code::{observe, rests, sides},
    graph::{NodeId, Port, Use},
    names::Writer,
    plan::{Hand, Root},
    table::{Form, Memory, Output, Question, Role, Waits},
};

impl Lowering<'_, '_, '_, '_> {
    /// The code of a node for an item at one of its inputs.
    pub(super) fn consume(&mut self, to: Use) {
        let node = to.node;
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let item = self.writer.take(self.writer.plan.hand(to));
        let op = self.writer.local(node);
        if each.is_cut() {
            self.enter_cut(node, &item);
            return;
        }
        if self.writer.adapted(node).is_some() {
            self.then(Todo::After(node));
            return;
        }
        match each.behaviour.role {
            // They take nothing.
            Role::Source | Role::Inlet => {}
            Role::Stage => self.through(node, item),
            Role::Split => {
                let given = self.given(node, &item, |item| quote_spanned!(at=> #op(#item)));
                self.bind(node, given);
            }
            Role::FanIn if each.behaviour.is_union() => {
                let item = self.joined(to, item);
                self.fill(to, item);
            }
            Role::FanIn => self.fill(to, item),
            Role::Sink => self.sink(to, &item),
            Role::Outlet => self.leave(node, None, &item),
            Role::Side => {
                let sides = self.writer.graph().sides();
                let side = sides.iter().position(|side| *side == node);
                self.leave(node, side, &item);
            }
        }
    }

    /// An item goes through an operator that stands in a chain.
    fn through(&mut self, node: NodeId, item: TokenStream) {
        let at = self.writer.place(node);
        let behaviour = self.writer.graph().nodes[node].behaviour;
        let op = self.writer.local(node);
        match (behaviour.memory, behaviour.output) {
            (Memory::Chains, _) => self.keyed(node, item),
            (Memory::Asked, _) => self.asked(node, &item),
            (Memory::None, _) if behaviour.tells_source => {
                self.push(Stmt::Meta { node, at, item });
                self.then(Todo::After(node));
            }
            (Memory::None, _) if self.writer.is_between_parts(node) => {
                let future = self.future(node, &item);
                self.push(Stmt::Await { at, future });
                self.then(Todo::After(node));
            }
            (Memory::None, output) => {
                let call = self.called_with(node, &item);
                match output {
                    Output::Same => self.pass(node, quote_spanned!(at=> #call;)),
                    Output::Test => self.test(node, call),
                    Output::Option => self.select(node, call),
                    Output::Many => self.several(node, call),
                    Output::One | Output::None | Output::Value => self.bind(node, call),
                }
            }
            (_, Output::Many) => self.each(node, quote_spanned!(at=> #op.push(#item))),
            _ => {
                let push = quote_spanned!(at=> #op.push(#item));
                let body = self.block(Kind::Part, Origin::Pushed(node), Todo::Held(node));
                self.push(Stmt::Hold {
                    node,
                    at,
                    push,
                    body,
                });
            }
        }
    }

    /// The code that calls an operator: nothing else depends on its form.
    fn called_with(&mut self, node: NodeId, item: &TokenStream) -> TokenStream {
        let (at, op, x) = (
            self.writer.place(node),
            self.writer.local(node),
            self.writer.x(),
        );
        let is_value = self.writer.is_value(node);
        match self.writer.graph().nodes[node].operator.form {
            Form::Look => quote_spanned!(at=> #op(&#x)),
            Form::Tick => quote_spanned!(at=> #op.tick()),
            Form::Pace => {
                let time = observe::paced(self.writer, node, quote_spanned!(at=> #op.wait()));
                quote_spanned!(at=> #time.await)
            }
            Form::Show => quote_spanned!(at=> #op.show(&#x).await),
            Form::Test if !is_value => quote_spanned!(at=> #op(&#x)),
            Form::Test | Form::Gate => quote_spanned!(at=> #op.admit(&#x)),
            Form::Await | Form::Job => {
                let future = self.future(node, item);
                quote_spanned!(at=> #future.await)
            }
            Form::AwaitSelect => quote_spanned!(at=> #op.run(#item).await),
            Form::Flatten => self.given(node, item, Clone::clone),
            Form::Call if is_value => {
                self.given(node, item, |item| quote_spanned!(at=> #op.call(#item)))
            }
            _ => self.given(node, item, |item| quote_spanned!(at=> #op(#item))),
        }
    }

    /// Several items come of one.
    fn several(&mut self, node: NodeId, given: TokenStream) {
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

    /// An item into an operator of the user's, which says what it holds.
    fn asked(&mut self, node: NodeId, item: &TokenStream) {
        let (at, op) = (self.writer.place(node), self.writer.local(node));
        if self.writer.plan.keeps(node) {
            let (op, rest) = (self.writer.held(&op), self.writer.rest_of(node));
            let item = quote_spanned!(at=> ::core::option::Option::Some(#item));
            let kept = quote_spanned!(at=> #rest.put(&mut #op, #item));
            self.push(Stmt::Code(rests::keep(self.writer, node, &kept)));
            return;
        }
        let pass = self.writer.private_at(at, "op::Pass");
        let given = quote_spanned! {at=> {
            #[allow(unused_imports)]
            use #pass as _;
            #op.pass(#item)
        }};
        self.each(node, given);
    }

    /// An item into a sink.
    fn sink(&mut self, to: Use, item: &TokenStream) {
        let node = to.node;
        let at = self.writer.place(node);
        let op = self.writer.local(node);
        let x = self.writer.x();
        let each = &self.writer.graph().nodes[node];
        let asks = each.operator.question == Question::Function;
        let values = each.behaviour.has_value();
        match each.behaviour.waits {
            _ if !values && !each.behaviour.needs_items() => {
                // clippy blames users for a `drop` of what has no `Drop`.
                if self.writer.plan.hand(to) == Hand::Own {
                    let dropped = self.writer.private_at(at, "op::dropped");
                    self.push(Stmt::Code(quote_spanned!(at=> #dropped(#x);)));
                }
            }
            Waits::Never if !values => self.call(node, quote_spanned!(at=> #op(#item))),
            Waits::Always if !values => {
                let future = self.called(node, item);
                let future = observe::job(self.writer, node, future);
                self.call(node, quote_spanned!(at=> #future.await));
            }
            Waits::Depends => {
                let code = quote_spanned!(at=> #op.push(#item).await;);
                self.push(Stmt::Sink { node, code });
            }
            _ if asks => self.call(node, quote_spanned!(at=> #op.push(#item))),
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
                into: Root::Results(node),
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
        let lends = self.writer.graph().nodes[node].behaviour.memory != Memory::None;
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
        let needed = self.needed().giving(node).output(node);
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
    fn ended(&self, node: NodeId, at: Span) -> Option<TokenStream> {
        let demand = self.needed().giving(node).output(node);
        let needed = demand.condition()?;
        Some(quote_spanned!(at=> if !(#needed) { break; }))
    }

    /// Returns what comes after an operator, in a block.
    pub(super) fn inside(&mut self, node: NodeId, kind: Kind, origin: Origin) -> BlockId {
        self.block(kind, origin, Todo::After(node))
    }
}
