//! Artifacts: stores, and files of rows.

use super::prelude::*;

/// `stale = …` where nothing is made anew.
const STALE: Opt = o::word("stale", &["replace", "keep"]);

pub const ROWS: &[Operator] = &[
    row("ensure", F::Job, a::STORE)
        .options(o::ENSURE)
        .bound(Bound::Jobs)
        .planning(Planning::Ensures)
        .build(Build::Store(Costs::Value))
        .makes_artifacts()
        .fallible()
        .fatal(),
    row("ensure_batch", F::Job, &[a::any("store"), a::function("f")])
        .options(o::ENSURE_BATCH)
        .bound(Bound::Jobs)
        .build(Build::StoreBatch)
        .makes_artifacts()
        .erases()
        .gives_lists()
        .fallible(),
    row("assemble", F::Job, &[a::any("store"), a::function("f")])
        .options(o::ASSEMBLE)
        .build(Build::Assemble)
        .makes_artifacts()
        .erases()
        .fallible()
        .fatal(),
    row("get", F::Job, &[])
        .options(o::CONCURRENCY)
        .bound(Bound::Jobs)
        .build(Build::Store(Costs::Value))
        .fallible(),
    row("store", F::Job, a::STORE)
        .options(o::CONCURRENCY)
        .bound(Bound::Jobs)
        .build(Build::Store(Costs::Item))
        .writes("nobody looks at what could not be stored")
        .fallible()
        .fatal(),
    row("append", F::Job, &[a::any("rows")])
        .options(o::PLAIN_JOBS)
        .bound(Bound::Jobs)
        .writes("nobody looks at what could not be appended")
        .fallible()
        .fatal(),
    row("missing", F::AwaitSelect, a::STORE)
        .options(&[STALE])
        .planning(Planning::LooksUp)
        .build(Build::Missing),
];
