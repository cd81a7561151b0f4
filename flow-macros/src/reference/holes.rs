//! Combinations of operators and places that are refused, each with its reason.
//!
//! A test tries all operators in all places: what it finds refused is listed here, and what
//! is listed here is refused.

use std::fmt::Write;

/// Operators that cannot stand in some places.
struct Hole {
    operators: &'static [&'static str],
    places: &'static [&'static str],
    reason: &'static str,
}

const KEYS: &str = "in the braces of `by_key`";
const WORKERS: &str = "between `scatter` and `gather`";
const CYCLE: &str = "in a cycle";
const ROUND: &str = "in a cycle through a concurrent operator";
const ACKS: &str = "behind a source that acknowledges";

const HOLES: &[Hole] = &[
    Hole {
        operators: &["progress"],
        places: &[KEYS, WORKERS],
        reason: "a bar is one, and there would be as many as there are keys or workers",
    },
    Hole {
        operators: &[
            "then",
            "rate_limit",
            "buffer",
            "delay",
            "timed_window",
            "partition(timeout)",
            "in_order(idle)",
            "by_key(idle)",
            "by_key { then }",
            "via_async",
        ],
        places: &[WORKERS],
        reason: "workers are threads that compute: nothing is awaited there, and no time passes; \
                 what awaits stands before or behind",
    },
    Hole {
        operators: &["scatter"],
        places: &[KEYS, WORKERS],
        reason: "every key would have threads of its own; `scatter(n, by = f)` before keeps a key \
                 on one worker",
    },
    Hole {
        operators: &["via_async"],
        places: &[CYCLE, ROUND],
        reason: "a piece that awaits gives what it holds once, when it ends, and then takes nothing \
                 that comes back",
    },
    Hole {
        operators: &["via_async"],
        places: &[ACKS],
        reason: "nobody can tell what a piece that awaits still holds; its chain may stand there \
                 itself, or in the braces of `by_key`",
    },
];

const ABOVE: &str = "
# Combinations that are refused

Every other operator that takes and gives items may stand in a chain, in an arm of a `match`, behind inlets, in cycles, before
and behind cuts and fan-ins, in the braces of `by_key`, between `scatter` and `gather`, in a piece, behind a source that
acknowledges, at an open end and in a spawned flow, and does the same there. Besides:

- Names are read at the top of a flow only: no fan-in stands in the braces of `by_key` or between `scatter` and
  `gather`, as what is copied has no one input to meet. Errors leave by `? else name`.
- `merge_keyed`, `cogroup` and `chain` cannot stand in a cycle through a concurrent operator: they
  wait for the end of their inputs, and so the cycle would never end.
- A source does not acknowledge beside an inlet: what is emitted comes from nowhere that could be told.
- What `flat_map`, `flatten` or a piece gives for one item has to have an end, as all of it is carried on before the next
  item is: where branches of one source meet behind it, also in a `union`; where what is emitted meets it; in front of a
  `zip_latest` or `combine_latest` of several sources; behind a source that acknowledges; in the chain of a key, where more
  stands behind it. So does what the `push` of an operator of one's own gives.
- `run_until` leaves an iterator that says it has no end, as `0..` does, in the middle; one that does not say so is
  taken to its end.
- A task that a derivation spawns, and that ensures the derivation's own key through a `static` store, waits for ever: who
  polls a task is not known there. A store that is taken along, as a clone, brings that with it, and then it is an error.

| operator | place | reason |
|---|---|---|
";

/// The section of the page.
pub fn section() -> String {
    let mut section = ABOVE.to_string();
    for hole in HOLES {
        let operators: Vec<String> = hole
            .operators
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let (operators, places) = (operators.join(" · "), hole.places.join(" · "));
        let _ = writeln!(section, "| {operators} | {places} | {} |", hole.reason);
    }
    section
}
