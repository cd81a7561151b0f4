//! Sinks.

use super::prelude::*;

const RANKED: &[Part] = &[Given("by", "_by"), Given("order", "_order")];

pub const ROWS: &[Operator] = &[
    row("for_each", F::SinkCall, a::F)
        .fallible_function()
        .instead_of_async("write `sink(async |item| …)`")
        .build(Build::CallingSink),
    row("sink", F::SinkAwait, a::F)
        .fallible_function()
        .build(Build::AwaitingSink),
    row("collect", F::SinkPush, &[])
        .fallible_value()
        .generic()
        .unseen()
        .build(Build::Collect)
        .or(Instead::OfLimited(super::COLLECT)),
    row("fold", F::SinkPush, a::INIT_F)
        .fallible_function()
        .instead_of_async(AWAIT_BEFORE)
        .build(Build::TryingSink),
    row("reduce", F::SinkPush, a::F).instead_of_async(AWAIT_BEFORE),
    row("count", F::SinkPush, &[]).ignores_items(),
    row("sum", F::SinkPush, &[]).generic().build(Build::Sum),
    row("min", F::SinkPush, &[]).options(o::RANK).parts(RANKED),
    row("max", F::SinkPush, &[]).options(o::RANK).parts(RANKED),
    row("top", F::SinkPush, a::N).options(o::RANK).parts(RANKED),
    row("first", F::SinkGate, &[]),
    row("last", F::SinkPush, &[]),
    row("send", F::SinkSend, &[a::any("tx")]).fallible_value(),
    row("write_lines", F::SinkGate, &[a::any("path")])
        .options(&[o::flag("append").effect(o::Effect::Appends)])
        .parts(&[Flag("append", "_append")])
        .remembers(Memory::File)
        .asks_for_text()
        .fallible_value(),
    row("drain", F::Drain, &[]),
];
