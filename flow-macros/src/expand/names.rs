//! The names in an expansion.
//!
//! ```text
//! readings           the operator at the end of the chain `readings`
//! map_3              any other operator, by its place in the graph
//! item_3  error_3    the witnesses of what comes out of it
//! fatal_3            ends the flow with its fatal errors, past any `?`
//! raise_3            its `?`: makes its errors the flow's
//! divert_3           its `? else`: parts items and errors
//! clone_readings     clones its items for a branch
//! union_4_0          the slot of the first input of a fan-in
//! partition_5_tokens the tokens of what it holds
//! lines_0_acks       what commits the items of a source that acknowledges
//! token              the token of the item on its way
//! x                  the item on its way
//! ```
//!
//! All are hygienic: they neither capture the user's variables nor are seen
//! by them.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{inner::Copies, pieces};

use crate::{
    graph::{Graph, Node, NodeId, Port, Use},
    operators::Form,
    plan::{Hand, Plan, Root, Shape, Waits},
    syntax::Attributes,
};

/// A plan, and what the names in its expansion are.
#[derive(Clone)]
pub struct Writer<'p, 'g, 's> {
    /// What is to be written.
    pub plan: &'p Plan<'g, 's>,
    /// The runtime crate, by the name the user gives it.
    pub krate: &'p TokenStream,
    /// `#![error = …]`.
    pub error: Option<&'s syn::Type>,
    /// Whether the code is lent what it works on: then locals are references.
    pub lent: bool,
    /// What the operators are copied for, in a chain within an element.
    pub copies: Option<Copies>,
    /// Whether this is a piece of a flow, or a chain within one: what is built is `Clone`
    /// when what it is made of is.
    pub in_piece: bool,
    /// Whether the flow goes on behind an error that is not fatal, and so has to
    /// be told of one that is.
    pub ends_when_fatal: bool,
    /// Whether errors in the chain of a key are kept until its end.
    pub collects: bool,
    /// Whether an error drops what runs beside it.
    pub cancels: bool,
    /// Which nodes the chain is within.
    path: String,
    locals: Vec<String>,
    taken: BTreeSet<String>,
    /// Where names resolve: as in the body of `flow!`.
    hygiene: Span,
}

impl<'p, 'g, 's> Writer<'p, 'g, 's> {
    /// Names everything in a plan.
    pub fn new(plan: &'p Plan<'g, 's>, krate: &'p TokenStream, attributes: Attributes<'s>) -> Self {
        let locals = locals(plan.graph);
        Self {
            plan,
            krate,
            error: attributes.error,
            lent: false,
            copies: None,
            in_piece: matches!(plan.shape(), Shape::Piece(..)),
            ends_when_fatal: matches!(plan.shape(), Shape::Open(_)) && plan.graph.may_be_fatal(),
            collects: false,
            cancels: attributes.cancels,
            path: String::new(),
            taken: locals.iter().cloned().collect(),
            locals,
            hygiene: krate
                .clone()
                .into_iter()
                .next()
                .map_or_else(Span::mixed_site, |first| first.span()),
        }
    }

