//! The one who counts, where the code that counts is copied: for the keys of a chain that
//! awaits, for workers, and in what a flow remembers.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::names::{Copies, Writer};

/// Returns whether what a chain is copied for runs on threads of their own.
fn is_apart(writer: &Writer<'_, '_, '_>) -> bool {
    writer.observes() && writer.copies == Some(Copies::PerWorker)
}

/// The one who counts, where it is kept with what else a flow, or a copy of a chain,
/// remembers; and who looks out for panics.
pub fn kept(writer: &Writer<'_, '_, '_>) -> Vec<Ident> {
    let is_kept = match writer.copies {
        Some(_) => is_apart(writer),
        None => writer.observes(),
    };
    let seen = is_kept.then(|| writer.seen());
    let lookout = writer.has_lookout().then(|| writer.lookout());
    seen.into_iter().chain(lookout).collect()
}

/// The counters of a worker, in the set-up of what is copied for each.
pub fn apart(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let seen = writer.seen();
    match is_apart(writer) {
        true => quote!(let #seen = #seen.apart();),
        false => TokenStream::new(),
    }
}

/// The closure that makes the future of a key's chain: each counts with the flow's counters.
pub fn of_keys(writer: &Writer<'_, '_, '_>, closure: TokenStream) -> TokenStream {
    if !writer.observes() {
        return closure;
    }
    let seen = writer.seen();
    quote!({
        let #seen = ::core::clone::Clone::clone(&#seen);
        move #closure
    })
}

/// The parts of it that such a future has, and what waits in it.
pub fn in_key(writer: &Writer<'_, '_, '_>, future: TokenStream) -> TokenStream {
    if !writer.observes() {
        return future;
    }
    let seen = writer.seen();
    let fills = (writer.plan.regions.len() > 1).then(|| {
        let fills = fills_of(writer);
        quote!(let #fills = #seen.fills_of_copy();)
    });
    quote!({
        let #seen = ::core::clone::Clone::clone(&#seen);
        #fills
        #future
    })
}

/// The one who notes what waits between the regions of a flow, or of the chain of a key.
pub(super) fn fills_of(writer: &Writer<'_, '_, '_>) -> Ident {
    match writer.copies {
        None => writer.seen(),
        Some(_) => writer.flag(&format!("fills{}", writer.path_within())),
    }
}
