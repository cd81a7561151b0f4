//! The turns of sources that compete for one place: one that has given rests until the others
//! have, or until nothing else moves and it is wanted.
//!
//! ```text
//! if left_open {
//!     match if zip_0_0.is_empty() && left_may_give && … { Ready(left.next()) } else { Pending } {
//!         Ready(Some(x)) => {
//!             left_may_give = false;
//!             if !(right_open && right_may_give) { left_may_give = true; right_may_give = true; }
//!             …
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use super::{demand::Demand, turns};
use crate::{
    names::{Writer, flag, turn_flag},
    plan::{Closer, Root},
};

/// The condition under which a root has its turn among those it competes with.
pub fn may_give(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> Demand {
    let roots = &writer.plan.regions[region].roots;
    let mut rivals = writer.plan.regions[region].rivals.iter().flatten();
    if !rivals.any(|index| roots[*index] == root) {
        return Demand::Always;
    }
    let may_give = writer.held(&turn_flag(writer, root));
    Demand::when(may_give)
}

/// Writes that a root has had its turn: it rests until the others have had theirs.
pub fn rest(writer: &Writer<'_, '_, '_>, region: usize, index: usize) -> TokenStream {
    let plan = writer.plan;
    let roots = &plan.regions[region].roots;
    let Some(rivals) = plan.rivals_of(region, index) else {
        return TokenStream::new();
    };
    let may_give = |index: &usize| writer.held(&turn_flag(writer, roots[*index]));
    let others = rivals.iter().filter(|other| **other != index).map(|other| {
        let open = writer.held(&flag(writer, region, Closer::Root(*other)));
        let due = turns::due(writer, region, roots[*other]).condition();
        let (due, may_give) = (due.into_iter(), may_give(other));
        quote!(#open && #(#due &&)* #may_give)
    });
    let (own, all) = (may_give(&index), rivals.iter().map(may_give));
    quote! {
        #own = false;
        if !(#(#others)||*) { #(#all = true;)* }
    }
}

/// Writes that roots may give again which rest for nothing: nothing has moved in a turn of the
/// region, and one of them could give. `wanted` is the condition of a root, but for its rest.
pub fn begin_again(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    mut wanted: impl FnMut(usize) -> Demand,
) -> TokenStream {
    let plan = writer.plan;
    let moved = writer.flag("moved");
    let roots = &plan.regions[region].roots;
    let begun = plan.regions[region].rivals.iter().map(|rivals| {
        let may_give = |index: &usize| writer.held(&turn_flag(writer, roots[*index]));
        let held_up = rivals.iter().map(|index| {
            let open = writer.held(&flag(writer, region, Closer::Root(*index)));
            let (wanted, may_give) = (wanted(*index).condition().into_iter(), may_give(index));
            quote!(#open && !#may_give #(&& #wanted)*)
        });
        let (held_up, all) = (held_up.collect::<Vec<_>>(), rivals.iter().map(may_give));
        quote!(if #(#held_up)||* { #(#all = true;)* #moved = true; })
    });
    let begun: TokenStream = begun.collect();
    match begun.is_empty() {
        true => begun,
        false => quote!(if !#moved { #begun }),
    }
}
