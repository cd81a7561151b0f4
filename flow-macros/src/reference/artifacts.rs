//! Artifacts.

use super::{Entry, Library::*, Section, items::KEEP_ITEM};

const CONCURRENCY: (&str, &str) = (
    "concurrency = n",
    "up to `n` at once; they leave in order of input",
);
const ORDERED: (&str, &str) = ("ordered = false", "they leave in order of completion");
const TIMEOUT: (&str, &str) = ("timeout = d", "how long an attempt may take");
const RETRY: (&str, &str) = (
    "retry = n",
    "up to `n` further attempts, or a policy, [`Retry`](crate::Retry). It waits between them: 100 ms, 200 ms, 400 ms and so on, up \
     to 30 s, each shortened at random by up to a half, unless the policy says otherwise",
);
const RETRY_IF: (&str, &str) = (
    "retry_if = f",
    "`f(&error)` says whether an [`Error`](crate::Error) is tried again; `error.find::<E>()` is the function's own. A time-out \
     always is, unasked",
);
const RETRY_AFTER: (&str, &str) = (
    "retry_after = f",
    "`f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off",
);

const LIMIT: (&str, &str) = (
    "limit = &limit",
    "makes as many at once as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, at its pace. Every attempt counts; \
     what is there already is not held up",
);
const UNITS: (&str, &str) = (
    "units = f",
    "`f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said",
);
const REFUSED: (&str, &str) = (
    "refused = f",
    "`f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a place or spending \
     an attempt, and all under the limit wait as long; zero is the wait of the back-off",
);
const GIVE_UP: (&str, &str) = (
    "give_up = d",
    "how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of the kind \
     `Timeout`, which holds the last refusal",
);
const BUDGET: (&str, &str) = (
    "budget = &budget",
    "begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind `Budget`. \
     What is there already costs nothing",
);
const COST: (&str, &str) = (
    "cost = f",
    "`f(&value)` gives what a value cost that was made, an `f64`",
);

pub const SECTION: Section = Section {
    title: "Artifacts",
    says: "An [artifact](crate::Artifact) is a keyed value that is in a store, or can be made. The examples have a record \
           `Answer`, made by a function of a number.",
    prelude: r#"
use flow_runtime::{Store, derived, extant};

#[extant(key = id)]
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Answer { id: u32, text: String }

#[derived(key = id)]
async fn answer(id: u32) -> Answer {
    Answer { id, text: format!("the answer to {id}") }
}
"#,
    entries: &[
        Entry {
            name: "stored",
            says: "A source: an artifact for every record of a store, in key order, without reading the records.",
            more: "Where the store cannot be read, an artifact whose `get` and `ensure` say why.",
            options: &[],
            elsewhere: &[],
            example: r#"
let store = Store::<Answer>::memory();
let none = flow! { stored(&store) -> count() };
assert_eq!(none.run().await, 0);
"#,
        },
        Entry {
            name: "ensure",
            says: "Makes each artifact durable: what is stored is left alone, what is not is made and written. Gives `Result<Ensured, Error>`.",
            more: "An item leaves after its record is durable. What failed is not stored, and tried again by the next run; the store keeps a list of [failures](crate::Store::failures). A key that is being made is not begun again: who asks meanwhile waits, and is told that it is extant, or makes its own attempt. A store that takes no more writes ends the flow past any `? else`, with an error that [is fatal](crate::Error::is_fatal): so `run`, `emit` and `finish` give a `Result`.",
            options: &[
                CONCURRENCY,
                ORDERED,
                TIMEOUT,
                RETRY,
                RETRY_IF,
                RETRY_AFTER,
                LIMIT,
                UNITS,
                REFUSED,
                GIVE_UP,
                BUDGET,
                COST,
                (
                    "stale = keep",
                    "what becomes of a record that another version or fingerprint made: `replace`, unless it is said, `keep`, or `error`",
                ),
                (
                    "rerun_failed = transient",
                    "what becomes of a key that could not be made in an earlier run by the same version: it is tried again with `true`, unless \
                     it is said; with `false`, and with `transient` where its failure was none that passes, it leaves as an error of the kind \
                     [`FailedBefore`](crate::ErrorKind::FailedBefore)",
                ),
                (
                    "estimate = f",
                    "`f(&artifact)` says what it will cost to make it, an `f64` in any unit: for `.plan()`",
                ),
                KEEP_ITEM,
            ],
            elsewhere: &[],
            example: r#"
let store = Store::<Answer>::memory();
let run = async || {
    let made = flow! {
        from(0..3) -> map(DerivedAnswer::new) -> ensure(&store, concurrency = 2)?
            -> filter(|ensured| ensured.is_derived()) -> count()
    };
    made.run().await
};
assert_eq!(run().await?, 3);
assert_eq!(run().await?, 0);
"#,
        },
        Entry {
            name: "get",
            says: "Each artifact's value, `Result<Value, Error>`: read where it is stored, made where it is not. Nothing is written.",
            more: "",
            options: &[
                CONCURRENCY,
                ORDERED,
                TIMEOUT,
                RETRY,
                RETRY_IF,
                RETRY_AFTER,
                KEEP_ITEM,
                LIMIT,
                UNITS,
                REFUSED,
                GIVE_UP,
                BUDGET,
                COST,
            ],
            elsewhere: &[],
            example: r#"
let texts = flow! {
    from([7]) -> map(DerivedAnswer::new) -> get()? -> map(|answer| answer.text.clone()) -> collect::<Vec<_>>()
};
assert_eq!(texts.run().await?, ["the answer to 7"]);
"#,
        },
        Entry {
            name: "store",
            says: "Writes plain records, and passes them on when they are durable: `Result<R, Error>`.",
            more: "A record takes the place of the one with its key. A store that takes no more writes ends the flow past any `? else`, as in `ensure`: so `run`, `emit` and `finish` give a `Result`.",
            options: &[
                CONCURRENCY,
                ORDERED,
                TIMEOUT,
                RETRY,
                RETRY_IF,
                RETRY_AFTER,
                KEEP_ITEM,
                LIMIT,
                UNITS,
                REFUSED,
                GIVE_UP,
                BUDGET,
                COST,
            ],
            elsewhere: &[],
            example: r#"
let store = Store::<Answer>::memory();
let written = flow! {
    from(0..3) -> map(|id| Answer { id, text: String::new() }) -> store(&store)? -> count()
};
assert_eq!(written.run().await?, 3);
assert!(store.get(&2).await?.is_some());
"#,
        },
        Entry {
            name: "missing",
            says: "Only the artifacts whose key is not stored.",
            more: "",
            options: &[(
                "stale = keep",
                "whether a record that another version or fingerprint made is missing: `replace`, unless it is said, or `keep`",
            )],
            elsewhere: &[(Flowz, "`filter` by `exists`")],
            example: r#"
let store = Store::<Answer>::memory();
let missing = flow! { from(0..3) -> map(DerivedAnswer::new) -> missing(&store) -> count() };
assert_eq!(missing.run().await, 3);
"#,
        },
    ],
};