    fn attributes(&self) -> Attributes<'s> {
        Attributes {
            error: self.error,
            cancels: self.cancels,
        }
    }

    /// The same names, in code that is lent what it works on.
    pub fn lending(&self) -> Self {
        Self {
            lent: true,
            ..self.clone()
        }
    }

    /// The same names, in the end of a chain: errors are kept until all has left.
    pub fn collecting(&self) -> Self {
        Self {
            collects: self.copies.is_some() && self.plan.fails,
            ..self.clone()
        }
    }

    /// What names the chain within a node.
    pub fn within(&self, node: NodeId) -> Self {
        let scattered = self.graph().nodes[node].operator.name == "scatter";
        let copies = match self.copies {
            Some(Copies::PerWorker) => Copies::PerWorker,
            _ if scattered => Copies::PerWorker,
            _ => Copies::PerKey,
        };
        let mut within = Self::new(&self.plan.inner[&node], self.krate, self.attributes());
        within.copies = Some(copies);
        within.in_piece = self.in_piece;
        within.ends_when_fatal = self.ends_when_fatal && within.graph().may_be_fatal();
        within.path = format!("{}_{node}", self.path);
        within
    }

    /// A local, also where it is lent.
    pub fn held(&self, local: &Ident) -> TokenStream {
        if self.lent {
            quote!((*#local))
        } else {
            quote!(#local)
        }
    }

    /// Whether what leaves is a `Result`: a bare `?` may end it, and there is
    /// nobody else to be told.
    pub fn leaves_results(&self) -> bool {
        self.plan.fails && (self.copies.is_none() || self.plan.waits != Waits::Never)
    }

    /// Returns whether there is a local that parts items and errors. In what is copied
    /// nothing is kept for that.
    pub fn keeps_diverts(&self) -> bool {
        self.copies.is_none() && !self.in_piece
    }

    /// Returns whether the flow waits at its open end, and for nothing else.
    pub fn is_coroutine(&self) -> bool {
        let outlet = match self.plan.shape() {
            Shape::Lazy(outlet) | Shape::Piece(_, outlet) => outlet,
            Shape::Closed | Shape::Open(_) => return false,
        };
        self.copies.is_none() && self.plan.waits == Waits::Never && !self.plan.leaves_once(outlet)
    }

    /// Whether the code asks whether the flow is to stop.
    pub fn may_stop(&self) -> bool {
        self.plan.waits != Waits::Never && self.plan.shape() == Shape::Closed
    }

    /// Whether an output's items are cloned for branches that run at the same
    /// time.
    pub fn clones_for_branches(&self, node: NodeId, port: Port) -> bool {
        self.plan.joins(node, port) && self.plan.hand_at_output(node, port) == Hand::Own
    }

    /// What leaves a flow with an open end goes here.
    pub fn outbox(&self) -> Ident {
        self.flag("out")
    }

    /// Names written after the graph alone, where there is no plan.
    pub fn graph(&self) -> &'g Graph<'s> {
        self.plan.graph
    }

    fn ident(&self, text: &str, span: Span) -> Ident {
        let span = self.at(span);
        match text.strip_prefix("r#") {
            Some(word) => Ident::new_raw(word, span),
            None => Ident::new(text, span),
        }
    }

    /// Our code at the place of a token of the user's: rustc blames the token
    /// for it, and what it has said of a place once it does not say again.
    pub fn at(&self, span: Span) -> Span {
        span.resolved_at(self.hygiene)
    }

    /// Our code for a node, at the place of its word.
    pub fn place(&self, node: NodeId) -> Span {
        self.at(self.graph().nodes[node].span)
    }

    /// The runtime crate, named at the place of a token of the user's.
    fn krate_at(&self, at: Span) -> TokenStream {
        let tokens = self.krate.clone().into_iter().map(|mut token| {
            token.set_span(at);
            token
        });
        tokens.collect()
    }

    /// The local that an operator is bound to.
    pub fn local(&self, node: NodeId) -> Ident {
        self.ident(&self.locals[node], self.graph().nodes[node].span)
    }

    /// A name of ours that is none of the user's stages.
    fn free(&self, mut text: String, span: Span) -> Ident {
        while self.taken.contains(&text) {
            text.push('_');
        }
        self.ident(&text, span)
    }

    fn beside(&self, node: NodeId, prefix: &str, suffix: &str) -> Ident {
        let local = self.locals[node].trim_start_matches("r#");
        self.ident(
            &format!("{prefix}{local}{suffix}"),
            self.graph().nodes[node].span,
        )
    }

    fn numbered(&self, prefix: &str, node: NodeId) -> Ident {
        self.free(format!("{prefix}_{node}"), self.graph().nodes[node].span)
    }

    /// The item on its way.
    pub fn x(&self) -> Ident {
        self.flag("x")
    }

    /// A flag of a loop.
    pub fn flag(&self, name: &str) -> Ident {
        self.free(name.to_string(), Span::mixed_site())
    }

    /// The witness of an output.
    pub fn witness(&self, node: NodeId, port: Port) -> Ident {
        match port {
            Port::Items => self.numbered("item", node),
            Port::Errors => self.numbered("error", node),
            Port::Arm(arm) => self.beside(node, "", &format!("_arm_{arm}_item")),
        }
    }

    /// The witness of what flows into a node with one input, at the place of
    /// what reads it.
    pub fn input_witness(&self, node: &Node<'_>, span: Span) -> Option<Ident> {
        let edge = node.inputs.first()?;
        Some(self.witness_at(edge.from, edge.port, self.at(span)))
    }

    /// The witness of an output, at the place of what reads it.
    pub fn witness_at(&self, node: NodeId, port: Port, at: Span) -> Ident {
        let mut witness = self.witness(node, port);
        witness.set_span(at);
        witness
    }

    /// What makes a node's errors the flow's.
    pub fn raise(&self, node: NodeId) -> Ident {
        self.at_question(node, self.numbered("raise", node))
    }

    /// What ends the flow with a node's fatal errors.
    pub fn fatal(&self, node: NodeId) -> Ident {
        self.numbered("fatal", node)
    }

    fn at_question(&self, node: NodeId, mut name: Ident) -> Ident {
        let element = self.graph().nodes[node].element;
        if let Some(question) = element.and_then(|element| element.question.as_ref()) {
            name.set_span(self.at(question.span));
        }
        name
    }

    /// What parts a node's items and errors.
    pub fn divert(&self, node: NodeId) -> Ident {
        self.at_question(node, self.numbered("divert", node))
    }

    /// What makes an input of a union an item of its first.
    pub fn join(&self, to: Use) -> Ident {
        let edge = &self.graph().nodes[to.node].inputs[to.input];
        let mut join = self.beside(to.node, "join_", &format!("_{}", to.input));
        join.set_span(self.at(edge.span));
        join
    }

    /// What clones an output for a branch.
    pub fn cloner(&self, node: NodeId, port: Port) -> Ident {
        match port {
            Port::Items => self.beside(node, "clone_", ""),
            Port::Errors => self.beside(node, "clone_", "_error"),
            Port::Arm(arm) => self.beside(node, "clone_", &format!("_arm_{arm}")),
        }
    }

    /// The slot, or the queue, of an input of a fan-in.
    pub fn slot(&self, node: NodeId, input: usize) -> Ident {
        self.beside(node, "", &format!("_{input}"))
    }

    /// The slot that the inputs of a union share, where only one is ever filled.
    pub fn joined(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_joined")
    }

    /// The type of what a `match` gives: one variant an arm.
    pub fn routes(&self, node: NodeId) -> Ident {
        self.numbered(&format!("Match{}", self.path), node)
    }

    /// The queue that a union's inputs share.
    pub fn queue(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_queue")
    }

    /// The queue of what an operator that holds gives at the end of input.
    pub fn stash(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_stash")
    }

    /// The error of a `zip` that more than its capacity wait for.
    pub fn overflow(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_overflow")
    }

    /// Whether a root or a fan-in has not ended.
    pub fn open(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_open")
    }

    /// The tokens of what a node holds.
    pub fn tokens(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_tokens")
    }

    /// What commits the items of a source that acknowledges.
    pub fn acks(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_acks")
    }

    /// The witness of what such a source says of its items.
    pub fn meta(&self, node: NodeId) -> Ident {
        self.numbered("meta", node)
    }

    /// The ways round that lead back to a segment from other regions.
    pub fn round(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_round")
    }

    /// Whether a segment that something comes back to is still fed otherwise.
    pub fn fed(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_fed")
    }

    /// How many futures a cut runs at once.
    pub fn limit(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_limit")
    }

    /// What is made of `timeout` and `retry`.
    pub fn attempts(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_attempts")
    }

    /// The witness of what a function that may be tried again fails with.
    pub fn failure(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_failure")
    }

    /// Makes the future of an item, for a cut that runs it.
    pub fn call_of(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_call")
    }

    /// A cut: the futures that it runs, or what it holds.
    pub fn cut(&self, node: NodeId) -> Ident {
        let runs = self.graph().nodes[node].runs_jobs();
        self.beside(node, "", if runs { "_jobs" } else { "_cut" })
    }

    /// What `by_key` keeps for its keys.
    pub fn keys(&self, node: NodeId) -> Ident {
        match self.graph().nodes[node].watches_keys() {
            true => self.beside(node, "", "_keys"),
            false => self.local(node),
        }
    }

    /// Where a cut is fed.
    pub fn feed(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_feed")
    }

    /// What comes out of a cut.
    pub fn results(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_results")
    }

    /// A ring between two regions, its feed, and what comes out of it.
    pub fn ring(&self, crossing: usize, part: &str) -> Ident {
        let crossing = &self.plan.crossings[crossing];
        self.beside(
            crossing.to.node,
            "",
            &format!("_{}_{part}", crossing.to.input),
        )
    }

    /// The loop of a region, named after what it pulls from first.
    pub fn region(&self, region: usize) -> Ident {
        match self.plan.regions[region].roots[0] {
            Root::Source(node) => self.beside(node, "", "_region"),
            Root::Results(node) => self.beside(node, "after_", ""),
            Root::Crossing(crossing) => {
                self.beside(self.plan.crossings[crossing].to.node, "", "_region")
            }
        }
    }

    /// The program's side of an inlet.
    pub fn mailbox(&self, node: NodeId) -> Ident {
        self.beside(node, "", "_mailbox")
    }

    /// Whether an outlet waits.
    pub fn wait(&self, node: NodeId) -> Ident {
        self.numbered("wait", node)
    }

    /// One of the items expansions name.
    pub fn private(&self, path: TokenStream) -> TokenStream {
        let krate = self.krate;
        quote!(#krate::__private::#path)
    }

    /// As [`private`](Self::private), at the place of a token of the user's.
    pub fn private_at(&self, at: Span, path: &str) -> TokenStream {
        let krate = self.krate_at(at);
        let path = path.split("::").map(|word| Ident::new(word, at));
        quote_spanned!(at=> #krate::__private #(::#path)*)
    }

    /// A call of a constructor: its name has the span of the user's word, so
    /// that an editor shows its documentation there and rustc blames it there.
    pub fn call(&self, span: Span, name: &str, inside: &TokenStream) -> TokenStream {
        self.call_generic(span, name, &TokenStream::new(), inside)
    }

    /// As [`call`](Self::call), with a `::<…>`.
    pub fn call_generic(
        &self,
        span: Span,
        name: &str,
        generics: &TokenStream,
        inside: &TokenStream,
    ) -> TokenStream {
        let at = self.at(span);
        let (path, mode) = self.constructor(span, name);
        quote_spanned!(at=> #path #generics(#mode #inside))
    }

    /// As [`call_generic`](Self::call_generic), where rustc is to blame the word
    /// for a function that does not fit.
    pub fn call_blamed(
        &self,
        span: Span,
        name: &str,
        generics: &TokenStream,
        inside: &TokenStream,
    ) -> TokenStream {
        let at = self.at(span);
        let (path, mode) = self.constructor(span, name);
        // What is called is not a path, so rustc does not go on from its bounds to
        // the argument.
        quote_spanned!(at=> (&#path #generics)(#mode #inside))
    }

    /// A constructor, and its first argument where it builds what is copied.
    fn constructor(&self, span: Span, name: &str) -> (TokenStream, TokenStream) {
        let at = self.at(span);
        let held = self.in_piece && pieces::builds(name, self.copies);
        let name = match held && self.copies.is_some() {
            true => format_ident!("{name}_held", span = at),
            false => Ident::new(name, at),
        };
        let krate = self.krate_at(at);
        if held && self.copies.is_none() {
            let path = quote_spanned!(at=> #krate::__private::piece::#name);
            return (path, TokenStream::new());
        }
        match self.copies.and_then(|copies| copies.constructor(&name)) {
            Some(mode) => {
                let mode = Ident::new(mode, at);
                let path = quote_spanned!(at=> #krate::__private::copied);
                (
                    quote_spanned!(at=> #path::#name),
                    quote_spanned!(at=> #path::#mode,),
                )
            }
            None => (
                quote_spanned!(at=> #krate::__private::op::#name),
                TokenStream::new(),
            ),
        }
    }

    /// Where a stage is: what its errors say.
    pub fn stage(&self, node: NodeId) -> TokenStream {
        let each = &self.graph().nodes[node];
        let (name, operator) = (each.stage(), each.operator.name);
        let start = each.span.start();
        let position = format!(":{}:{}", start.line, start.column + 1);
        let stage = self.private(quote!(op::Stage));
        quote! {
            #stage {
                name: #name,
                operator: #operator,
                location: ::core::concat!(::core::file!(), #position),
            }
        }
    }

    /// An item as a hand gives it to one who keeps it.
    pub fn take(&self, hand: Hand) -> TokenStream {
        let x = self.x();
        match hand {
            Hand::Own => quote!(#x),
            Hand::Lend(node, port) => {
                let mut cloner = self.cloner(node, port);
                // Where it was built, so that rustc says once what is wrong with it.
                let at = self.lent_at(node, port);
                let at = at.map_or_else(|| self.place(node), |span| self.at(span));
                cloner.set_span(at);
                quote_spanned!(at=> #cloner(&#x))
            }
        }
    }

    /// The first use of an output that gets a clone of the item, where one does.
    pub fn lent_at(&self, node: NodeId, port: Port) -> Option<Span> {
        let graph = self.graph();
        let all = self.clones_for_branches(node, port);
        let lent = |to: &Use| all || self.plan.hand(*to) == Hand::Lend(node, port);
        let to = graph.uses(node, port).into_iter().find(lent)?;
        Some(graph.nodes[to.node].inputs[to.input].span)
    }
}

/// A name for every node: the user's where a chain's name names what comes out
/// of it, else the operator's and its number. A name in capitals is not used: a
/// constant or a variant of that name could not be shadowed.
fn locals(graph: &Graph<'_>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let named = |id: NodeId| {
        let node = &graph.nodes[id];
        node.chain
            .filter(|_| node.names_end)
            .map(ToString::to_string)
            .filter(|name| !name.starts_with(char::is_uppercase))
    };
    let mut locals: Vec<Option<String>> = (0..graph.nodes.len()).map(named).collect();
    taken.extend(locals.iter().flatten().cloned());
    for (id, local) in locals.iter_mut().enumerate() {
        if local.is_none() {
            let operator = graph.nodes[id].operator;
            let word = if operator.form == Form::Inlet {
                "inlet"
            } else {
                operator.name
            };
            let mut name = format!("{word}_{id}");
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            *local = Some(name);
        }
    }
    locals.into_iter().flatten().collect()
}
