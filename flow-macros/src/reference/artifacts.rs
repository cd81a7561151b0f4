//! Artifacts.

use super::{Entry, Library::*, Section, items::KEEP_ITEM};

const CONCURRENCY: (&str, &str) = (
    "concurrency = n",
    "up to `n` at once, a `usize` (of another type `usize::from(n)`) or a [`Knob`](crate::inspect::Knob) by reference; they leave in order of input",
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
    "`f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off. \
     The item keeps its place while it waits",
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
            more: "A store that cannot be read gives one artifact, whose `get` and `ensure` say why. A record that is removed before its artifact \
                   gets to `get` or `ensure` is an error there, of the kind [`Missing`](crate::ErrorKind::Missing); `ensure` tells of \
                   `merge_keyed(possible, stored(&store))`.",
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
            more: "An item leaves after its record is durable; what goes on with the record reads it, `then(async |made| store.get(&made.key).await)?`, an `Option` of it. What failed is not stored, and tried again by the next run; the store keeps a list of [failures](crate::Store::failures). A key that is being made is not begun again: who asks meanwhile waits, and is told that it is extant, or makes its own attempt. A store that takes no more writes ends the flow past any `? else`, with an error that [is fatal](crate::Error::is_fatal): so `run`, `emit` and `finish` give a `Result`. An artifact of `stored` cannot be made: where its record was removed meanwhile it is an \
                   error of the kind [`Missing`](crate::ErrorKind::Missing), also behind `merge_keyed(possible, stored(&store))`, where it \
                   took the place of the one that could be made. The next run makes it.",
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
            name: "ensure_batch",
            says: "Makes batches durable: `f` is asked once for all of a batch that is missing, and gives the records in any order. Gives `Result<Ensured, Error>` for each item, in order of input.",
            more: "It stands behind `partition`, or anything else that gives lists of items. `f` is an async function of a `Vec` of items. A key that it leaves out is that item's error, as is one that it gives twice; where it fails, that is the error of all it was asked for. Keys are made one at a time, as by `ensure`.",
            options: &[
                (
                    "key = k",
                    "`k(&item)` is the key of the record that an item is to have; it has to be given",
                ),
                (
                    "concurrency = n",
                    "up to `n` batches at once; they leave in order of input",
                ),
                ("ordered = false", "batches leave in order of completion"),
                TIMEOUT,
                ("retry = n", "as of `ensure`; items have to be `Clone`"),
                RETRY_IF,
                RETRY_AFTER,
            ],
            elsewhere: &[],
            example: r#"
let store = Store::<Answer>::memory();
let answers = async |ids: Vec<u32>| -> Result<Vec<Answer>, flow_runtime::BoxError> {
    Ok(ids.into_iter().map(|id| Answer { id, text: String::new() }).collect())
};
let ensured = flow! {
    from(0..10) -> partition(4) -> ensure_batch(&store, answers, key = |id| *id)? -> count()
};
assert_eq!(ensured.run().await?, 10);
"#,
        },
        Entry {
            name: "assemble",
            says: "Makes records of which each needs the one before: `f(item, last)`, with the last record as an `Option<&R>`. Items come sorted by key. Gives `Result<Ensured, Error>`.",
            more: "What is stored passes through. From the first missing one on everything is made anew, since it was made of another; that holds as well where a run was interrupted in the middle. An error leaves the last record as it was. An item that is not greater than the one before is an error of the kind `Unsorted`.",
            options: &[
                (
                    "key = k",
                    "`k(&item)` is the key of the record that an item is to have; it has to be given",
                ),
                (
                    "holes = fill",
                    "what becomes of records behind a missing one: `anew`, unless it is said, makes them again, `fill` makes only what is missing, and with `error` a missing one that has records behind it is an error",
                ),
            ],
            elsewhere: &[(Flowz, "`incremental_assembly`")],
            example: r#"
let store = Store::<Answer>::memory();
let next = async |id: u32, last: Option<&Answer>| -> Result<Answer, flow_runtime::BoxError> {
    let before = last.map_or("", |last| &last.text);
    Ok(Answer { id, text: format!("{before}{id}") })
};
let assembled = flow! { from(1..4) -> assemble(&store, next, key = |id| *id)? -> count() };
assert_eq!(assembled.run().await?, 3);
assert_eq!(store.get(&3).await?.unwrap().text, "123");
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
            name: "append",
            says: "Adds rows, `serde_json::Value`s, to a file of [`jsonl::Rows`](crate::jsonl::Rows), and passes them on when they are durable: `Result<Value, Error>`. Also a sink.",
            more: "A row that is no object, or lacks the key, is an error of its own. A file that takes no more writes ends the flow past any `? else`, as in `store`.",
            options: &[CONCURRENCY, ORDERED],
            elsewhere: &[],
            example: r#"
# let folder = tempfile::tempdir().unwrap();
# let path = folder.path().join("rows.jsonl");
let rows = flow_runtime::jsonl::Rows::open(&path, "id")?;
let written = flow! {
    from(rows.missing([1, 2], 1)) -> map(|(id, _)| serde_json::json!({ "id": id }))
        -> append(&rows, concurrency = 2)? -> count()
};
assert_eq!(written.run().await?, 2);
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
