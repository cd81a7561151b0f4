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

/// One turn of a region with one root, for a flow that is pulled:
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
    let (x, next) = (writer.x(), polled(writer, root, cx));
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

/// The parts of a turn, before and behind each future that it awaits: the first, those in the
/// middle, the last.
pub fn of_parts(
    writer: &Writer<'_, '_, '_>,
    source: NodeId,
    cx: &Ident,
) -> (TokenStream, Vec<TokenStream>, TokenStream) {
    let root = Root::Source(source);
    let x = writer.x();
    let mut parts = step::parts(writer, source).into_iter();
    let (first, last) = (parts.next(), parts.next_back());
    let close = close(writer, 0, Closer::Root(0));
    let stopped = |why: TokenStream| {
        let stopped = writer.private(quote!(flow::Stopped));
        quote!(::core::result::Result::Err(#stopped::#why))
    };
    let [ended, over] = [quote!(Ended), quote!(Over)].map(stopped);
    let first = if puller(writer, root).1 {
        let (next, pending) = (polled(writer, root, cx), stopped(quote!(Pending)));
        quote! {
            match #next {
                ::core::task::Poll::Ready(::core::option::Option::Some(#x)) => { #first #ended }
                ::core::task::Poll::Ready(::core::option::Option::None) => { #close #over }
                ::core::task::Poll::Pending => #pending,
            }
        }
    } else {
        let next = next(writer, root);
        quote! {
            match #next {
                ::core::option::Option::Some(#x) => { #first #ended }
                ::core::option::Option::None => { #close #over }
            }
        }
    };
    let middle = parts.map(|part| quote!(#part #ended)).collect();
    (first, middle, last.unwrap_or_default())
}

/// The next item of a source that is polled, while it is needed.
fn polled(writer: &Writer<'_, '_, '_>, root: Root, cx: &Ident) -> TokenStream {
    let at = writer.root_place(root);
    let (pulled, _) = puller(writer, root);
    let poll_next = writer.private_at(at, "flow::poll_next");
    let next = quote_spanned!(at=> #poll_next(#pulled, #cx));
    match needed(&mut Demands::new(writer, Ask::Needed), root) {
        Demand::While(needed) => {
            let none = quote!(::core::task::Poll::Ready(::core::option::Option::None));
            quote!(if #needed { #next } else { #none })
        }
        Demand::Always | Demand::Never => next,
    }
}

/// The next item of a root, while it is needed; that of one that is polled is awaited.
fn next(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
    let (pulled, is_polled) = puller(writer, root);
    let next = if is_polled {
        let at = writer.root_place(root);
        let next = writer.private_at(at, "flow::next");
        quote_spanned!(at=> #next(#pulled).await)
    } else {
        let pulled = writer.held(&pulled);
        quote!(::core::iter::Iterator::next(&mut #pulled))
    };
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
