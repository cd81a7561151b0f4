//! The turns of a flow that is pulled: each goes on by one item.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    closing::close,
    demand::{Ask, Demand, Demands},
    names::Writer,
    rests,
    roots::{may_rest, needed, open, puller, step_of},
    several::turns,
    step,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root},
};

/// One turn of a region with one synchronous root, for a flow that is pulled:
/// `true` where there may be more.
pub fn of_single(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let root = writer.plan.regions[region].roots[0];
    let (x, next) = (writer.x(), next(writer, root));
    let body = step_of(writer, region, root);
    let close = close(writer, region, Closer::Root(0));
    let of_root = quote! {
        match #next {
            ::core::option::Option::Some(#x) => { #body true }
            ::core::option::Option::None => { #close false }
        }
    };
    // What is left of an item comes first, of what is nearest to the end before all.
    let kept = writer.plan.kept_in(region).into_iter();
    kept.fold(of_root, |otherwise, node| {
        let (at, rest) = (writer.place(node), writer.rest_of(node));
        let body = step_of(writer, region, Root::Source(node));
        let mut left = quote_spanned!(at=> #rest.next());
        if let Demand::While(needed) = rests::needed(writer, node) {
            left = quote_spanned!(at=> if #needed { #left } else { ::core::option::Option::None });
        }
        quote_spanned! {at=>
            if let ::core::option::Option::Some(#x) = #left { #body true } else { #otherwise }
        }
    })
}

/// As [`of_single`], of a stream that polls its source.
pub fn of_polled(writer: &Writer<'_, '_, '_>, cx: &Ident) -> TokenStream {
    let root = writer.plan.regions[0].roots[0];
    let at = writer.root_place(root);
    let (x, (pulled, _)) = (writer.x(), puller(writer, root));
    let poll_next = writer.private_at(at, "flow::poll_next");
    let mut next = quote_spanned!(at=> #poll_next(#pulled, #cx));
    if let Demand::While(needed) = needed(&mut Demands::new(writer, Ask::Needed), root) {
        let none = quote!(::core::task::Poll::Ready(::core::option::Option::None));
        next = quote!(if #needed { #next } else { #none });
    }
    let body = step_of(writer, 0, root);
    let close = close(writer, 0, Closer::Root(0));
    quote! {
        match #next {
            ::core::task::Poll::Ready(::core::option::Option::Some(#x)) => {
                #body
                ::core::task::Poll::Ready(true)
            }
            ::core::task::Poll::Ready(::core::option::Option::None) => {
                #close
                ::core::task::Poll::Ready(false)
            }
            ::core::task::Poll::Pending => ::core::task::Poll::Pending,
        }
    }
}

/// The two halves of such a turn, before and behind the one future that it awaits.
pub fn of_halves(writer: &Writer<'_, '_, '_>, source: NodeId) -> [TokenStream; 2] {
    let root = Root::Source(source);
    let (x, next) = (writer.x(), next(writer, root));
    let [first, second] = step::halves(writer, source);
    let close = close(writer, 0, Closer::Root(0));
    let begun = writer.private(quote!(flow::Begun));
    let first = quote! {
        match #next {
            ::core::option::Option::Some(#x) => { #first #begun::Ended }
            ::core::option::Option::None => { #close #begun::Over }
        }
    };
    [first, second]
}

/// The next item of a synchronous root, while it is needed.
fn next(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
    let (pulled, _) = puller(writer, root);
    let pulled = writer.held(&pulled);
    let next = quote!(::core::iter::Iterator::next(&mut #pulled));
    match needed(&mut Demands::new(writer, Ask::Needed), root) {
        Demand::While(needed) => quote!(if #needed { #next } else { ::core::option::Option::None }),
        Demand::Always | Demand::Never => next,
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
