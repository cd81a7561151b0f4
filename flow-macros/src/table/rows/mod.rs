//! The rows, in the order of the language's reference.

mod artifacts;
mod fan_in;
mod items;
mod sinks;
mod sources;
mod time;
mod windows;

use self::prelude::*;
pub use self::time::GATHER;

/// The words that rows are written with.
mod prelude {
    pub use super::super::{
        build::{
            Build, ByValue, Costs,
            Part::{self, *},
        },
        facts::{Bound, Boundary, Inputs, Memory, Order, Output, Planning, Within},
        form::Form as F,
        options::Opt,
        row::{Instead, Operator, Windows, row},
    };
    pub use super::{super::arguments as a, super::options as o, AWAIT_BEFORE};
}

/// The words to write in place of an async function of a state, or of groups.
pub const AWAIT_BEFORE: &str = "await it before, with `then(async |item| …)`";

/// All operators, by what they are for.
const SECTIONS: [&[Operator]; 7] = [
    sources::ROWS,
    items::ROWS,
    windows::ROWS,
    fan_in::ROWS,
    time::ROWS,
    artifacts::ROWS,
    sinks::ROWS,
];

/// All of them, in the order of the language's reference.
pub fn operators() -> impl Iterator<Item = &'static Operator> + Clone {
    SECTIONS.into_iter().flatten()
}

/// Holds what a program emits: `<T>`. It has a syntax of its own and cannot be typed
/// by this name.
pub const INLET: &Operator = &row("<T>", F::Inlet, &[]);

/// `match { … }`.
pub const MATCH: &Operator = &row("match", F::Match, &[]);

/// Says where several chains feed one segment, or open arms join.
pub const UNION: &Operator = &row("union", F::Union, &[]);

/// The outcome of each item of a batch, behind `ensure_batch`.
pub const MEMBERS: &Operator = &row("flatten", F::Flatten, &[]).fallible().fatal();

/// The lines that items are of, before `accumulate(…, keep = …)`.
pub const LINES_OF: &Operator = &row("with_meta", F::Meta, &[]).tells_source();

/// `? else drop`.
pub const DROP: &Operator = &row("drop", F::Drain, &[]);

/// `? else name` in a chain within an element, to a segment around it.
pub const SIDE: &Operator = &row("else", F::Side, &[]);

/// An `ensure` in the part of a flow that is planned: nothing comes out of it.
pub const PLANNED: &Operator = &row("ensure", F::AwaitSelect, a::STORE)
    .options(o::ENSURE)
    .planning(Planning::Ensures);

/// The open end of a result chain.
pub const OUTLET: &Operator = &row("result", F::Outlet, &[]);

/// `collect` into what may be over before the end of input.
pub const COLLECT: &Operator = &row("collect", F::SinkGate, &[])
    .fallible_value()
    .generic()
    .unseen()
    .build(Build::Collect);

/// `sliding_window` of a time: it has two arguments, and gives what is not older.
pub const SLIDING_TIME: &Operator = &row(
    "sliding_window",
    F::HoldMany,
    &[a::length("d"), a::any("at")],
)
.options(&[o::any("by")])
.fallible()
.windows(Windows::Gives)
.build(Build::Window("_time"));

/// The word that stands for a Rust value at the head of a chain.
pub const OF_VALUE: &str = "from";

/// The word that stands for a Rust value behind an arm of a `match`.
pub const OF_ARM: &str = "map";
