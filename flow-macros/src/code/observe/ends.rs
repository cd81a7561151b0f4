//! The beginning and the end of an observed flow, form by form, and what it publishes in
//! between.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    CHUNK,
    waits::{filled, said_at_end, said_of},
};
use crate::names::Writer;

/// All counters that are known by now. Where they are locals, the code is written once
/// before to know them all.
fn counters(writer: &Writer<'_, '_, '_>) -> std::ops::Range<usize> {
    let observing = writer.observing.as_ref();
    0..observing.map_or(0, |observing| observing.counters.borrow().len())
}

/// Publishes what was counted in locals, and what waits at fan-ins.
pub fn published(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.counts_in_locals() {
        return TokenStream::new();
    }
    let seen = writer.seen();
    let counters = counters(writer).map(|counter| {
        let counted = writer.counted(counter);
        quote!(#seen.publish(#counter, &mut #counted);)
    });
    let fan_ins = 0..writer.graph().nodes.len();
    let filled = fan_ins.map(|node| filled(writer, node));
    counters.chain(filled).collect()
}

/// The beginning of a flow that counts in locals.
pub fn begun(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.counts_in_locals() {
        return TokenStream::new();
    }
    let observed = writer.observed();
    let counted = counters(writer).map(|counter| writer.counted(counter));
    quote!(#observed.begin_at_once(); #(let mut #counted = 0_u64;)*)
}

/// The end of a flow that is run at once.
pub fn ran(writer: &Writer<'_, '_, '_>, result: TokenStream) -> TokenStream {
    if !writer.observes() {
        return result;
    }
    let (observed, said, publish) = (writer.observed(), said_at_end(writer), published(writer));
    quote!(#publish #observed.end({ #result }, #said))
}

/// The loop over a source, in runs of so many items: what was counted is published between
/// them. This costs less than to look at the counter for each item, and a run of a range is a
/// range, so that its loop is the one that it would be without.
pub fn runs(
    writer: &Writer<'_, '_, '_>,
    at: Span,
    label: Option<TokenStream>,
    needed: Option<TokenStream>,
    pulled: &Ident,
    body: &TokenStream,
) -> Option<TokenStream> {
    if !writer.counts_in_locals() {
        return None;
    }
    let (x, publish, taken) = (writer.x(), published(writer), writer.flag("taken"));
    let run = run(writer, at, pulled, CHUNK);
    let ended = needed.map(|needed| quote_spanned!(at=> if !(#needed) { break; }));
    // The label of the step, where an error leaves it, is that of the loop over runs.
    Some(quote_spanned! {at=>
        #label loop {
            #ended
            let mut #taken = 0_u64;
            for #x in #run {
                #taken += 1;
                #body
                #ended
            }
            #publish
            if #taken < #CHUNK { break; }
        }
    })
}

/// The loop over what one item gives, in runs: there may be many of them. Half as long as those
/// of a source, for what an item before has given is not published either. `failed` is said of
/// the items, and ends those that have no end.
pub fn each(
    writer: &Writer<'_, '_, '_>,
    at: Span,
    given: &Ident,
    items: &TokenStream,
    counter: usize,
    body: &TokenStream,
    [says, failed]: &[TokenStream; 2],
) -> TokenStream {
    let (x, publish, taken) = (writer.x(), published(writer), writer.flag("taken"));
    let (counted, half) = (writer.counted(counter), CHUNK / 2);
    let run = run(writer, at, given, half);
    quote_spanned! {at=>
        let mut #given = ::core::iter::IntoIterator::into_iter(#items);
        #says
        loop {
            let mut #taken = 0_u64;
            for #x in #run {
                #taken += 1;
                #body
                #failed
            }
            #failed
            if #counted >= #half { #publish }
            if #taken < #half { break; }
        }
    }
}

/// The next items of an iterator, at most so many: all of what is left, where they are fewer.
fn run(writer: &Writer<'_, '_, '_>, at: Span, items: &Ident, most: u64) -> TokenStream {
    let [few, whole, pulled, runs] = ["RunsFew", "RunsWhole", "RunsPulled", "Runs"]
        .map(|word| writer.private_at(at, &format!("observe::{word}")));
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use {#few as _, #whole as _, #pulled as _};
        (&&&#runs(&#items)).kind().run(&mut #items, #most)
    }}
}

/// The declarations of a loop over several roots, and its work in each turn: it publishes
/// now and then.
pub fn ticks(writer: &Writer<'_, '_, '_>) -> [TokenStream; 2] {
    if !writer.counts_in_locals() {
        return Default::default();
    }
    let (turns, publish, mask) = (writer.flag("counted_turns"), published(writer), CHUNK - 1);
    [
        quote!(let mut #turns = 0_u64;),
        quote! {
            #turns += 1;
            if #turns & #mask == 0 { #publish }
        },
    ]
}

/// The future of a flow that gives its result.
pub fn driven(writer: &Writer<'_, '_, '_>, work: TokenStream) -> TokenStream {
    if !writer.observes() {
        return work;
    }
    let (observed, said) = (writer.observed(), said_at_end(writer));
    quote!(#observed.drive(#work, #said))
}

/// The future of a flow with an open end, whose errors have left there.
pub fn coroutine(writer: &Writer<'_, '_, '_>, work: TokenStream) -> TokenStream {
    if !writer.observes() {
        return work;
    }
    let observed = writer.observed();
    quote!(#observed.drive(#work, |_, _| false))
}

/// An error leaves at the open end: the flow ends with it.
pub fn failed(writer: &Writer<'_, '_, '_>, error: &TokenStream) -> TokenStream {
    if !writer.observes() || writer.copies.is_some() {
        return TokenStream::new();
    }
    let (seen, to, said) = (
        writer.seen(),
        writer.flag("to"),
        said_of(writer, &quote!(&#error)),
    );
    quote!(#seen.failed(|#to| #said);)
}

/// The end of a flow that has been emitted into.
pub fn finished(writer: &Writer<'_, '_, '_>, code: TokenStream) -> TokenStream {
    if !writer.observes() {
        return code;
    }
    let (seen, said) = (writer.seen(), said_at_end(writer));
    let output = writer.flag("output");
    quote!(let #output = { #code }; #seen.end(#output, #said))
}

/// A step of a flow that the program drives: the flow ends where it panics.
pub fn watched_over(writer: &Writer<'_, '_, '_>, step: TokenStream) -> TokenStream {
    if !writer.has_lookout() {
        return step;
    }
    let (lookout, guard, given) = (writer.lookout(), writer.flag("guard"), writer.flag("given"));
    quote! {
        let #guard = #lookout.guard();
        let #given = { #step };
        #guard.stand_down();
        #given
    }
}

/// The end of input of a piece.
pub fn piece_over(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.observes() {
        return TokenStream::new();
    }
    let seen = writer.seen();
    quote!(#seen.over();)
}

/// A turn of a flow that is pulled: the last one ends it.
pub fn lazy(writer: &Writer<'_, '_, '_>, turn: TokenStream) -> TokenStream {
    if !writer.observes() {
        return turn;
    }
    let (seen, more) = (writer.seen(), writer.flag("more"));
    let turn = watched_over(writer, turn);
    quote! {
        let #more = { #turn };
        if !#more { #seen.end((), |_, _| false); }
        #more
    }
}

/// The parts that observation adds to the type of a flow with several inlets.
#[derive(Default)]
pub struct Several {
    /// The field of the type.
    pub field: TokenStream,
    /// The parameter of its constructor, behind the others.
    pub parameter: TokenStream,
    /// The argument, or the field of a value, behind the others.
    pub value: TokenStream,
    /// The method.
    pub method: TokenStream,
    /// The trait of flows that can be watched.
    pub watched: TokenStream,
}

/// The view of a flow with several inlets, whose type is `OpenFlow` with these parameters, and
/// these arguments for them.
pub fn several(
    writer: &Writer<'_, '_, '_>,
    parameters: &TokenStream,
    arguments: &TokenStream,
) -> Several {
    if !writer.observes() {
        return Several::default();
    }
    let (view, ty) = (writer.view(), writer.private(quote!(observe::Watch)));
    let krate = writer.krate;
    Several {
        field: quote!(#view: #ty,),
        parameter: quote!(#view: #ty,),
        value: quote!(, #view),
        method: quote! {
            /// Returns a view of the flow, which tells at any time how far it has come.
            pub fn watch(&self) -> #ty {
                let Self::Parts { #view, .. } = self;
                ::core::clone::Clone::clone(#view)
            }
        },
        watched: quote! {
            impl<#parameters> #krate::inspect::Watched for OpenFlow<#arguments> {
                fn watch(&self) -> #ty {
                    let Self::Parts { #view, .. } = self;
                    ::core::clone::Clone::clone(#view)
                }
            }
        },
    }
}
