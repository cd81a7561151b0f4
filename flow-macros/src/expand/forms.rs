//! Flows that the program drives item by item: with inlets, with an open end,
//! or with both.
//!
//! ```text
//! OpenFlow::new(item_0, (map_1, sum), |state, x| {        // emit(x)
//!     let (map_1, sum) = state;
//!     let x = map_1(x);
//!     sum.push(x);
//! }, |state| {                                            // finish()
//!     let (mut map_1, mut sum) = state;
//!     let sum = sum.finish();
//!     sum
//! })
//! ```
//!
//! The step is lent what the flow remembers. Where it awaits, the flow is one
//! future instead, which waits at its inlet and at its open end.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    asynchronous, error_type,
    kept::kept,
    misused,
    names::Writer,
    picture, region, remote, result,
    scopes::{Scopes, Start},
    step, tokens,
};
use crate::{
    graph::{NodeId, Port},
    operators::Form,
    plan::{Closer, Plan, Root, Shape, Waits},
};

/// The value of a flow that is not simply run.
pub fn form(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let waits = writer.plan.waits != Waits::Never;
    match writer.plan.shape() {
        Shape::Closed => TokenStream::new(),
        Shape::Open(inlets) if waits => open_asynchronous(writer, &inlets),
        Shape::Open(inlets) => open(writer, &inlets),
        Shape::Lazy(outlet) if waits => stream(writer, outlet),
        Shape::Lazy(outlet) => lazy(writer, outlet),
        Shape::Piece(inlet, outlet) => piece(writer, inlet, outlet),
    }
}

