//! The turns of a flow that is pulled: each goes on by one item.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    closing::close,
    demand::{Ask, Demand, Demands},
    names::Writer,
    roots::{may_rest, needed, open, puller, step_of},
    several::turns,
};
use crate::plan::Closer;

/// One turn of a region with one synchronous root, for a flow that is pulled:
/// `true` where there may be more.
pub fn of_single(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let root = writer.plan.regions[region].roots[0];
    let (pulled, _) = puller(writer, root);
    let pulled = writer.held(&pulled);
    let x = writer.x();
    let mut next = quote!(::core::iter::Iterator::next(&mut #pulled));
    if let Demand::While(needed) = needed(&mut Demands::new(writer, Ask::Needed), root) {
        next = quote!(if #needed { #next } else { ::core::option::Option::None });
    }
    let body = step_of(writer, region, root);
    let close = close(writer, region, Closer::Root(0));
    quote! {
        match #next {
            ::core::option::Option::Some(#x) => { #body true }
            ::core::option::Option::None => { #close false }
        }
    }
}

/// As [`of_single`], of several roots.
pub fn of_several(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let rests = may_rest(writer, region);
    let (open, turns) = (open(writer, region), turns(writer, region, rests));
    let (moving, moved) = if rests {
        let moved = writer.flag("moved");
        (quote!(let mut #moved = false;), quote!(#moved))
    } else {
        (TokenStream::new(), quote!(true))
    };
    quote! {
        if #open {
            #moving
            #turns
            #moved
        } else {
            false
        }
    }
}
