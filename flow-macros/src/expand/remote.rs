//! The parts of a flow with several inlets that let it run elsewhere: an emitter with
//! a field and a method for each inlet, and the two ways to spawn it. With one
//! inlet all of that is in the runtime.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{inlets::Inlets, names::Writer};

/// The type of the emitter: one of the runtime's for each inlet.
pub fn emitter(writer: &Writer<'_, '_, '_>, inlets: &Inlets) -> TokenStream {
    let Inlets { names, types, .. } = inlets;
    let (emits, tries) = (inlets.methods("emit"), inlets.methods("try_emit"));
    let krate = writer.krate;
    let each = quote!(#krate::Emitter);
    let error = quote!(#krate::EmitError);
    let try_error = quote!(#krate::TryEmitError);
    quote! {
        #[allow(non_snake_case)]
        struct Emitter<E, #(#types),*> {
            #(
                /// The emitter of this inlet alone.
                pub #names: #each<#types, E>,
            )*
        }
        impl<E, #(#types),*> ::core::clone::Clone for Emitter<E, #(#types),*> {
            fn clone(&self) -> Self {
                Self { #(#names: ::core::clone::Clone::clone(&self.#names)),* }
            }
        }
        #[allow(dead_code, non_snake_case)]
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
                /// Hands over one item, if the flow has a place for it.
                pub fn #tries(
                    &self,
                    item: #types,
                ) -> ::core::result::Result<(), #try_error<#types>> {
                    self.#names.try_emit(item)
                }
            )*
            /// Ends the input of all inlets, for all clones.
            pub fn close(&self) {
                #(self.#names.close();)*
            }
            /// Returns whether no inlet takes anything more.
            pub fn is_closed(&self) -> bool {
                #(self.#names.is_closed())&&*
            }
        }
    }
}

/// The ways to spawn a flow.
pub struct Spawns<'a> {
    /// The types of what is emitted, inlet by inlet.
    pub types: &'a [Ident],
    /// The parameters of the two methods.
    pub generics: TokenStream,
    /// The result of the flow.
    pub result: TokenStream,
    /// The bounds of being spawned.
    pub bounds: TokenStream,
    /// The emitter, and the flow as a future, as a pair.
    pub remote: TokenStream,
    /// True when something is awaited in it.
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

/// A flow that does not await, run elsewhere: each inlet has its turn while it is
/// open, and something behind it wants more.
pub fn synchronous(writer: &Writer<'_, '_, '_>, inlets: &Inlets, outs: &[Ident]) -> TokenStream {
    let Inlets {
        names,
        types,
        indices,
    } = inlets;
    let path = |word: TokenStream| writer.private(word);
    let (faults, inlet) = (path(quote!(flow::faults)), path(quote!(flow::inlet)));
    let (line, remote) = (path(quote!(flow::line)), path(quote!(flow::remote)));
    let (ty, verdict) = (path(quote!(op::Ty)), path(quote!(flow::Verdict)));
    let (poll, pause) = (path(quote!(region::poll_now)), path(quote!(region::pause)));
    let (emitter, out) = (path(quote!(flow::emitter)), &outs[0]);
    let numbered = |word: &str| -> Vec<Ident> {
        (0..names.len())
            .map(|each| format_ident!("{word}_{each}"))
            .collect()
    };
    let (boxes, exits) = (numbered("mailbox"), numbered("inlet"));
    let (steps, ends) = (numbered("step"), numbered("end"));
    let count = names.len();
    quote! {{
        let (faults, line) = (#faults::<E>(), #line());
        #(let (#boxes, mut #exits) = #inlet(#ty::<#types>::new(), &faults);)*
        let Self::Parts { mut state, steps, ends, mut wants, finish, .. } = self;
        let ((#(mut #steps,)*), (#(mut #ends,)*)) = (steps, ends);
        let emitter = Emitter { #(#names: #emitter(#boxes, &line)),* };
        let work = async move {
            let mut open = [true; #count];
            while open.contains(&true) {
                let mut moved = false;
                #(if open[#indices] {
                    let polled = if wants(&mut state, open)[#indices] {
                        #poll(&mut #exits).await
                    } else {
                        ::core::task::Poll::Ready(::core::option::Option::None)
                    };
                    match polled {
                        ::core::task::Poll::Ready(::core::option::Option::Some(item)) => {
                            moved = true;
                            #verdict::<R>::tell(#steps(&mut state, item), &faults);
                        }
                        ::core::task::Poll::Ready(::core::option::Option::None) => {
                            moved = true;
                            open[#indices] = false;
                            #exits.close();
                            #verdict::<R>::tell(#ends(&mut state), &faults);
                        }
                        ::core::task::Poll::Pending => {}
                    }
                })*
                if !moved { #pause().await; }
            }
            <#out as #verdict<R>>::end(finish(state), &faults)
        };
        (emitter, #remote(&line, work))
    }}
}

/// A flow that awaits, run elsewhere.
pub fn asynchronous(writer: &Writer<'_, '_, '_>, inlets: &Inlets) -> TokenStream {
    let Inlets { names, indices, .. } = inlets;
    let (line, remote) = (
        writer.private(quote!(flow::line_of)),
        writer.private(quote!(flow::remote)),
    );
    let emitter = writer.private(quote!(flow::emitter_of));
    let count = names.len();
    quote! {{
        let line = #line(#count);
        let Self::Parts { work, boxes, .. } = self;
        let emitter = Emitter { #(#names: #emitter(boxes.#indices, &line, #indices)),* };
        (emitter, #remote(&line, work.finish()))
    }}
}
