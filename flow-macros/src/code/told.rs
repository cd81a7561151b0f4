//! The way of errors from a bare `?` to the program.
//!
//! An error ends the input of a flow that runs to its end: it is kept, the loop is left,
//! what is held leaves, and then the first is given, with the others behind it. In an open
//! flow each is kept for the program, and the flow goes on; so it does in a piece, which
//! gives them with its items.
//!
//! ```text
//! let mut faults = arisen();
//! 'input: for x in lines_0 {
//!     let x = match raise_1(parse(x)) {
//!         Ok(x) => x,
//!         Err(error) => { faults.fail(error); break 'input; }
//!     };
//!     if let Some(x) = partition_2.push(x) { … }
//! }
//! if let Some(x) = partition_2.finish() { … }
//! faults.end(Ok(sum))
//! ```
//!
//! Where nothing is left to be done behind an error, it is a plain `?`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{leaving, observe, rests};
use crate::{
    graph::NodeId,
    names::{OnError, Writer, error_type},
    plan::{Shape, Waits},
};

impl Writer<'_, '_, '_> {
    /// Returns whether errors of several loops are kept in one place.
    pub fn shares_faults(&self) -> bool {
        let regions = self.plan.regions.len() > 1;
        let open = matches!(self.plan.shape(), Shape::Open(_)) && self.plan.waits != Waits::Never;
        (regions || open) && self.copies.is_none()
    }

    /// Returns whether the loops ask whether an error has come: there are several, or
    /// one pulls from several sources, or goes on with what left an operator together.
    pub fn asks_for_faults(&self) -> bool {
        let regions = &self.plan.regions;
        let several = regions.len() > 1 || regions.iter().any(|region| region.roots.len() > 1);
        let told_each = || self.plan.together.contains(&true);
        self.on_error() == OnError::Ends && (several || self.plan.goes_by_levels() || told_each())
    }

    /// Returns whether the end of input of a flow that is pulled has turns of its own: what is
    /// held leaves in them one by one, and then the error.
    pub fn ends_by_turns(&self) -> bool {
        let told = self.plan.goes_by_levels() && self.on_error() == OnError::Ends;
        self.plan.ends_by_turns() || told
    }

    /// Returns whether an error of one of the items that a node gives of one, or of those that
    /// have come round, is none of the others', and ends no more than that item.
    pub fn tells_each(&self, node: NodeId) -> bool {
        let ends = self.on_error() == OnError::Ends || self.collects;
        // What may go round for ever is what `cancel` is for.
        let cancelled = self.cancels && self.plan.is_cycle_head(node);
        ends && self.plan.together[node] && !cancelled
    }
}

