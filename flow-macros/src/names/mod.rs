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

mod adapted;
mod calls;
mod chains;
mod copies;
mod errors;
mod idents;
mod leaving;
mod locals;
mod observing;
mod turns;

use std::{cell::OnceCell, rc::Rc};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Lifetime;

use self::locals::locals;
pub use self::{
    chains::Chains,
    copies::Copies,
    errors::{OnError, error_type, raised_result},
    idents::{flag, turn_flag},
    leaving::{Bodies, Out},
    locals::Local,
    observing::{Counting, Edge, Held, Job, Observing, Queue, WaitsAt, Way},
    turns::Turns,
};
use crate::{
    graph::{Graph, NodeId, Port, Use},
    plan::{Hand, Plan, Root, Shape, Waits},
    sorted::Set,
    syntax::{Observe, Settings, Syntax},
    table::Within,
};

/// A plan, and what the names in its expansion are.
#[derive(Clone)]
pub struct Writer<'p, 'g, 's> {
    /// The plan to be written.
    pub plan: &'p Plan<'g, 's>,
    /// The runtime crate, by the name the user gives it.
    pub krate: &'p TokenStream,
    /// Writes the chains of keys that steps meet.
    pub chains: &'p dyn Chains,
    /// `#![error = …]`.
    pub error: Option<&'s syn::Type>,
    /// True when the code is lent what it works on: then locals are references.
    pub lent: bool,
    /// True when it may only look at it.
    pub looks: bool,
    /// The owner of the copies, in a chain within an element.
    pub copies: Option<Copies>,
    /// True when this is a piece of a flow, or a chain within one: what is built is `Clone`
    /// when what it is made of is.
    pub in_piece: bool,
    /// True when the flow goes on behind an error that is not fatal, and so has to
    /// be told of one that is.
    pub ends_when_fatal: bool,
    /// True when errors in the chain of a key are kept until its end.
    pub collects: bool,
    /// True when an error drops what runs beside it.
    pub cancels: bool,
    /// The nodes that the chain is within.
    path: String,
    /// The counters, if the flow is observed.
    pub observing: Option<Rc<Observing>>,
    /// `#![observe]`.
    pub observe: Option<&'s Observe>,
    /// The flow as it is written, where an editor is to be shown its words.
    pub editor: Option<&'s Syntax>,
    /// The stage that the chain is within, by its name among the numbers.
    pub element: Option<String>,
    /// The way in which items are counted.
    pub counting: Counting,
    /// The steps of items that leave a chain which is written in its place.
    pub out: Option<Rc<Out>>,
    /// The tokens of `krate`.
    root: Rc<[TokenTree]>,
    locals: Rc<[String]>,
    taken: Rc<Set<String>>,
    /// The scope in which names resolve: that of the body of `flow!`.
    hygiene: Span,
    /// The item on its way, which most of the code names.
    x: Ident,
    /// The place of flags.
    flags: Span,
    /// The places of nodes, once they were asked for.
    places: Rc<[OnceCell<Span>]>,
}

impl<'p, 'g, 's> Writer<'p, 'g, 's> {
    /// Names everything in a plan.
    pub fn new(
        plan: &'p Plan<'g, 's>,
        krate: &'p TokenStream,
        chains: &'p dyn Chains,
        settings: Settings<'s>,
    ) -> Self {
        let path = String::new();
        let mut writer = Self::named(plan, krate, chains, settings, path, Set::new());
        writer.observing = settings.observe.map(|_| Rc::default());
        writer.counting = Counting::of(&writer);
        writer
    }

    /// As [`new`](Self::new), of the chain within these nodes; `reserved`: the names of
    /// what is around it.
    fn named(
        plan: &'p Plan<'g, 's>,
        krate: &'p TokenStream,
        chains: &'p dyn Chains,
        settings: Settings<'s>,
        path: String,
        mut reserved: Set<String>,
    ) -> Self {
        let locals = locals(plan.graph, &path, &reserved);
        reserved.extend(locals.iter().cloned());
        let mut writer = Self {
            plan,
            krate,
            chains,
            error: settings.error,
            lent: false,
            looks: false,
            copies: None,
            in_piece: matches!(plan.shape(), Shape::Piece(..)),
            ends_when_fatal: matches!(plan.shape(), Shape::Open(_) | Shape::Piece(..))
                && plan.graph.may_be_fatal(),
            collects: false,
            cancels: settings.cancels,
            path,
            observing: None,
            observe: settings.observe,
            editor: settings.editor,
            element: None,
            counting: Counting::Shared,
            out: None,
            root: krate.clone().into_iter().collect(),
            taken: Rc::new(reserved),
            locals: locals.into(),
            hygiene: krate
                .clone()
                .into_iter()
                .next()
                .map_or_else(Span::mixed_site, |first| first.span()),
            x: Ident::new("x", Span::mixed_site()),
            flags: Span::mixed_site(),
            places: plan.graph.nodes.iter().map(|_| OnceCell::new()).collect(),
        };
        writer.flags = writer.at(Span::mixed_site());
        writer.x = writer.flag("x");
        writer
    }

