//! Pieces of flows: an inlet and an open end.
//!
//! A piece is `Clone` when what is in it is. So its operators are built by constructors
//! that hide nothing, and each stands in a place of its own in the state: `Held`, which is
//! cloned with what the operator holds.
//!
//! ```text
//! PieceFlow::by_steps(item_0, item_1, (Held(partition_1),), move |state, out, x| {
//!     let (Held(partition_1),) = state;
//!     match x {
//!         Some(x) => if let Some(x) = partition_1.push(x) { leave(out, x); },
//!         None => if let Some(x) = partition_1.finish() { leave(out, x); },
//!     }
//! })
//! ```
//!
//! One that awaits is a future once it stands in another flow, and its operators are copied
//! as they were built: `Built`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    asynchronous as work, driven,
    kept::kept,
    names::Writer,
    observe,
    state::{self, held},
    told, wanted,
};
use crate::{
    graph::{NodeId, Port},
    table::{Memory, Role},
};

/// A piece that awaits: a future, once it has its ends.
pub fn asynchronous(writer: &Writer<'_, '_, '_>, inlet: NodeId, outlet: NodeId) -> TokenStream {
    let kept = kept(writer);
    let (enters, left) = (
        writer.witness(inlet, Port::Items),
        state::left(writer, outlet),
    );
    let work = told::giving(writer, &work(writer));
    let (held, unpack) = (held(writer, &kept), state::unpack(writer, &kept));
    let (state, entry, out) = (writer.flag("state"), writer.local(inlet), writer.outbox());
    let new = writer.private(quote!(AsyncPieceFlow::new));
    let over = observe::piece_over(writer);
    quote! {
        #new(#enters, #left, #held, move |#state, mut #entry, #out| async move { #unpack #work #over })
    }
}

/// An inlet and an open end: an operator.
pub fn synchronous(writer: &Writer<'_, '_, '_>, inlet: NodeId, outlet: NodeId) -> TokenStream {
    let (kept, flags) = driven::kept_and_flags(writer);
    let (step, end) = (driven::step(writer, inlet), driven::end(&writer.lending()));
    let lent = state::unpack(&writer.lending(), &kept);
    let (state, out, x) = (writer.flag("state"), writer.outbox(), writer.x());
    let (witness, left) = (
        writer.witness(inlet, Port::Items),
        state::left(writer, outlet),
    );
    let over = observe::piece_over(writer);
    let work = quote! {
        match #x {
            ::core::option::Option::Some(#x) => { #step }
            ::core::option::Option::None => { #over #end }
        }
    };
    let held = held(writer, &kept);
    let value = if writer.is_coroutine() {
        let new = writer.private(quote!(PieceFlow::coroutines));
        let (lent_state, inner) = (writer.flag("held"), &state);
        quote! {
            #new(#witness, #left, #held, move |mut #lent_state, #x| async move {
                {
                    let (#out, #inner) = &mut *#lent_state;
                    #lent
                    #work
                }
                #lent_state
            })
        }
    } else {
        let new = writer.private(quote!(PieceFlow::by_steps));
        quote!(#new(#witness, #left, #held, move |#state, #out, #x| { #lent #work }))
    };
    // Whoever acknowledges what goes in wants to know.
    let nothing = holds_nothing(writer).then(|| quote!(.holding_nothing()));
    let takes = wanted::of_piece(writer, &kept, inlet);
    let takes = takes.map(|takes| quote!(.taking_while(#takes)));
    quote!({ #(let #flags = true;)* #value #nothing #takes })
}

/// Returns whether an item that goes into a piece has left it when it has gone through.
fn holds_nothing(writer: &Writer<'_, '_, '_>) -> bool {
    let mut nodes = writer.graph().nodes.iter();
    !nodes.any(|node| {
        // Lines wait in a buffer until the end of input.
        let behaviour = &node.behaviour;
        behaviour.memory != Memory::None || behaviour.role == Role::Source
    })
}
