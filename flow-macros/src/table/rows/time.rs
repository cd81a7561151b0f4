//! Order, time and keys: what waits, and what runs beside.

use super::prelude::*;

/// The end of what runs on workers.
pub const GATHER: Operator = row("gather", F::Outlet, &[]).options(&[o::flag("ordered")]);

pub const ROWS: &[Operator] = &[
    row("in_order", F::HoldMany, &[a::any("at")])
        .options(o::IN_ORDER)
        .fallible()
        .build(Build::InOrder),
    row("buffer", F::Cut, a::SIZE).holds(Order::Each, Bound::Size),
    row("delay", F::Cut, a::D)
        .options(&[o::size("capacity")])
        .holds(Order::Each, Bound::Capacity(1, "DELAYED"))
        .parts(&[Or("capacity", "DELAYED")]),
    row("rate_limit", F::Pace, a::D),
    // One whose time has come, and the newest.
    row("debounce", F::Cut, a::D).holds(Order::Newest, Bound::Slots(2)),
    row("sample", F::Cut, a::D).holds(Order::Newest, Bound::Slots(2)),
    row("latest", F::Cut, &[]).holds(Order::Newest, Bound::Slots(1)),
    row("scatter", F::Cut, a::SIZE)
        .options(&[o::any("by")])
        .gives(Output::Many)
        .boundary(Boundary::Workers, Bound::Workers)
        .within(Within::Workers),
    GATHER,
    row("by_key", F::Keyed, a::F)
        .options(&[o::IDLE_KEYS, o::size("capacity")])
        .bound(Bound::Keys)
        .within(Within::Keys)
        .fallible(),
];