    fn settings(&self) -> Settings<'s> {
        Settings {
            error: self.error,
            cancels: self.cancels,
            observe: self.observe,
            editor: self.editor,
        }
    }

    /// The same names, in code that is lent what it works on.
    pub fn lending(&self) -> Self {
        Self {
            lent: true,
            ..self.clone()
        }
    }

    /// The same names, in a chain that is written in its place.
    pub fn leaving(&self, out: &Rc<Out>) -> Self {
        Self {
            out: Some(out.clone()),
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

    /// The same names, in the step of a chain: as [`collecting`](Self::collecting), where one item
    /// may become several.
    pub fn collecting_items(&self) -> Self {
        let several = self.plan.together.contains(&true);
        match self.on_error() == OnError::Leaves && several {
            true => self.collecting(),
            false => self.clone(),
        }
    }

    /// Returns what names the chain within a node.
    pub fn within(&self, node: NodeId) -> Self {
        let scattered = self.graph().nodes[node].behaviour.within == Within::Workers;
        let copies = match self.copies {
            Some(Copies::PerWorker) => Copies::PerWorker,
            _ if scattered => Copies::PerWorker,
            _ => Copies::PerKey,
        };
        let path = format!("{}_{node}", self.path);
        let (inner, settings) = (&self.plan.inner[&node], self.settings());
        let (krate, taken) = (self.krate, (*self.taken).clone());
        let mut within = Self::named(inner, krate, self.chains, settings, path, taken);
        within.copies = Some(copies);
        within.in_piece = self.in_piece;
        within.ends_when_fatal = self.ends_when_fatal && within.graph().may_be_fatal();
        within.observing.clone_from(&self.observing);
        within.element = self.observes().then(|| self.stage_name(node));
        within.counting = self.counting.within(within.copies);
        within
    }

    /// The place of the word that a root's code is blamed on.
    pub fn root_place(&self, root: Root) -> Span {
        self.place(match root {
            Root::Source(node) | Root::Results(node) => node,
            Root::Crossing(crossing) => self.plan.crossings[crossing].to.node,
        })
    }

    /// Returns whether a fatal error ends the input here: in an open flow and a piece, not in a
    /// chain that is copied, which tells the flow.
    pub fn has_ending(&self) -> bool {
        self.ends_when_fatal && self.copies.is_none()
    }

    /// The nodes that the chain is within, as a path: empty for the flow itself.
    pub fn path_within(&self) -> &str {
        &self.path
    }

    /// A local, also where it is lent.
    pub fn held(&self, local: &Ident) -> Local {
        Local {
            name: local.clone(),
            lent: self.lent,
        }
    }

    /// Returns whether what leaves is a `Result`: a bare `?` may end it, and there is
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

    /// Returns whether the code asks whether the flow is to stop.
    pub fn may_stop(&self) -> bool {
        self.plan.waits != Waits::Never && self.plan.shape() == Shape::Closed
    }

    /// Returns whether an output's items are cloned for branches that run at the same
    /// time.
    pub fn clones_for_branches(&self, node: NodeId, port: Port) -> bool {
        self.plan.joins(node, port) && self.plan.hand_at_output(node, port) == Hand::Own
    }

    /// Names written after the graph alone, where there is no plan.
    pub fn graph(&self) -> &'g Graph<'s> {
        self.plan.graph
    }

    /// Our code at the place of a token of the user's: rustc blames the token
    /// for it, and what it has said of a place once it does not say again.
    pub fn at(&self, span: Span) -> Span {
        match self.editor {
            // An editor is to find the user's words, and nothing else, at their places.
            Some(_) => self.hygiene,
            None => span.resolved_at(self.hygiene),
        }
    }

    /// Our code for a node, at the place of its word.
    pub fn place(&self, node: NodeId) -> Span {
        *self.places[node].get_or_init(|| self.at(self.graph().nodes[node].span))
    }

    /// The local that an operator is bound to.
    pub fn local(&self, node: NodeId) -> Ident {
        self.ident(&self.locals[node], self.place(node))
    }

    /// A name of ours that is none of the user's stages, at a place of ours.
    pub(super) fn free(&self, mut text: String, span: Span) -> Ident {
        while self.taken.contains(&text) {
            text.push('_');
        }
        self.ident(&text, span)
    }

    pub(super) fn beside(&self, node: NodeId, prefix: &str, suffix: &str) -> Ident {
        let local = self.locals[node].trim_start_matches("r#");
        self.ident(&format!("{prefix}{local}{suffix}"), self.place(node))
    }

    pub(super) fn numbered(&self, prefix: &str, node: NodeId) -> Ident {
        let text = format!("{prefix}{}_{node}", self.path);
        self.free(text, self.place(node))
    }

    /// The item on its way.
    pub fn x(&self) -> Ident {
        self.x.clone()
    }

    /// The errors that have not been told.
    pub fn faults(&self) -> Ident {
        self.flag(&format!("faults{}", self.path))
    }

    /// The label of a block of one item, within so many others.
    pub fn label(&self, name: &str, depth: usize) -> Lifetime {
        let mut name = format!("'{name}{}", self.path);
        if depth > 0 {
            name.push_str(&format!("_in_{depth}"));
        }
        Lifetime::new(&name, Span::mixed_site())
    }

    /// A flag of a loop.
    pub fn flag(&self, name: &str) -> Ident {
        self.free(name.to_string(), self.flags)
    }

    /// An item as a hand gives it to one who keeps it.
    pub fn take(&self, hand: Hand) -> TokenStream {
        let x = self.x();
        match hand {
            Hand::Own => quote!(#x),
            Hand::Nothing => quote!(()),
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
        let to = graph.uses(node, port).iter().find(|to| lent(to))?;
        Some(graph.nodes[to.node].inputs[to.input].span)
    }
}
