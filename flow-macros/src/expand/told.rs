//! How errors of a bare `?` are told: in an open flow each by itself, and the flow
//! goes on; at the end of any flow the first, with the others behind it.
//!
//! ```text
//! let outcome: Result<(), Error> = async { … Ok(()) }.await;  // one item of a loop
//! if let Err(error) = outcome { faults.fail(error); }
//! …
//! (&mut faults).end(Ok(sum))                                  // the end
//! ```

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::{error_type, names::Writer};
use crate::plan::Shape;

impl Writer<'_, '_, '_> {
    /// Returns whether an error ends no more than the item that failed: the program
    /// emits, and is told.
    pub fn goes_on(&self) -> bool {
        let open = matches!(self.plan.shape(), Shape::Open(_));
        self.plan.fails && open && self.copies.is_none()
    }
}

/// What is done with one item. In an open flow an error is kept for the program, and
/// what comes after goes on.
pub fn told(writer: &Writer<'_, '_, '_>, code: TokenStream) -> TokenStream {
    if !writer.goes_on() {
        return code;
    }
    let (faults, failed) = (writer.flag("faults"), writer.flag("error"));
    let outcome = writer.flag("outcome");
    let tried = tried(writer, &code);
    quote! {
        #tried
        if let ::core::result::Result::Err(#failed) = #outcome {
            #faults.fail(#failed);
        }
    }
}

/// As [`told`], of code that is to be done once more where an item failed in it.
pub fn told_until_done(writer: &Writer<'_, '_, '_>, code: TokenStream) -> TokenStream {
    if !writer.goes_on() || code.is_empty() {
        return code;
    }
    let (faults, failed) = (writer.flag("faults"), writer.flag("error"));
    let outcome = writer.flag("outcome");
    let tried = tried(writer, &code);
    quote! {
        loop {
            #tried
            let ::core::result::Result::Err(#failed) = #outcome else { break };
            #faults.fail(#failed);
        }
    }
}

/// `let outcome = …;`: whether the code came to its end.
fn tried(writer: &Writer<'_, '_, '_>, code: &TokenStream) -> TokenStream {
    let (error, outcome) = (error_type(writer), writer.flag("outcome"));
    let outcome_type = quote!(::core::result::Result<(), #error>);
    // What the code does not await must not be kept over an await.
    if !awaits(code.clone()) {
        let tries = writer.flag("tries");
        return quote! {
            let #tries = || -> #outcome_type { #code ::core::result::Result::Ok(()) };
            let #outcome = { #tries }();
        };
    }
    quote! {
        let #outcome: #outcome_type = async { #code ::core::result::Result::Ok(()) }.await;
    }
}

/// Whether code awaits.
fn awaits(code: TokenStream) -> bool {
    code.into_iter().any(|token| match token {
        TokenTree::Group(group) => awaits(group.stream()),
        TokenTree::Ident(word) => word == "await",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// No errors yet.
pub fn none(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (faults, error) = (writer.flag("faults"), error_type(writer));
    let arisen = writer.private(quote!(flow::arisen));
    quote!(let mut #faults = #arisen::<#error>();)
}

/// What a flow gives at its end: `out`, or the first error that was not told.
pub fn end(writer: &Writer<'_, '_, '_>, out: &TokenStream) -> TokenStream {
    let faults = writer.flag("faults");
    end_of(writer, &quote!(#faults), out)
}

/// As [`end`], of the errors that an expression gives.
pub fn end_of(writer: &Writer<'_, '_, '_>, errors: &TokenStream, out: &TokenStream) -> TokenStream {
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

/// The outcome of branches that ran at the same time.
pub fn together(writer: &Writer<'_, '_, '_>, outcomes: &[TokenStream]) -> TokenStream {
    let faults = writer.flag("faults");
    if writer.goes_on() {
        return quote!(#faults.all([#(#outcomes),*]));
    }
    let (none, end) = (
        none(writer),
        end(writer, &quote!(::core::result::Result::Ok(()))),
    );
    quote!({
        #none
        #(#faults.add(#outcomes);)*
        #end
    })
}

/// What the flow gives at its end, given the errors that were not told.
pub fn last(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.plan.fails {
        return quote!(|out, _| out);
    }
    let faults = writer.flag("faults");
    let end = end(writer, &quote!(out));
    quote!(|out, mut #faults| #end)
}
