//! Tells whether an inlet of a flow that does not await is still wanted: something behind
//! it has not ended. Asked where the flow runs elsewhere, between two items.
//!
//! ```text
//! |state| {                                       // one inlet
//!     let (take_1, sum) = state;
//!     !take_1.is_over()
//! }
//! |state, open| {                                 // several: which ones are open
//!     let (left_zip_0, left_zip_1, sum, …) = state;
//!     let [mut left_open, mut right_open] = open;
//!     let mut zip_2_open = *zip_2_open;
//!     if zip_2_open && (!left_open && left_zip_0.is_empty() || …) { zip_2_open = false; }
//!     [zip_2_open, zip_2_open]
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    demand::{Ask, Demands},
    names::{Writer, flag},
    roots, several,
    state::unpack,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root},
};

/// The function of a flow with one inlet.
pub fn one(writer: &Writer<'_, '_, '_>, kept: &[Ident], inlet: NodeId) -> TokenStream {
    let lending = writer.lending();
    let wanted = wanted(&lending, inlet).unwrap_or_else(|| quote!(true));
    of_one(&lending, kept, inlet, &wanted)
}

/// The function of a piece, where something in it ends before its input does.
pub fn of_piece(writer: &Writer<'_, '_, '_>, kept: &[Ident], inlet: NodeId) -> Option<TokenStream> {
    let looking = writer.looking();
    let wanted = wanted(&looking, inlet)?;
    Some(of_one(&looking, kept, inlet, &wanted))
}

fn of_one(
    lending: &Writer<'_, '_, '_>,
    kept: &[Ident],
    inlet: NodeId,
    wanted: &TokenStream,
) -> TokenStream {
    let state = lending.flag("state");
    let fan_ins = match lending.plan.regions[0].roots.as_slice() {
        [_] => TokenStream::new(),
        _ => ended(lending, &[inlet], &quote!([true])),
    };
    let body = unpacked(lending, kept, &quote!(#fan_ins #wanted));
    quote!(|#state| { #body })
}

/// The function of a flow with several.
pub fn several(writer: &Writer<'_, '_, '_>, kept: &[Ident], inlets: &[NodeId]) -> TokenStream {
    let lending = writer.lending();
    let (state, open) = (writer.flag("state"), writer.flag("open"));
    let fan_ins = ended(&lending, inlets, &quote!(#open));
    let wanted = inlets.iter().map(|inlet| {
        let wanted = wanted(&lending, *inlet);
        wanted.unwrap_or_else(|| quote!(true))
    });
    let body = unpacked(&lending, kept, &quote!(#fan_ins [#(#wanted),*]));
    let count = inlets.len();
    quote!(|#state: &mut _, #open: [bool; #count]| { #body })
}

fn unpacked(lending: &Writer<'_, '_, '_>, kept: &[Ident], code: &TokenStream) -> TokenStream {
    let lent = unpack(lending, kept);
    quote! {
        #[allow(unused_variables)]
        #lent
        #code
    }
}

/// The condition under which something behind an inlet has not ended, where it may end.
fn wanted(lending: &Writer<'_, '_, '_>, inlet: NodeId) -> Option<TokenStream> {
    let mut demands = Demands::new(lending, Ask::Needed);
    demands.root(Root::Source(inlet)).condition()
}

/// Copies of the flags of the loop, for these inlets as `open` says, and for what is
/// over by now. The loop itself finds out at its next turn.
fn ended(lending: &Writer<'_, '_, '_>, inlets: &[NodeId], open: &TokenStream) -> TokenStream {
    let flags = roots::flags(lending, 0);
    let roots = inlets.iter().map(|inlet| lending.open(*inlet));
    let given: Vec<Ident> = inlets
        .iter()
        .map(|inlet| quote::format_ident!("{}_given", lending.open(*inlet)))
        .collect();
    let overs = lending.plan.regions[0].nodes.iter().filter_map(|node| {
        let over = several::over_where_watched(lending, 0, *node)?;
        let flag = lending.held(&flag(lending, 0, Closer::Node(*node)));
        Some(quote!(if #flag && (#over) { #flag = false; }))
    });
    quote! {
        #(let #flags = &mut { *#flags };)*
        let [#(#given),*] = #open;
        #(*#roots &= #given;)*
        #(#overs)*
    }
}