/// The condition under which an error has come of what a node gives, or behind the chain of a key
/// that it is in; `None`: an error leaves the code.
pub fn failed(writer: &Writer<'_, '_, '_>, node: NodeId) -> Option<TokenStream> {
    let own = writer.tells_each(node).then(|| {
        let faults = writer.faults();
        quote!(#faults.any())
    });
    let behind = writer.out.as_ref().and_then(|out| out.failed.clone());
    match (own, behind) {
        (Some(own), Some(behind)) => Some(quote!(#own || #behind)),
        (own, behind) => own.or(behind),
    }
}

/// The place for the errors of the loops, where an error is an end of input.
pub fn begin(writer: &Writer<'_, '_, '_>) -> TokenStream {
    match writer.on_error() {
        OnError::Ends if writer.shares_faults() => {
            let (faults, error) = (writer.faults(), error_type(writer));
            let new = writer.private(quote!(flow::faults));
            quote!(let #faults = #new::<#error>();)
        }
        OnError::Ends => none(writer),
        _ => TokenStream::new(),
    }
}

/// The errors that have not been told.
fn errors(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let faults = writer.faults();
    match writer.on_error() {
        OnError::Ends if writer.shares_faults() => quote!(#faults.arisen()),
        _ => {
            let faults = writer.held(&faults);
            quote!(#faults)
        }
    }
}

/// No errors yet.
pub fn none(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (faults, error) = (writer.faults(), error_type(writer));
    let arisen = writer.private(quote!(flow::arisen));
    quote!(let mut #faults = #arisen::<#error>();)
}

/// Writes what a flow gives at its end: `out`, or the first error that was not told.
pub fn end(writer: &Writer<'_, '_, '_>, out: &TokenStream) -> TokenStream {
    end_of(writer, &errors(writer), out)
}

/// As [`end`], of the errors that an expression gives.
fn end_of(writer: &Writer<'_, '_, '_>, errors: &TokenStream, out: &TokenStream) -> TokenStream {
    if writer.error.is_none() {
        return quote!(#errors.end(#out));
    }
    // An error of the user's own is written as an event, if it can be.
    let (events, names) = (
        writer.private(quote!(flow::EndInEvents)),
        writer.private(quote!(flow::EndInNames)),
    );
    quote!({
        #[allow(unused_imports)]
        use {#events as _, #names as _};
        (&mut #errors).end(#out)
    })
}

/// The value of a flow, from code that may fail as a function does; or the first error.
pub fn end_with(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    let (error, given) = (error_type(writer), writer.flag("given"));
    let end = end(writer, &quote!({ #given }()));
    quote! {
        let #given = || -> ::core::result::Result<_, #error> { #code };
        #end
    }
}

/// The outcome of branches that ran at the same time.
pub fn together(writer: &Writer<'_, '_, '_>, outcomes: &[TokenStream]) -> TokenStream {
    let faults = writer.faults();
    let shared = writer.shares_faults();
    if shared && matches!(writer.on_error(), OnError::Kept | OnError::Ends) {
        return quote!(#faults.all([#(#outcomes),*]));
    }
    let none = none(writer);
    let ok = quote!(::core::result::Result::Ok(()));
    let end = end_of(writer, &quote!(#faults), &ok);
    quote!({
        #none
        #(#faults.add(#outcomes);)*
        #end
    })
}

/// Writes what the flow gives at its end, given the errors that were not told.
pub fn last(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.plan.fails {
        return quote!(|out, _| out);
    }
    let faults = writer.faults();
    let end = end(writer, &quote!(out));
    quote!(|out, mut #faults| #end)
}

/// The last turn of a flow that is pulled: where an error has ended it, it leaves.
pub fn left(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    if writer.on_error() != OnError::Ends {
        return None;
    }
    let failed = writer.flag("error");
    let end = end(writer, &quote!(::core::result::Result::Ok(())));
    let leaves = leaving::failed(writer, &failed);
    let endless = rests::drop_given(writer);
    Some(quote!(if let ::core::result::Result::Err(#failed) = #end { #leaves #endless }))
}

/// Writes what runs a flow with an open end: where a bare `?` may end it, the error leaves
/// there, after all else.
pub fn giving(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    let (error, failed) = (error_type(writer), writer.flag("error"));
    let (out, ended) = (writer.outbox(), observe::failed(writer, &quote!(#failed)));
    match writer.on_error() {
        _ if !writer.plan.fails => code.clone(),
        OnError::Given | OnError::Kept => code.clone(),
        OnError::Ends => {
            let (begin, ok) = (begin(writer), quote!(::core::result::Result::Ok(())));
            let end = end(writer, &ok);
            quote! {
                #begin
                #code
                if let ::core::result::Result::Err(#failed) = #end {
                    #ended
                    #out.give(::core::result::Result::Err(#failed)).await;
                }
            }
        }
        OnError::Leaves => quote! {
            let outcome: ::core::result::Result<(), #error> =
                async { #code ::core::result::Result::Ok(()) }.await;
            if let ::core::result::Result::Err(#failed) = outcome {
                #out.give(::core::result::Result::Err(#failed)).await;
            }
        },
    }
}
