//! Batches and windows.

use super::prelude::*;

pub const ROWS: &[Operator] = &[
    row("partition", F::Hold, a::SIZE)
        .options(&[o::BATCHES_BY, o::any("timeout").effect(o::HELD)])
        .bound(Bound::Size)
        .build(Build::Batch),
    row("partition_unique", F::Hold, a::SIZE)
        .options(&[o::any("by"), o::KEEP])
        .build(Build::Batch),
    row("sliding_window", F::Slide, a::SIZE)
        .options(&[o::flag("partial")])
        .windows(Windows::Gives)
        .build(Build::Sliding)
        .or(Instead::OfSeveral(super::SLIDING_TIME)),
    row("timed_window", F::Cut, a::D)
        .options(&[
            o::any("by"),
            o::KEEP.needs(
                "by",
                "every item is kept; add `by = f` to keep one for each key",
            ),
            o::flag("empty"),
            o::size("capacity"),
        ])
        .gives(Output::Option)
        .remembers(Memory::Together)
        // One window is complete and one is open.
        .holds(Order::Made, Bound::Capacity(2, "WINDOW"))
        .parts(&[
            If("by", &[Given("by", "_by"), Keep]),
            IsSet("empty"),
            Or("capacity", "WINDOW"),
        ]),
    row(
        "tumbling_window",
        F::HoldMany,
        &[a::length("d"), a::any("at")],
    )
    .options(&[o::any("by")])
    .fallible()
    .windows(Windows::Gives)
    .build(Build::Window("")),
    row(
        "hopping_window",
        F::HoldMany,
        &[a::length("d"), a::length("every"), a::any("at")],
    )
    .options(&[o::any("by")])
    .fallible()
    .windows(Windows::Gives)
    .build(Build::Window("")),
    row(
        "session_window",
        F::HoldMany,
        &[a::length("gap"), a::any("at")],
    )
    .options(&[o::any("by")])
    .fallible()
    .windows(Windows::Gives)
    .build(Build::Window("")),
    row("aggregate", F::Call, &[])
        .variadic()
        .fallible()
        .windows(Windows::TellsOf)
        .build(Build::Aggregate)
        .by_value(ByValue::Always),
    row("group_by", F::Hold, a::F).instead_of_async(AWAIT_BEFORE),
    row("window_by", F::HoldMany, a::F)
        .remembers(Memory::Batches)
        .instead_of_async(AWAIT_BEFORE),
];
