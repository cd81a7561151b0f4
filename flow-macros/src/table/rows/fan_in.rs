//! Operators that bring several chains together.

use super::prelude::*;

/// The most inputs of a fan-in whose lanes are alike, by their types.
const TUPLE: usize = 12;

/// The most inputs of a fan-in that goes by keys.
const KEYED: usize = 8;

pub const ROWS: &[Operator] = &[
    row("union", F::Union, &[]),
    row("chain", F::Lanes, &[])
        .options(&[o::WITHIN])
        .brings(Inputs::Turns, TUPLE)
        .parts(&[If("capacity", &[Names, Given("capacity", "_within")])])
        .fallible_by_option(),
    row("zip", F::Zip, &[])
        .options(&[o::WITHIN])
        .brings(Inputs::Pairs, TUPLE)
        .parts(&[Named("capacity", "_within")])
        .fallible_by_option(),
    row("zip_latest", F::Lanes, &[])
        .options(&[o::WITHIN])
        .brings(Inputs::FirstWithLatest, TUPLE)
        .parts(&[If("capacity", &[Given("capacity", "_within"), FirstName])])
        .fallible_by_option(),
    row("combine_latest", F::Lanes, &[])
        .options(&[o::inputs("emit_on")])
        .brings(Inputs::Latest, TUPLE),
    row("merge_keyed", F::Lanes, &[])
        .brings(Inputs::Keys, KEYED)
        .parts(&[Names])
        .fallible(),
    row("cogroup", F::Lanes, &[])
        .options(&[o::flag("carry")])
        .brings(Inputs::Keys, KEYED)
        .parts(&[Flag("carry", "_carry"), Names])
        .fallible(),
];
