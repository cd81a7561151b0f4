//! What a flow with several inlets has for being run elsewhere: an emitter with
//! a method for each inlet, and the two ways to spawn it. With one inlet all of
//! that is in the runtime.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::names::Writer;
use crate::graph::NodeId;

/// The name of an inlet's method: `emit_left`.
pub fn method(writer: &Writer<'_, '_, '_>, verb: &str, inlet: NodeId) -> Ident {
    let name = writer.local(inlet);
    format_ident!("{verb}_{name}", span = writer.graph().nodes[inlet].span)
}

/// The type of the emitter: one of the runtime's for each inlet.
pub fn emitter(writer: &Writer<'_, '_, '_>, inlets: &[NodeId], types: &[Ident]) -> TokenStream {
    let named = |verb| inlets.iter().map(move |each| method(writer, verb, *each));
    let (emits, tries) = (named("emit"), named("try_emit"));
    let blocking = named("emit_blocking");
    let names: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let krate = writer.krate;
    let each = quote!(#krate::Emitter);
    let error = quote!(#krate::EmitError);
    let try_error = quote!(#krate::TryEmitError);
    quote! {
        struct Emitter<E, #(#types),*> {
            #(#names: #each<#types, E>,)*
        }
        impl<E, #(#types),*> ::core::clone::Clone for Emitter<E, #(#types),*> {
            fn clone(&self) -> Self {
                Self { #(#names: self.#names.clone()),* }
            }
        }
        #[allow(dead_code)]
        impl<E, #(#types),*> Emitter<E, #(#types),*> {
            #(
                /// Pushes one item, and waits until it has gone through
                /// everything it can reach without waiting in a buffer.
                pub async fn #emits(
                    &self,
                    item: #types,
                ) -> ::core::result::Result<(), #error<#types, E>> {
                    self.#names.emit(item).await
                }
                /// Hands over one item, if the flow is idle.
                pub fn #tries(
                    &self,
                    item: #types,
                ) -> ::core::result::Result<(), #try_error<#types>> {
                    self.#names.try_emit(item)
                }
                /// As the method without `blocking`, from a thread that may
                /// block.
                pub fn #blocking(
                    &self,
                    item: #types,
                ) -> ::core::result::Result<(), #error<#types, E>> {
                    self.#names.emit_blocking(item)
                }
            )*
        }
    }
}

/// The ways to spawn a flow.
pub struct Spawns<'a> {
    /// The types of what is emitted, inlet by inlet.
    pub types: &'a [Ident],
    /// The parameters of the two methods.
    pub generics: TokenStream,
    /// What the flow gives.
    pub result: TokenStream,
    /// What must hold to be spawned.
    pub bounds: TokenStream,
    /// The emitter, and the flow as a future, as a pair.
    pub remote: TokenStream,
    /// Whether something is awaited in it.
    pub awaits: bool,
}

impl Spawns<'_> {
    /// The two methods.
    pub fn methods(&self, writer: &Writer<'_, '_, '_>) -> TokenStream {
        let Self {
            types,
            generics,
            result,
            bounds,
            remote,
            awaits,
        } = self;
        let (handle, thread) = (
            writer.private(quote!(flow::JoinHandle)),
            quote!(::std::thread::JoinHandle),
        );
        quote! {
            /// Puts the flow on tokio: items go in by the emitter, which may be
            /// cloned, and the result comes out of the handle.
            #[track_caller]
            pub fn spawn #generics (self) -> (Emitter<E, #(#types),*>, #handle<#result>)
            where #bounds
            {
                let (emitter, remote) = #remote;
                (emitter, remote.spawn())
            }
            /// Runs the flow on a thread of its own.
            #[track_caller]
            pub fn spawn_thread #generics (self) -> (Emitter<E, #(#types),*>, #thread<#result>)
            where #bounds
            {
                let (emitter, remote) = #remote;
                (emitter, remote.spawn_thread(#awaits))
            }
        }
    }
}

/// A synchronous flow of `state`, `finish`, and a step for each inlet, run
/// elsewhere: each inlet has its turn.
pub fn synchronous(
    writer: &Writer<'_, '_, '_>,
    inlets: &[NodeId],
    types: &[Ident],
    outs: &[Ident],
) -> TokenStream {
    let path = |word: TokenStream| writer.private(word);
    let (faults, inlet) = (path(quote!(flow::faults)), path(quote!(flow::inlet)));
    let (line, remote) = (path(quote!(flow::line)), path(quote!(flow::remote)));
    let (ty, verdict) = (path(quote!(op::Ty)), path(quote!(flow::Verdict)));
    let (poll, pause) = (path(quote!(region::poll_now)), path(quote!(region::pause)));
    let (emitter, out) = (path(quote!(flow::emitter)), &outs[0]);
    let steps: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let boxes: Vec<Ident> = inlets.iter().map(|inlet| writer.mailbox(*inlet)).collect();
    let ends: Vec<Ident> = (0..inlets.len())
        .map(|index| format_ident!("inlet_{index}"))
        .collect();
    quote! {{
        let (faults, line) = (#faults::<E>(), #line());
        #(let (#boxes, mut #ends) = #inlet(#ty::<#types>::new(), &faults);)*
        let Self { mut state, finish, #(#steps: (mut #steps, _)),* } = self;
        let emitter = Emitter { #(#steps: #emitter(#boxes, &line)),* };
        let work = async move {
            loop {
                let (mut open, mut moved) = (false, false);
                #(
                    match #poll(&mut #ends).await {
                        ::core::task::Poll::Ready(::core::option::Option::Some(item)) => {
                            (open, moved) = (true, true);
                            #verdict::<R>::tell((#steps)(&mut state, item), &faults);
                        }
                        ::core::task::Poll::Ready(::core::option::Option::None) => {}
                        ::core::task::Poll::Pending => open = true,
                    }
                )*
                if !open { break; }
                if !moved { #pause().await; }
            }
            <#out as #verdict<R>>::end(finish(state), &faults)
        };
        (emitter, #remote(&line, work))
    }}
}

/// A flow that awaits, run elsewhere.
pub fn asynchronous(writer: &Writer<'_, '_, '_>, inlets: &[NodeId]) -> TokenStream {
    let names: Vec<Ident> = inlets.iter().map(|inlet| writer.local(*inlet)).collect();
    let (line, remote) = (
        writer.private(quote!(flow::line)),
        writer.private(quote!(flow::remote)),
    );
    let emitter = writer.private(quote!(flow::emitter));
    quote! {{
        let line = #line();
        let emitter = Emitter { #(#names: #emitter(self.#names, &line)),* };
        (emitter, #remote(&line, self.work.finish()))
    }}
}
