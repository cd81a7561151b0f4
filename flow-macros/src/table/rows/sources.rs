//! Sources.

use super::prelude::*;

pub const ROWS: &[Operator] = &[
    row("from", F::Iterator, &[a::any("iter")])
        .options(&[o::size("epochs")])
        .parts(&[Given("epochs", "_epochs")])
        .fallible(),
    row("stream", F::Stream, &[a::any("stream")])
        .options(&[o::ACK])
        .parts(&[Flag("ack", "_acked")])
        .fallible(),
    row("receive", F::Stream, &[a::any("rx")]).fallible(),
    row("lines", F::Iterator, &[a::any("path")])
        .options(&[o::RESUME])
        .parts(&[Given("resume", "_resume")])
        .fallible(),
    row("tail", F::Stream, &[a::any("path")])
        .options(&[o::any("from_end")])
        .parts(&[OrFalse("from_end")])
        .fallible(),
    row("interval", F::Stream, a::D),
    row("poll", F::Stream, &[a::any("d"), a::any("f")]).fallible(),
    row("stored", F::Stream, a::STORE).planning(Planning::LooksUp),
];
