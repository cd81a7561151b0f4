//! Operators that work on one item after the other.

use super::prelude::*;

const BEFORE: &str = "await it before: `then(async |item| (…, item))`, and look at what it gave";

pub const ROWS: &[Operator] = &[
    row("map", F::Call, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .build(Build::Function)
        .asks_for_futures()
        .copied(&["", "_known"])
        .in_pieces(&["", "_known"]),
    row("filter", F::Test, a::PREDICATE)
        .instead_of_async(BEFORE)
        .copied(&[""]),
    row("filter_map", F::Select, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .instead_of_async(BEFORE)
        .asks_for_futures()
        .copied(&[""]),
    row("flat_map", F::Each, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .asks_for_futures()
        .copied(&[""]),
    row("flatten", F::Flatten, &[])
        .options(&[o::KEEP_ITEM])
        .fallible(),
    row("inspect", F::Look, a::F)
        .instead_of_async("write `then(async |item| { …; item })`")
        .copied(&[""]),
    row("with_meta", F::Meta, &[]).tells_source(),
    row("enumerate", F::Call, &[]),
    row("take", F::Gate, a::N),
    row("take_while", F::Gate, a::PREDICATE)
        .instead_of_async(BEFORE)
        .copied(&[""]),
    row("skip", F::Test, a::N),
    row("skip_while", F::Test, a::PREDICATE)
        .instead_of_async(BEFORE)
        .by_value(ByValue::Always)
        .copied(&[""])
        .in_pieces(&[""]),
    row("step_by", F::Test, a::SIZE),
    row("then", F::Await, a::F)
        .options(o::CONCURRENCY)
        .bound(Bound::Jobs)
        .fallible()
        .build(Build::Then)
        .copied(&[
            "",
            "_async_tried",
            "_async_tried_shared",
            "_closure",
            "_closure_shared",
            "_known",
            "_shared",
            "_tried",
            "_tried_shared",
        ]),
    row("accumulate", F::Call, a::INIT_F)
        .options(o::KEEP_STATE)
        .fallible()
        .instead_of_async(AWAIT_BEFORE)
        .build(Build::Function)
        .asks_for_futures()
        .by_value(ByValue::Always)
        .copied(&["", "_known"])
        .in_pieces(&["", "_known"]),
    row("unique", F::Test, &[])
        .options(&[o::any("by"), o::size("capacity")])
        .parts(&[Given("by", "_by"), Given("capacity", "_recent")])
        .by_value(ByValue::With("by"))
        .copied(&["_by", "_by_recent"])
        .in_pieces(&["_by", "_by_recent"]),
    row("dedup", F::Test, &[])
        .options(&[o::any("by")])
        .parts(&[Given("by", "_by")])
        .by_value(ByValue::With("by"))
        .copied(&["_by"])
        .in_pieces(&["_by"]),
    row("via", F::Via, &[a::any("operator")])
        .fallible()
        .build(Build::Piece)
        .copied(&[""]),
    row("via_async", F::Cut, &[a::any("piece")])
        .gives(Output::Many)
        .remembers(Memory::Asked)
        .holds(Order::Unknown, Bound::Slots(1))
        .fallible()
        .build(Build::Piece)
        .copied(&[""])
        .in_pieces(&[""]),
    row("tap", F::Show, &[a::any("hub")]),
    row("progress", F::Tick, &[a::any("label")])
        .options(&[o::any("total")])
        .build(Build::Progress),
];
