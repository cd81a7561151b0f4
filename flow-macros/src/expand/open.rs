//! Flows with inlets: the program emits, and finishes.
//!
//! ```text
//! OpenFlow::new(item_0, (map_1, sum), |state, x| {        // emit(x)
//!     let (map_1, sum) = state;
//!     let x = map_1(x);
//!     sum.push(x);
//! }, |state| true, |state| {                              // finish()
//!     let (mut map_1, mut sum) = state;
//!     let sum = sum.finish();
//!     sum
//! })
//! ```
//!
//! With several inlets the flow is of a type of its own, with methods for each:
//! `emit_left`, `emit_right`. Every name in it but those is the expansion's. It is an enum of
//! one variant: so an editor offers its methods, and no fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    asynchronous as work,
    driven::{self, kept_and_flags},
    error_type,
    inlets::Inlets,
    misused,
    names::Writer,
    observe, picture, remote, result,
    state::unpack,
    told, wanted,
};
use crate::graph::{NodeId, Port};

/// A flow that does not await.
pub fn synchronous(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> TokenStream {
    let (kept, flags) = kept_and_flags(writer);
    let steps = inlets.iter().map(|inlet| driven::step(writer, *inlet));
    let end = driven::end(writer);
    let (state, x) = (writer.flag("state"), writer.x());
    let (lent, owned) = (unpack(&writer.lending(), &kept), unpack(writer, &kept));
    let witnesses: Vec<_> = inlets
        .iter()
        .map(|inlet| writer.witness(*inlet, Port::Items))
        .collect();
    let steps: Vec<_> = steps.map(|each| step(writer, &each)).collect();
    let end = finish(writer, &end);
    let finish = quote!(move |#state| { #owned #end });
    if let ([inlet], [witness], [step]) = (inlets, witnesses.as_slice(), steps.as_slice()) {
        let new = writer.private(quote!(OpenFlow::new));
        let wants = wanted::one(writer, &kept, *inlet);
        return quote! {{
            #(let #flags = true;)*
            #new(#witness, (#(#kept,)*), move |#state, #x| { #lent #step }, #wants, #finish)
        }};
    }
    let wants = wanted::several(writer, &kept, inlets);
    let ends = inlets.iter().map(|inlet| driven::end_of(writer, *inlet));
    let ends: Vec<_> = ends.map(|each| self::step(writer, &each)).collect();
    let value = named(
        writer,
        &Inlets::of(writer, inlets),
        &quote! {
            (#(#kept,)*),
            (#(move |#state: &mut _, #x| { #lent #steps },)*),
            (#(move |#state: &mut _| { #lent #ends },)*),
            (#(#witnesses,)*),
            #wants,
            #finish
        },
    );
    quote!({ #(let #flags = true;)* #value })
}

/// One item: where a bare `?` may fail, its first error.
fn step(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    if !writer.plan.fails {
        return observe::watched_over(writer, code.clone());
    }
    let (none, ok) = (told::none(writer), quote!(::core::result::Result::Ok(())));
    let end = told::end(writer, &ok);
    observe::watched_over(writer, quote!(#none #code #end))
}

/// The end of input, and the result.
fn finish(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    let result = result(writer);
    if !writer.plan.fails {
        return observe::finished(writer, quote!(#code #result));
    }
    let (none, end) = (told::none(writer), told::end_with(writer, &result));
    observe::finished(writer, quote!(#none #code #end))
}

/// A type with a method for each inlet: `emit_left`, `emit_right`.
fn named(writer: &Writer<'_, '_, '_>, inlets: &Inlets, parts: &TokenStream) -> TokenStream {
    let Inlets { types, indices, .. } = inlets;
    let emits = inlets.methods("emit");
    let count = types.len();
    let numbered = |letter: char| -> Vec<Ident> {
        (0..count)
            .map(|each| format_ident!("{letter}{each}"))
            .collect()
    };
    let (pushes, outs, ends) = (numbered('P'), numbered('R'), numbered('Q'));
    let ty = writer.private(quote!(op::Ty));
    let (graph, misused) = (picture::method(writer), misused::methods(writer));
    let emitter = remote::emitter(writer, inlets);
    let verdict = writer.private(quote!(flow::Verdict));
    let spawns = remote::Spawns {
        types,
        generics: quote!(<E>),
        result: quote!(R),
        bounds: quote! {
            S: ::core::marker::Send + 'static,
            W: ::core::marker::Send + 'static,
            F: ::core::marker::Send + 'static,
            R: ::core::marker::Send + 'static,
            E: ::core::marker::Send + 'static,
            #(
                #types: ::core::marker::Send + 'static,
                #pushes: ::core::marker::Send + 'static,
                #ends: ::core::marker::Send + 'static,
                #outs: #verdict<R, Error = E> + 'static,
            )*
        },
        remote: remote::synchronous(writer, inlets, &outs),
        awaits: false,
    };
    let spawns = spawns.methods(writer);
    let arguments = quote!(S, W, F, #(#types, #pushes, #ends),*);
    let observe::Several {
        field,
        parameter,
        value,
        method,
        watched,
    } = observe::several(writer, &arguments, &arguments);
    quote! {{
        #emitter
        enum OpenFlow<S, W, F, #(#types, #pushes, #ends),*> {
            Parts {
                #field
                state: S,
                steps: (#(#pushes,)*),
                ends: (#(#ends,)*),
                items: (#(#ty<#types>,)*),
                wants: W,
                finish: F,
            }
        }
        #[allow(dead_code, non_snake_case)]
        impl<S, W, F, R, #(#types, #outs, #pushes, #ends),*>
            OpenFlow<S, W, F, #(#types, #pushes, #ends),*>
        where
            W: ::core::ops::FnMut(&mut S, [bool; #count]) -> [bool; #count],
            F: ::core::ops::FnOnce(S) -> R,
            #(
                #pushes: ::core::ops::FnMut(&mut S, #types) -> #outs,
                #ends: ::core::ops::FnMut(&mut S) -> #outs,
            )*
        {
            fn new(
                state: S,
                steps: (#(#pushes,)*),
                ends: (#(#ends,)*),
                items: (#(#ty<#types>,)*),
                wants: W,
                finish: F,
                #parameter
            ) -> Self {
                Self::Parts { state, steps, ends, items, wants, finish #value }
            }
            #(
                /// Carries one item through everything it can reach.
                pub fn #emits(&mut self, item: #types) -> #outs {
                    let Self::Parts { state, steps, .. } = self;
                    (steps.#indices)(state, item)
                }
            )*
            #graph
            #method
            #misused
            /// Ends the input: flushes what is held and gives the result.
            pub fn finish(self) -> R {
                let Self::Parts { state, finish, .. } = self;
                finish(state)
            }
            #spawns
        }
        #watched
        OpenFlow::new(#parts #value)
    }}
}

/// A flow that awaits.
pub fn asynchronous(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> TokenStream {
    let (work, result) = (work(writer), result(writer));
    let fails = writer.plan.fails;
    let (inlet, new_faults) = (
        writer.private(quote!(flow::inlet)),
        writer.private(quote!(flow::faults)),
    );
    let (faults, error) = (writer.faults(), error_of_emitters(writer));
    let locals = inlets.iter().map(|inlet| writer.local(*inlet));
    let boxes: Vec<Ident> = inlets.iter().map(|inlet| writer.mailbox(*inlet)).collect();
    let witnesses = inlets
        .iter()
        .map(|inlet| writer.witness(*inlet, Port::Items));
    let end = writer.has_ending().then(|| {
        let ending = writer.flag("ending");
        quote!(#faults.end_with(&#ending);)
    });
    let declared = quote! {
        let #faults = #new_faults::<#error>();
        #end
        #(let (#boxes, #locals) = #inlet(#witnesses, &#faults);)*
    };
    let (own, last) = (writer.flag("own_faults"), told::last(writer));
    let new = writer.private(quote!(Work::new));
    let keeps = fails.then(|| quote!(let #faults = #own;));
    let work = observe::driven(writer, quote!(async move { #keeps #work #result }));
    let work = quote!({
        let #own = ::core::clone::Clone::clone(&#faults);
        #new(#work, &#faults, #last)
    });
    if let [mailbox] = boxes.as_slice() {
        let new = writer.private(quote!(AsyncOpenFlow));
        return quote!({ #declared #new::<_, _, _, #fails>::new(#mailbox, #work) });
    }
    let parts = quote!(#work, (#(#boxes,)*));
    let value = named_asynchronous(writer, &Inlets::of(writer, inlets), &parts);
    quote!({ #declared #value })
}

/// The errors that emitters give: where no `?` raises any, the library's.
fn error_of_emitters(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let krate = writer.krate;
    match writer.plan.fails {
        true => error_type(writer),
        false => quote!(#krate::Error),
    }
}

/// As [`named`], for a flow that awaits.
fn named_asynchronous(
    writer: &Writer<'_, '_, '_>,
    inlets: &Inlets,
    parts: &TokenStream,
) -> TokenStream {
    let Inlets { types, indices, .. } = inlets;
    let (mailbox, works) = (
        writer.private(quote!(flow::Mailbox)),
        writer.private(quote!(Work)),
    );
    let (error, graph) = (error_of_emitters(writer), picture::method(writer));
    let takes = awaited_inlets(writer, inlets, &error);
    let misused = misused::methods(writer);
    let emitter = remote::emitter(writer, inlets);
    let spawns = remote::Spawns {
        types,
        generics: TokenStream::new(),
        result: quote!(F::Output),
        bounds: quote! {
            F: ::core::marker::Send + 'static,
            F::Output: ::core::marker::Send + 'static,
            E: ::core::marker::Send + 'static,
            #(#types: 'static,)*
        },
        remote: remote::asynchronous(writer, inlets),
        awaits: true,
    };
    let spawns = spawns.methods(writer);
    let parameters = quote!(F: ::core::future::Future, E, #(#types),*);
    let observe::Several {
        field,
        parameter,
        value,
        method,
        watched,
    } = observe::several(writer, &parameters, &quote!(F, E, #(#types),*));
    quote! {{
        #emitter
        enum OpenFlow<F: ::core::future::Future, E, #(#types),*> {
            Parts {
                #field
                work: #works<F, E>,
                boxes: (#(#mailbox<#types, E>,)*),
            }
        }
        #[allow(dead_code, non_snake_case)]
        impl<F: ::core::future::Future, E, #(#types),*> OpenFlow<F, E, #(#types),*> {
            fn new(
                work: #works<F, E>,
                boxes: (#(#mailbox<#types, E>,)*),
                #parameter
            ) -> Self {
                Self::Parts { work, boxes #value }
            }
            #spawns
        }
        #[allow(dead_code, non_snake_case)]
        impl<F: ::core::future::Future, #(#types),*> OpenFlow<F, #error, #(#types),*> {
            #takes
            #graph
            #method
            #misused
            /// Ends the input: flushes what is held and gives the result.
            pub async fn finish(self) -> F::Output {
                let Self::Parts { work, boxes, .. } = self;
                #(boxes.#indices.close();)*
                work.finish().await
            }
        }
        #watched
        OpenFlow::new(#parts #value)
    }}
}

/// The methods for each inlet of a flow that awaits.
fn awaited_inlets(
    writer: &Writer<'_, '_, '_>,
    inlets: &Inlets,
    error: &TokenStream,
) -> TokenStream {
    let Inlets { types, indices, .. } = inlets;
    let emits = inlets.methods("emit");
    let (tries, reserves) = (inlets.methods("try_emit"), inlets.methods("reserve"));
    let krate = writer.krate;
    let (out, given) = if writer.plan.fails {
        (quote!(::core::result::Result<(), #error>), quote!(outcome))
    } else {
        (quote!(()), quote!(let _ = outcome;))
    };
    quote! {
        #(
            /// Carries one item through everything it can reach without
            /// waiting in a buffer.
            pub async fn #emits(&mut self, item: #types) -> #out {
                let Self::Parts { work, boxes, .. } = self;
                let outcome = work.emit(&boxes.#indices, item).await;
                #given
            }
            /// Puts one item in, if the flow has a place for it now.
            pub fn #tries(
                &mut self,
                item: #types,
            ) -> ::core::result::Result<(), #krate::TryEmitError<#types>> {
                let Self::Parts { work, boxes, .. } = self;
                work.try_emit(&boxes.#indices, item)
            }
            /// Waits until the flow has a place for an item, and holds it.
            pub async fn #reserves(
                &mut self,
            ) -> ::core::result::Result<#krate::Place<'_, #types>, #krate::Closed> {
                let Self::Parts { work, boxes, .. } = self;
                work.reserve(&boxes.#indices).await
            }
        )*
    }
}
