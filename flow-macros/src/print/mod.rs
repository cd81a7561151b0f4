//! The tree of a step to tokens.

mod each;
mod handed;
mod join;
mod raise;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Lifetime;

use crate::{
    code::{leaving, observe},
    lower::{
        Step,
        tree::{BlockId, Raise, Stmt, Tree},
    },
    names::{Bodies, OnError, Out, Writer},
    pass,
};

/// The code of a step, after all passes.
pub fn step(writer: &Writer<'_, '_, '_>, mut step: Step) -> TokenStream {
    pass::write(writer, &mut step);
    let printer = Printer::new(writer, &step.tree, Exit::of(writer));
    printer.labelled(|printer| {
        let opens = step.opens.as_ref().map(|opens| printer.stmt(opens));
        let body = printer.whole(step.body);
        quote!(#opens #body)
    })
}

/// As [`step()`], where the only loop of a flow is left by an error: the step, and the
/// label of the loop.
pub fn only_step(
    writer: &Writer<'_, '_, '_>,
    mut step: Step,
) -> (TokenStream, Option<TokenStream>) {
    pass::write(writer, &mut step);
    let label = writer.label("input", 0);
    let printer = Printer::new(writer, &step.tree, Exit::Break(label.clone()));
    let opens = step.opens.as_ref().map(|opens| printer.stmt(opens));
    let body = printer.whole(step.body);
    let label = printer.left.get().then(|| quote!(#label:));
    (quote!(#opens #body), label)
}

/// The parts of a step, before and behind each future that it awaits.
pub fn parts(writer: &Writer<'_, '_, '_>, mut step: Step) -> Vec<TokenStream> {
    pass::write(writer, &mut step);
    let printer = Printer::new(writer, &step.tree, Exit::of(writer));
    let first = printer.whole(step.body);
    let mut parts = printer.parts.take();
    parts.push(first);
    parts.reverse();
    parts
}

/// The body of a loop over what a node held, and what is done behind the loop.
pub fn flush(writer: &Writer<'_, '_, '_>, mut step: Step) -> (Bodies, TokenStream) {
    pass::write(writer, &mut step);
    let printer = Printer::new(writer, &step.tree, Exit::of(writer));
    let behind = step
        .behind
        .map(|behind| printer.labelled(|printer| printer.block(behind)));
    let print = |block: BlockId| printer.labelled(|printer| printer.block(block));
    let bodies = Bodies {
        items: print(step.body),
        sides: step.sides.into_iter().map(print).collect(),
    };
    (bodies, behind.unwrap_or_default())
}

/// Writes what a block does with an error.
pub fn raise(writer: &Writer<'_, '_, '_>, raise: &Raise) -> TokenStream {
    let tree = Tree::default();
    let printer = Printer::new(writer, &tree, Exit::of(writer));
    printer.labelled(|printer| printer.raise(raise))
}

struct Printer<'t, 'p, 'g, 's> {
    writer: &'t Writer<'p, 'g, 's>,
    tree: &'t Tree,
    exit: Exit,
    /// True when an error has left the code printed so far.
    left: Cell<bool>,
    /// The number of blocks around the code that have labels.
    depth: usize,
    /// The code behind each future that a turn of several parts awaits, the last first.
    parts: RefCell<Vec<TokenStream>>,
}

/// The way of an error out of the code.
#[derive(Clone)]
enum Exit {
    /// `?`
    Question,
    /// The block with this label is left.
    Break(Lifetime),
    /// The code of one item is left: a label is put around it where one is needed.
    Item,
    /// The turn ends with the error, which leaves.
    Turn,
    /// The block with this label gives the error.
    Give(Rc<Out>),
}

impl Exit {
    fn of(writer: &Writer<'_, '_, '_>) -> Self {
        match writer.on_error() {
            OnError::Leaves => match &writer.out {
                Some(out) => Self::Give(out.clone()),
                None if writer.ends_turns() => Self::Turn,
                None => Self::Question,
            },
            OnError::Ends | OnError::Kept | OnError::Given => Self::Item,
        }
    }
}

impl<'t, 'p, 'g, 's> Printer<'t, 'p, 'g, 's> {
    fn new(writer: &'t Writer<'p, 'g, 's>, tree: &'t Tree, exit: Exit) -> Self {
        Self {
            writer,
            tree,
            exit,
            left: Cell::new(false),
            depth: 0,
            parts: RefCell::default(),
        }
    }

    /// Code of one item, which an error leaves.
    fn labelled(&self, code: impl FnOnce(&Self) -> TokenStream) -> TokenStream {
        if matches!(self.exit, Exit::Question | Exit::Turn | Exit::Give(_)) {
            return code(self);
        }
        let label = self.writer.label("item", self.depth);
        let within = Self {
            exit: Exit::Break(label.clone()),
            left: Cell::new(false),
            depth: self.depth + 1,
            parts: RefCell::default(),
            ..*self
        };
        let code = code(&within);
        match within.left.get() {
            true => quote!(#label: { #code }),
            false => code,
        }
    }

    /// A block, in braces where it works on no item.
    fn whole(&self, block: BlockId) -> TokenStream {
        let code = self.block(block);
        match self.writer.acknowledges() && self.tree.is_apart(block) && !code.is_empty() {
            true => quote!({ #code }),
            false => code,
        }
    }

    fn block(&self, block: BlockId) -> TokenStream {
        let block = &self.tree.blocks[block];
        let declared = block.declared.values().cloned();
        let [before, behind] = block.ends.clone();
        // At once: the compiler copies what is there with each part that is added.
        let parts = [before].into_iter().chain(declared).collect();
        self.straight(parts, block.stmts.iter(), behind)
    }

    /// Statements between others, up to where something is awaited: what follows is a part of
    /// its own.
    fn straight<'b>(
        &self,
        mut code: Vec<TokenStream>,
        mut stmts: impl Iterator<Item = &'b Stmt>,
        behind: TokenStream,
    ) -> TokenStream {
        while let Some(stmt) = stmts.next() {
            if let Stmt::Await { at, future } = stmt {
                let rest = self.straight(Vec::new(), stmts, behind);
                self.parts.borrow_mut().push(rest);
                code.push(quote_spanned!(*at=> return ::core::result::Result::Ok(#future);));
                return code.into_iter().collect();
            }
            code.push(self.stmt(stmt));
        }
        code.push(behind);
        code.into_iter().collect()
    }

    /// A block in which an error of a flow that goes on ends no more than one item.
    fn told(&self, block: BlockId) -> TokenStream {
        match self.writer.on_error() {
            OnError::Kept | OnError::Given if !matches!(self.exit, Exit::Question) => {
                self.labelled(|printer| printer.block(block))
            }
            _ => self.block(block),
        }
    }

    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let x = self.writer.x();
        match stmt {
            Stmt::Leave { side, item } => self.leave(*side, item),
            Stmt::Give { node, item } => leaving::given(self.writer, *node, item),
            Stmt::Code(code) | Stmt::Wait { code, .. } | Stmt::Sink { code, .. } => code.clone(),
            Stmt::Let { at, value } => quote_spanned!(*at=> let #x = #value;),
            Stmt::Meta { at, item, .. } => quote_spanned!(*at=> let #x = #item;),
            Stmt::Raise(raise) => self.raise(raise),
            Stmt::If {
                at,
                condition,
                body,
            } => {
                let body = self.block(*body);
                quote_spanned!(*at=> if #condition { #body })
            }
            Stmt::IfSome {
                at,
                pattern,
                value,
                body,
                otherwise,
            } => {
                let body = self.block(*body);
                let otherwise = (!otherwise.is_empty()).then(|| quote!(else { #otherwise }));
                quote_spanned! {*at=>
                    if let ::core::option::Option::Some(#pattern) = #value { #body } #otherwise
                }
            }
            Stmt::IfLet {
                at,
                pattern,
                value,
                body,
            } => {
                let body = self.block(*body);
                quote_spanned!(*at=> if let #pattern = #value { #body })
            }
            Stmt::Each { .. } => self.each(stmt),
            Stmt::While { .. } | Stmt::Until { .. } | Stmt::Slots { .. } => self.repeated(stmt),
            Stmt::Match { at, on, arms } => {
                let arms = arms.iter().map(|(pattern, body)| {
                    let body = self.block(*body);
                    quote_spanned!(*at=> #pattern => { #body })
                });
                quote_spanned!(*at=> match #on { #(#arms)* })
            }
            Stmt::Braces { at, body } => {
                let body = self.block(*body);
                quote_spanned!(*at=> { #body })
            }
            Stmt::Place(body) => self.block(*body),
            Stmt::Join {
                at,
                items,
                branches,
            } => self.join(*at, items, branches),
            Stmt::Keyed {
                node,
                item,
                body,
                needed,
                sides,
            } => {
                let bodies = Bodies {
                    items: self.told_each(*node, *body),
                    sides: sides.iter().map(|side| self.told(*side)).collect(),
                };
                let outcome = self.writer.flag("outcome");
                let raised = self.raise(&Raise {
                    withholds: self.writer.acknowledges(),
                    ..Raise::of_chain(quote!(#outcome))
                });
                let (writer, needed) = (self.writer, needed.clone());
                writer
                    .chains
                    .keyed(writer, *node, item, bodies, needed, &raised)
            }
            Stmt::Hold { at, push, body, .. } => {
                let body = self.block(*body);
                quote_spanned! {*at=>
                    if let ::core::option::Option::Some(#x) = #push { #body }
                }
            }
            Stmt::Send { .. }
            | Stmt::Start { .. }
            | Stmt::Back { .. }
            | Stmt::Queue { .. }
            | Stmt::Stash { .. }
            | Stmt::Slot { .. } => self.handed(stmt),
            Stmt::Count(counter) => observe::count(self.writer, *counter),
            Stmt::Publish(counter) => observe::publish_at(self.writer, *counter),
            // A block splits there.
            Stmt::After(_) | Stmt::Passes(_) | Stmt::Await { .. } => TokenStream::new(),
        }
    }

    /// Code for each of several items.
    fn repeated(&self, stmt: &Stmt) -> TokenStream {
        let x = self.writer.x();
        match stmt {
            Stmt::While {
                drains,
                apart,
                at,
                pattern,
                value,
                body,
                behind,
            } => {
                let body = match apart {
                    true => self.labelled(|printer| printer.block(*body)),
                    false => self.told(*body),
                };
                let some = quote!(::core::option::Option::Some);
                let head = match drains {
                    true => quote_spanned!(*at=> for #pattern in #value),
                    false => quote_spanned!(*at=> while let #some(#pattern) = #value),
                };
                quote_spanned!(*at=> #head { #body #behind })
            }
            Stmt::Until { condition, body } => {
                let body = self.block(*body);
                quote!(while #condition { #body })
            }
            Stmt::Slots {
                at,
                pattern,
                slots,
                body,
            } => {
                let body = self.told(*body);
                // No adapter: what stands in the array is then never written to memory.
                quote_spanned! {*at=>
                    for #x in [#(#slots),*] {
                        if let ::core::option::Option::Some(#pattern) = #x { #body }
                    }
                }
            }
            // No other comes here.
            _ => TokenStream::new(),
        }
    }
}