/// `let (a, b) = state;`, by value or by reference.
pub fn unpack(writer: &Writer<'_, '_, '_>, kept: &[Ident]) -> TokenStream {
    let state = writer.flag("state");
    if writer.lent {
        quote!(let (#(#kept,)*) = #state;)
    } else {
        quote! {
            #[allow(unused_mut, unused_variables)]
            let (#(mut #kept,)*) = #state;
        }
    }
}

/// A body that gives a `Result` where a bare `?` may end it.
fn fallible(writer: &Writer<'_, '_, '_>, body: &TokenStream) -> TokenStream {
    if writer.plan.fails {
        let error = error_type(writer);
        quote!(#body ::core::result::Result::Ok::<(), #error>(()))
    } else {
        body.clone()
    }
}

/// The steps of the inlets, and what ends the input.
pub struct Parts {
    /// The locals that are kept from item to item.
    pub kept: Vec<Ident>,
    /// What has not ended: kept, too, and true at first.
    flags: Vec<Ident>,
    /// What is done with an item, for each inlet.
    pub steps: Vec<TokenStream>,
    /// What is done at the end of input.
    pub end: TokenStream,
}

/// The parts of a flow with these inlets, lent what it remembers.
pub fn parts(writer: &Writer<'_, '_, '_>, inlets: &[NodeId], lent_end: bool) -> Parts {
    let lending = writer.lending();
    let ending = if lent_end {
        lending.clone()
    } else {
        writer.clone()
    };
    let paced = writer.plan.is_paced(0);
    let keep_step = paced.then(|| region::keep_step(&lending, 0));
    let steps = inlets
        .iter()
        .map(|inlet| {
            let step = step::output(&lending, 0, *inlet);
            quote!(#step #keep_step)
        })
        .collect();
    let end = if paced {
        region::end_of_inlets(&ending, 0)
    } else {
        let roots = 0..writer.plan.regions[0].roots.len();
        let nodes = writer.plan.regions[0].nodes.iter().copied();
        let nodes = nodes.filter(|node| writer.plan.closer(*node) == Closer::Node(*node));
        let closers = roots.map(Closer::Root).chain(nodes.map(Closer::Node));
        closers
            .map(|closer| region::close(&ending, 0, closer))
            .collect()
    };
    let mut kept = kept(writer);
    let flags = match writer.plan.regions[0].roots.as_slice() {
        [_] => Vec::new(),
        _ => region::flags(writer, 0),
    };
    kept.extend(flags.iter().cloned());
    Parts {
        kept,
        flags,
        steps,
        end,
    }
}

/// One inlet or several: the program emits, and finishes.
fn open(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> TokenStream {
    let Parts {
        kept,
        flags,
        steps,
        end,
    } = parts(writer, inlets, false);
    let (state, x) = (writer.flag("state"), writer.x());
    let (lent, owned) = (unpack(&writer.lending(), &kept), unpack(writer, &kept));
    let result = result(writer);
    let steps: Vec<_> = steps.iter().map(|each| fallible(writer, each)).collect();
    let witnesses: Vec<_> = inlets
        .iter()
        .map(|inlet| writer.witness(*inlet, Port::Items))
        .collect();
    let finish = quote!(move |#state| { #owned #end #result });
    if let ([witness], [step]) = (witnesses.as_slice(), steps.as_slice()) {
        let new = writer.private(quote!(OpenFlow::new));
        return quote! {{
            #(let #flags = true;)*
            #new(#witness, (#(#kept,)*), move |#state, #x| { #lent #step }, #finish)
        }};
    }
    let value = named(
        writer,
        inlets,
        &quote!((#(#kept,)*)),
        &steps
            .iter()
            .map(|step| quote!(move |#state: &mut _, #x| { #lent #step }))
            .collect::<Vec<_>>(),
        &finish,
    );
    quote!({ #(let #flags = true;)* #value })
}

/// A type with a method for each inlet: `emit_left`, `emit_right`.
fn named(
    writer: &Writer<'_, '_, '_>,
    inlets: &[NodeId],
    state: &TokenStream,
    steps: &[TokenStream],
    finish: &TokenStream,
) -> TokenStream {
    let witnesses: Vec<_> = inlets
        .iter()
        .map(|inlet| writer.witness(*inlet, Port::Items))
        .collect();
    let names: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let emits: Vec<Ident> = inlets
        .iter()
        .map(|inlet| remote::method(writer, "emit", *inlet))
        .collect();
    let index = 0..inlets.len();
    let types: Vec<Ident> = index
        .clone()
        .map(|each| quote::format_ident!("T{each}"))
        .collect();
    let pushes: Vec<Ident> = index
        .clone()
        .map(|each| quote::format_ident!("P{each}"))
        .collect();
    let outs: Vec<Ident> = index.map(|each| quote::format_ident!("R{each}")).collect();
    let ty = writer.private(quote!(op::Ty));
    let doc = "Carries one item through everything it can reach.";
    let graph = picture::method(writer);
    let misused = misused::methods(writer);
    let emitter = remote::emitter(writer, inlets, &types);
    let verdict = writer.private(quote!(flow::Verdict));
    let spawns = remote::Spawns {
        types: &types,
        generics: quote!(<E>),
        result: quote!(R),
        bounds: quote! {
            S: ::core::marker::Send + 'static,
            F: ::core::marker::Send + 'static,
            R: ::core::marker::Send + 'static,
            E: ::core::marker::Send + 'static,
            #(
                #types: ::core::marker::Send + 'static,
                #pushes: ::core::marker::Send + 'static,
                #outs: #verdict<R, Error = E> + 'static,
            )*
        },
        remote: remote::synchronous(writer, inlets, &types, &outs),
        awaits: false,
    };
    let spawns = spawns.methods(writer);
    quote! {{
        #emitter
        struct OpenFlow<S, F, #(#types, #pushes),*> {
            state: S,
            finish: F,
            #(#names: (#pushes, #ty<#types>),)*
        }
        impl<S, F, R, #(#types, #outs, #pushes),*> OpenFlow<S, F, #(#types, #pushes),*>
        where
            F: ::core::ops::FnOnce(S) -> R,
            #(#pushes: ::core::ops::FnMut(&mut S, #types) -> #outs,)*
        {
            fn new(state: S, finish: F, #(#names: (#pushes, #ty<#types>)),*) -> Self {
                Self { state, finish, #(#names),* }
            }
            #(
                #[doc = #doc]
                pub fn #emits(&mut self, item: #types) -> #outs {
                    (self.#names.0)(&mut self.state, item)
                }
            )*
            #graph
            #misused
            /// Ends the input: flushes what is held and gives the result.
            pub fn finish(self) -> R {
                (self.finish)(self.state)
            }
            #spawns
        }
        OpenFlow::new(#state, #finish, #((#steps, #witnesses)),*)
    }}
}

/// An open end: an iterator.
fn lazy(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let (witness, out) = (left(writer, outlet), writer.outbox());
    if writer.is_coroutine() {
        let (begin, body) = (tokens::begin(writer), region::body(writer, 0));
        let work = giving_errors(writer, &quote!(#begin #body));
        let new = writer.private(quote!(LazyFlow::coroutine));
        return quote!(#new(#witness, move |#out| async move { #work }));
    }
    let lending = writer.lending();
    let mut kept = kept(writer);
    let flags = region::flags(writer, 0);
    let single = matches!(writer.plan.regions[0].roots.as_slice(), [Root::Source(_)]);
    let body = if single {
        region::turn_of_single(&lending, 0)
    } else {
        region::turn_of_several(&lending, 0)
    };
    let state = writer.flag("state");
    let flags: &[Ident] = if single { &[] } else { &flags };
    kept.extend(flags.iter().cloned());
    let lent = unpack(&lending, &kept);
    let (begin, body) = (tokens::begin(&lending), tokens::turned(writer, body));
    let new = writer.private(quote!(LazyFlow::by_turns));
    quote! {{
        #(let #flags = true;)*
        #new(#witness, (#(#kept,)*), move |#state, #out| { #lent #begin #body })
    }}
}

/// The witness of what leaves.
pub fn left(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let edge = &writer.graph().nodes[outlet].inputs[0];
    let witness = writer.witness(edge.from, edge.port);
    if writer.leaves_results() {
        let error = error_type(writer);
        let result = writer.private(quote!(flow::result));
        quote!(#result::<_, #error>(#witness))
    } else {
        quote!(#witness)
    }
}

/// The output buffer of a chain that is copied: an `Option` if each input yields at most
/// one item, else a queue.
pub fn outbox(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let witness = left(writer, outlet);
    let new = writer.private(if leaves_once(writer.plan, outlet) {
        quote!(flow::one)
    } else {
        quote!(flow::many)
    });
    quote!(#new(#witness))
}

/// Returns whether one item that enters never means several that leave.
pub fn leaves_once(plan: &Plan<'_, '_>, outlet: NodeId) -> bool {
    let region = &plan.regions[0];
    let steady = region.nodes.iter().all(|node| {
        !matches!(
            plan.graph.nodes[*node].operator.form,
            Form::Hold | Form::HoldMany | Form::Keyed | Form::Via | Form::Lanes | Form::Zip
        )
    });
    match region.roots.as_slice() {
        [Root::Source(root)] if steady && !plan.fails => {
            Scopes::of(plan, 0, Start::Output(*root)).is_once(outlet)
        }
        _ => false,
    }
}

/// An inlet and an open end: an operator.
fn piece(writer: &Writer<'_, '_, '_>, inlet: NodeId, outlet: NodeId) -> TokenStream {
    let Parts {
        kept,
        flags,
        steps,
        end,
    } = parts(writer, &[inlet], true);
    let lent = unpack(&writer.lending(), &kept);
    let (state, out, x) = (writer.flag("state"), writer.outbox(), writer.x());
    let (witness, left) = (writer.witness(inlet, Port::Items), left(writer, outlet));
    let step = &steps[0];
    let work = quote! {
        match #x {
            ::core::option::Option::Some(#x) => { #step }
            ::core::option::Option::None => { #end }
        }
    };
    let value = if writer.is_coroutine() {
        let work = giving_errors(writer, &work);
        let new = writer.private(quote!(PieceFlow::coroutines));
        let (held, inner) = (writer.flag("held"), &state);
        quote! {
            #new(#witness, #left, (#(#kept,)*), move |mut #held, #x| async move {
                {
                    let (#out, #inner) = &mut *#held;
                    #lent
                    #work
                }
                #held
            })
        }
    } else {
        let new = writer.private(quote!(PieceFlow::by_steps));
        quote!(#new(#witness, #left, (#(#kept,)*), move |#state, #out, #x| { #lent #work }))
    };
    // Whoever acknowledges what goes in wants to know.
    let nothing = holds_nothing(writer).then(|| quote!(.holding_nothing()));
    quote!({ #(let #flags = true;)* #value #nothing })
}

/// Whether an item that goes into a piece has left it when it has gone through.
fn holds_nothing(writer: &Writer<'_, '_, '_>) -> bool {
    let mut nodes = writer.graph().nodes.iter();
    !nodes.any(|node| {
        let form = node.operator.form;
        // Lines wait in a buffer until the end of input.
        let buffers = node.operator.name == "write_lines";
        buffers || form.keeps_items() || matches!(form, Form::Iterator | Form::Keyed)
    })
}

/// An open end of an asynchronous flow: a stream.
fn stream(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let work = giving_errors(writer, &asynchronous(writer));
    let (left, out) = (left(writer, outlet), writer.outbox());
    let new = writer.private(quote!(StreamFlow::new));
    let outbox = writer.private(quote!(flow::outlet));
    quote! {{
        let #out = #outbox(#left);
        let out_of_flow = #out.clone();
        #new(out_of_flow, async move { #work })
    }}
}

/// What awaits; where a bare `?` may end it, the error leaves at the open end.
pub fn giving_errors(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    if !writer.plan.fails {
        return code.clone();
    }
    let error = error_type(writer);
    let (out, failed) = (writer.outbox(), writer.flag("error"));
    quote! {
        let outcome: ::core::result::Result<(), #error> =
            async { #code ::core::result::Result::Ok(()) }.await;
        if let ::core::result::Result::Err(#failed) = outcome {
            #out.give(::core::result::Result::Err(#failed)).await;
        }
    }
}

/// Inlets of an asynchronous flow.
fn open_asynchronous(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> TokenStream {
    let work = asynchronous(writer);
    let result = result(writer);
    let error = error_type(writer);
    let fails = writer.plan.fails;
    let (inlet, new_faults) = (
        writer.private(quote!(flow::inlet)),
        writer.private(quote!(flow::faults)),
    );
    let faults = writer.flag("faults");
    let names: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let boxes: Vec<Ident> = inlets.iter().map(|inlet| writer.mailbox(*inlet)).collect();
    let witnesses: Vec<_> = inlets
        .iter()
        .map(|inlet| writer.witness(*inlet, Port::Items))
        .collect();
    let declared = quote! {
        let #faults = #new_faults::<#error>();
        #(let (#boxes, #names) = #inlet(#witnesses, &#faults);)*
    };
    // An error found behind a cut, which no emit has given.
    let late = fails.then(|| quote!(#faults.raise()?;));
    let work = quote!(async move { #work #late #result });
    if let [mailbox] = boxes.as_slice() {
        let new = writer.private(quote!(AsyncOpenFlow));
        return quote!({ #declared #new::<_, _, _, #fails>::new(#mailbox, #work) });
    }
    let value = named_asynchronous(writer, inlets, &boxes, &work);
    quote!({ #declared #value })
}

/// As [`named`], for a flow that awaits.
fn named_asynchronous(
    writer: &Writer<'_, '_, '_>,
    inlets: &[NodeId],
    boxes: &[Ident],
    work: &TokenStream,
) -> TokenStream {
    let names: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let emits: Vec<Ident> = inlets
        .iter()
        .map(|inlet| remote::method(writer, "emit", *inlet))
        .collect();
    let types: Vec<Ident> = (0..inlets.len())
        .map(|each| quote::format_ident!("T{each}"))
        .collect();
    let (mailbox, works) = (
        writer.private(quote!(flow::Mailbox)),
        writer.private(quote!(Work)),
    );
    let (error, graph) = (error_type(writer), picture::method(writer));
    let (out, given) = if writer.plan.fails {
        (quote!(::core::result::Result<(), #error>), quote!(outcome))
    } else {
        (
            quote!(()),
            quote!({
                let ::core::result::Result::Ok(()) = outcome;
            }),
        )
    };
    let emitter = remote::emitter(writer, inlets, &types);
    let spawns = remote::Spawns {
        types: &types,
        generics: TokenStream::new(),
        result: quote!(F::Output),
        bounds: quote! {
            F: ::core::marker::Send + 'static,
            F::Output: ::core::marker::Send + 'static,
            E: 'static,
            #(#types: 'static,)*
        },
        remote: remote::asynchronous(writer, inlets),
        awaits: true,
    };
    let spawns = spawns.methods(writer);
    let misused = misused::methods(writer);
    quote! {{
        #emitter
        struct OpenFlow<F: ::core::future::Future, E, #(#types),*> {
            work: #works<F>,
            #(#names: #mailbox<#types, E>,)*
        }
        #[allow(dead_code)]
        impl<F: ::core::future::Future, E, #(#types),*> OpenFlow<F, E, #(#types),*> {
            #spawns
        }
        impl<F: ::core::future::Future, #(#types),*> OpenFlow<F, #error, #(#types),*> {
            #(
                /// Carries one item through everything it can reach without
                /// waiting in a buffer.
                pub async fn #emits(&mut self, item: #types) -> #out {
                    let outcome = self.work.emit(&self.#names, item).await;
                    #given
                }
            )*
            #graph
            #misused
            /// Ends the input: flushes what is held and gives the result.
            pub async fn finish(self) -> F::Output {
                #(self.#names.close();)*
                self.work.finish().await
            }
        }
        OpenFlow { work: #works::new(#work), #(#names: #boxes),* }
    }}
}
