//! The turns of sources that compete for one place: one that has given rests until the others
//! have, or until nothing else moves and it is wanted.
//!
//! ```text
//! if left_open {
//!     match if zip_0_0.is_empty() && left_may_give && … { Ready(left.next()) } else { Pending } {
//!         Ready(Some(x)) => { left_may_give = false; … }
//! …
//! if !(left_open && left_may_give || right_open && right_may_give) {
//!     left_may_give = true;
//!     right_may_give = true;
//! }
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
    let index = writer.plan.root_index(region, root);
    if writer.plan.rivals_of(region, index).is_none() {
        return Demand::Always;
    }
    let may_give = writer.held(&turn_flag(writer, root));
    Demand::when(quote!(#may_give))
}

/// Writes that a root has had its turn: it rests until the others have had theirs.
pub fn rest(writer: &Writer<'_, '_, '_>, region: usize, index: usize) -> Option<TokenStream> {
    let plan = writer.plan;
    plan.rivals_of(region, index)?;
    let may_give = writer.held(&turn_flag(writer, plan.regions[region].roots[index]));
    Some(quote!(#may_give = false;))
}

/// Writes that roots may give again, at the end of a turn of the region: all that they compete
/// with have given, or nothing has moved, and one of them rests that could give. `wanted` is the
/// condition of a root, but for its rest.
pub fn begin_again(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    mut wanted: impl FnMut(usize) -> Demand,
) -> TokenStream {
    let plan = writer.plan;
    let moved = writer.flag("moved");
    let roots = &plan.regions[region].roots;
    let may_give = |index: &usize| writer.held(&turn_flag(writer, roots[*index]));
    let open = |index: &usize| writer.held(&flag(writer, region, Closer::Root(*index)));
    let (mut given, mut held_up) = (TokenStream::new(), TokenStream::new());
    for rivals in &plan.regions[region].rivals {
        let all = rivals.iter().map(may_give);
        let again = quote!(#(#all = true;)*);
        let due = rivals.iter().map(|index| {
            let due = turns::due(writer, region, roots[*index]).condition();
            let (open, due, may_give) = (open(index), due.into_iter(), may_give(index));
            quote!(#open && #(#due &&)* #may_give)
        });
        given.extend(quote!(if !(#(#due)||*) { #again }));
        let rest = rivals.iter().map(|index| {
            let wanted = wanted(*index).condition().into_iter();
            let (open, may_give) = (open(index), may_give(index));
            quote!(#open && !#may_give #(&& #wanted)*)
        });
        held_up.extend(quote!(if #(#rest)||* { #again #moved = true; }));
    }
    match given.is_empty() {
        true => given,
        false => quote!(#given if !#moved { #held_up }),
    }
}
