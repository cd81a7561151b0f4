//! The turns of a flow that is pulled: each goes on by one item.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    closing::{close, parts},
    demand::{Ask, Demand, Demands},
    names::{OnError, Writer},
    rests,
    roots::{may_rest, needed, open, puller, step_of},
    several::turns,
    step, told,
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
    let (body, (end, more)) = (step_of(writer, region, root), end(writer, region));
    let of_root = quote! {
        match #next {
            ::core::option::Option::Some(#x) => { #body true }
            ::core::option::Option::None => { #end #more }
        }
    };
    behind_rests(writer, region, of_root, &quote!(true))
}

/// As [`of_single`], of a stream that polls its source.
pub fn of_polled(writer: &Writer<'_, '_, '_>, cx: &Ident) -> TokenStream {
    let root = writer.plan.regions[0].roots[0];
    let (x, next) = (writer.x(), polled(writer, root, cx));
    let (body, (end, more)) = (step_of(writer, 0, root), end(writer, 0));
    let of_root = quote! {
        match #next {
            ::core::task::Poll::Ready(::core::option::Option::Some(#x)) => {
                #body
                ::core::task::Poll::Ready(true)
            }
            ::core::task::Poll::Ready(::core::option::Option::None) => {
                #end
                ::core::task::Poll::Ready(#more)
            }
            ::core::task::Poll::Pending => ::core::task::Poll::Pending,
        }
    };
    behind_rests(writer, 0, of_root, &quote!(::core::task::Poll::Ready(true)))
}

/// The turn of a root, where nothing is left of the item before: that comes first, of what is
/// nearest to the end before all.
fn behind_rests(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    of_root: TokenStream,
    more: &TokenStream,
) -> TokenStream {
    let (x, kept) = (writer.x(), writer.plan.kept_in(region).into_iter());
    kept.fold(of_root, |otherwise, node| {
        let at = writer.place(node);
        let body = step_of(writer, region, Root::Source(node));
        let mut left = rests::next(writer, node);
        if let Demand::While(needed) = rests::needed(writer, node) {
            left = quote_spanned!(at=> if #needed { #left } else { ::core::option::Option::None });
        }
        quote_spanned! {at=>
            if let ::core::option::Option::Some(#x) = #left { #body #more } else { #otherwise }
        }
    })
}

/// The turn in which the source has ended, and whether there may be more behind it.
fn end(writer: &Writer<'_, '_, '_>, region: usize) -> (TokenStream, TokenStream) {
    if !writer.ends_by_turns() {
        let close = close(writer, region, Closer::Root(0));
        return (close, quote!(false));
    }
    let ended = writer.held(&writer.flag("ended"));
    let parts = parts(writer, region).into_iter().chain(told::left(writer));
    let parts: Vec<TokenStream> = parts
        .enumerate()
        .map(|(n, part)| quote!(#n => { #part }))
        .collect();
    let count = parts.len();
    let end = quote! {
        #ended += 1;
        match #ended - 1 { #(#parts)* _ => {} }
    };
    (end, quote!(#ended <= #count))
}

/// The locals that the turns of the end of input need.
pub fn ending(writer: &Writer<'_, '_, '_>) -> (TokenStream, Vec<Ident>) {
    let (mut declared, mut kept) = (TokenStream::new(), Vec::new());
    if writer.ends_by_turns() {
        let ended = writer.flag("ended");
        declared.extend(quote!(let mut #ended = 0_usize;));
        kept.push(ended);
    }
    if writer.plan.goes_by_levels() && writer.on_error() == OnError::Ends {
        declared.extend(told::none(writer));
        kept.push(writer.faults());
    }
    (declared, kept)
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
    match not_ended(writer, root) {
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
    match not_ended(writer, root) {
        Demand::While(needed) => quote!(if #needed { #next } else { ::core::option::Option::None }),
        Demand::Always | Demand::Never => next,
    }
}

/// The condition under which a root is needed, and has not ended.
fn not_ended(writer: &Writer<'_, '_, '_>, root: Root) -> Demand {
    let needed = needed(&mut Demands::new(writer, Ask::Needed), root);
    if !writer.ends_by_turns() {
        return needed;
    }
    let ended = writer.held(&writer.flag("ended"));
    Demand::when(quote!(#ended == 0)).and(needed)
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
