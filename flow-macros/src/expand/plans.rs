//! Plans: what an `ensure` would make, counted by a run of what leads to it.
//!
//! ```text
//! AsyncFlow::ensuring(later(), 0.0, move |stop| async move {
//!     if let Some(tally) = stop.tally() {              // `plan`; nothing where it is run
//!         let answers = answers.plans(tally);
//!         for x in stop.iter(from_0) {
//!             let x = map_1(x);
//!             if let Some(x) = answers.run(x).await {}
//!         }
//!         match stop.counted().await {}
//!     }
//!     …
//! })
//! ```
//!
//! The way in which a flow is run is a type, so the question costs nothing where it is run to
//! its end. The type is that of the number: one with a point says that there is a plan.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{
    asynchronous, error_type,
    names::{OnError, Writer},
    told,
};
use crate::{graph::Ensured, plan::plan_part, syntax::Settings};

/// The constructor of a flow that awaits, and its work when it is planned.
pub struct Planned {
    /// The constructor, and how the flow is run: the method that starts it decides.
    pub new: TokenStream,
    /// See there.
    pub how: TokenStream,
    /// The beginning of its body.
    pub body: TokenStream,
}

/// The plan of a flow.
pub fn planned(writer: &Writer<'_, '_, '_>) -> Planned {
    let (new, at, how, body) = match writer.graph().ensured() {
        None => ("AsyncFlow::new", None, quote!(0), TokenStream::new()),
        Some(Err(waits)) => {
            // It is to blame where a plan is asked for.
            let at = writer.place(waits);
            let how = quote_spanned!(at=> 0);
            ("AsyncFlow::awaiting", Some(at), how, TokenStream::new())
        }
        Some(Ok(part)) => {
            let body = body(writer, &part);
            ("AsyncFlow::ensuring", None, quote!(0.0), body)
        }
    };
    let new = match at {
        Some(at) => writer.private_at(at, new),
        None => writer.private(new.parse().unwrap_or_default()),
    };
    Planned { new, how, body }
}

fn body(writer: &Writer<'_, '_, '_>, part: &Ensured<'_>) -> TokenStream {
    let plan = plan_part(&part.graph, part.order.clone());
    let Some(plan) = plan else {
        return TokenStream::new();
    };
    let settings = Settings {
        error: writer.error,
        cancels: writer.cancels,
        observe: None,
        editor: writer.editor,
    };
    let within = Writer::new(&plan, writer.krate, writer.chains, settings);
    let (stop, tally) = (writer.flag("stop"), writer.flag("tally"));
    let ensures = part.ensures.iter().map(|id| {
        let (at, ensure) = (writer.place(*id), writer.local(*id));
        quote_spanned!(at=> let #ensure = #ensure.plans(#tally);)
    });
    let held = (!plan.acknowledging.is_empty()).then(|| {
        let ledger = writer.flag("ledger");
        quote!(#ledger.plan();)
    });
    let (faults, work) = (told::begin(&within), asynchronous(&within));
    // An error is an end of input here as well, and no plan.
    let ended = (within.on_error() == OnError::Ends).then(|| {
        let error = error_type(&within);
        let ok = quote!(::core::result::Result::Ok::<(), #error>(()));
        let end = told::end(&within, &ok);
        quote!(#end?;)
    });
    quote! {
        if let ::core::option::Option::Some(#tally) = #stop.tally() {
            #(#ensures)*
            #held
            #faults
            #work
            #ended
            match #stop.counted().await {}
        }
    }
}
