//! Operators that work on one item after the other.

use super::prelude::*;

const BEFORE: &str = "await it before: `then(async |item| (…, item))`, and look at what it gave";

pub const ROWS: &[Operator] = &[
    row("map", F::Call, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .build(Build::Function)
        .asks_for_futures(),
    row("filter", F::Test, a::PREDICATE)
        .instead_of_async(BEFORE)
        .build(Build::Condition),
    row("filter_map", F::Select, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .instead_of_async(BEFORE)
        .build(Build::Condition)
        .asks_for_futures(),
    row("flat_map", F::Each, a::F)
        .options(&[o::KEEP_ITEM])
        .fallible()
        .asks_for_futures(),
    row("flatten", F::Flatten, &[])
        .options(&[o::KEEP_ITEM])
        .fallible(),
    row("inspect", F::Look, a::F).instead_of_async("write `then(async |item| { …; item })`"),
    row("with_meta", F::Meta, &[]).tells_source(),
    row("enumerate", F::Call, &[]),
    row("take", F::Gate, a::N).of_iterators(),
    row("take_while", F::Gate, a::PREDICATE)
        .instead_of_async(BEFORE)
        .build(Build::Condition),
    row("skip", F::Test, a::N).of_iterators(),
    row("skip_while", F::Test, a::PREDICATE)
        .instead_of_async(BEFORE)
        .build(Build::Condition)
        .by_value(ByValue::Always),
    row("step_by", F::Test, a::SIZE).of_iterators(),
    row("then", F::Await, a::F)
        .options(o::CONCURRENCY)
        .bound(Bound::Jobs)
        .fallible()
        .build(Build::Then),
    row("accumulate", F::Call, a::INIT_F)
        .options(o::KEEP_STATE)
        .fallible()
        .instead_of_async(AWAIT_BEFORE)
        .build(Build::Function)
        .asks_for_futures()
        .by_value(ByValue::Always),
    row("unique", F::Test, &[])
        .options(&[o::any("by"), o::size("capacity")])
        .parts(&[Given("by", "_by"), Given("capacity", "_recent")])
        .by_value(ByValue::With("by")),
    row("dedup", F::Test, &[])
        .options(&[o::any("by")])
        .parts(&[Given("by", "_by")])
        .by_value(ByValue::With("by")),
    row("via", F::Via, &[a::any("operator")])
        .fallible()
        .build(Build::Piece),
    row("via_async", F::Cut, &[a::any("piece")])
        .gives(Output::Many)
        .remembers(Memory::Asked)
        .holds(Order::Unknown, Bound::Slots(1))
        .fallible()
        .build(Build::Piece),
    row("tap", F::Show, &[a::any("hub")]),
    row("progress", F::Tick, &[a::any("label")])
        .options(&[o::any("total")])
        .build(Build::Progress),
];
