//! Artifacts. Written from the reference.
/// Begins chains.
pub mod head {
    /// A source: an artifact for every record of a store, in key order, without reading the records.
    ///
    /// `stored(store)`
    ///
    /// A store that cannot be read gives one artifact, whose `get` and `ensure` say why. A record that is removed before its artifact gets to `get` or `ensure` is an error there, of the kind [`Missing`](crate::ErrorKind::Missing); `ensure` tells of `merge_keyed(possible, stored(&store))`.
    pub fn stored<A0>(store: A0) {}
}
/// Stands behind `->`.
pub mod behind {
    /// Makes each artifact durable: what is stored is left alone, what is not is made and written. Gives `Result<Ensured, Error>`.
    ///
    /// `ensure(store, concurrency = …, ordered = …, timeout = …, retry = …, retry_if = …, retry_after = …, limit = …, units = …, refused = …, give_up = …, budget = …, cost = …, stale = …, rerun_failed = …, estimate = …, keep_item = …)`
    ///
    /// An item leaves after its record is durable; what goes on with the record reads it, `then(async |made| store.get(&made.key).await)?`, an `Option` of it. What failed is not stored, and tried again by the next run; the store keeps a list of [failures](crate::Store::failures). A key that is being made is not begun again: who asks meanwhile waits, and is told that it is extant, or makes its own attempt. A store that takes no more writes ends the flow past any `? else`, with an error that [is fatal](crate::Error::is_fatal): so `run`, `emit` and `finish` give a `Result`. An artifact of `stored` cannot be made: where its record was removed meanwhile it is an error of the kind [`Missing`](crate::ErrorKind::Missing), also behind `merge_keyed(possible, stored(&store))`, where it took the place of the one that could be made. The next run makes it.
    pub fn ensure<A0>(store: A0) {}
    /// Makes batches durable: `f` is asked once for all of a batch that is missing, and gives the records in any order. Gives `Result<Ensured, Error>` for each item, in order of input.
    ///
    /// `ensure_batch(store, f, key = …, concurrency = …, ordered = …, timeout = …, retry = …, retry_if = …, retry_after = …)`
    ///
    /// It stands behind `partition`, or anything else that gives lists of items. `f` is an async function of a `Vec` of items. A key that it leaves out is that item's error, as is one that it gives twice; where it fails, that is the error of all it was asked for. Keys are made one at a time, as by `ensure`.
    pub fn ensure_batch<A0, A1>(store: A0, f: A1) {}
    /// Makes records of which each needs the one before: `f(item, last)`, with the last record as an `Option<&R>`. Items come sorted by key. Gives `Result<Ensured, Error>`.
    ///
    /// `assemble(store, f, key = …, holes = …)`
    ///
    /// What is stored passes through. From the first missing one on everything is made anew, since it was made of another; that holds as well where a run was interrupted in the middle. An error leaves the last record as it was. An item that is not greater than the one before is an error of the kind `Unsorted`.
    pub fn assemble<A0, A1>(store: A0, f: A1) {}
    /// Each artifact's value, `Result<Value, Error>`: read where it is stored, made where it is not. Nothing is written.
    ///
    /// `get(concurrency = …, ordered = …, timeout = …, retry = …, retry_if = …, retry_after = …, keep_item = …, limit = …, units = …, refused = …, give_up = …, budget = …, cost = …)`
    pub fn get() {}
    /// Writes plain records, and passes them on when they are durable: `Result<R, Error>`.
    ///
    /// `store(store, concurrency = …, ordered = …, timeout = …, retry = …, retry_if = …, retry_after = …, keep_item = …, limit = …, units = …, refused = …, give_up = …, budget = …, cost = …)`
    ///
    /// A record takes the place of the one with its key. A store that takes no more writes ends the flow past any `? else`, as in `ensure`: so `run`, `emit` and `finish` give a `Result`.
    pub fn store<A0>(store: A0) {}
    /// Adds rows, `serde_json::Value`s, to a file of [`jsonl::Rows`](crate::jsonl::Rows), and passes them on when they are durable: `Result<Value, Error>`. Also a sink.
    ///
    /// `append(rows, concurrency = …, ordered = …)`
    ///
    /// A row that is no object, or lacks the key, is an error of its own. A file that takes no more writes ends the flow past any `? else`, as in `store`.
    pub fn append<A0>(rows: A0) {}
    /// Only the artifacts whose key is not stored.
    ///
    /// `missing(store, stale = …)`
    pub fn missing<A0>(store: A0) {}
}
/// The options of the operators.
pub mod options {
    /// The options of `ensure`.
    pub mod ensure {
        /// `concurrency = n`: up to `n` at once, a `usize` (of another type `usize::from(n)`) or a [`Knob`](crate::inspect::Knob) by reference; they leave in order of input
        pub const concurrency: () = ();
        /// `ordered = false`: they leave in order of completion
        pub const ordered: () = ();
        /// `timeout = d`: how long an attempt may take
        pub const timeout: () = ();
        /// `retry = n`: up to `n` further attempts, or a policy, [`Retry`](crate::Retry). It waits between them: 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random by up to a half, unless the policy says otherwise
        pub const retry: () = ();
        /// `retry_if = f`: `f(&error)` says whether an [`Error`](crate::Error) is tried again; `error.find::<E>()` is the function's own. A time-out always is, unasked
        pub const retry_if: () = ();
        /// `retry_after = f`: `f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off. The item keeps its place while it waits
        pub const retry_after: () = ();
        /// `limit = &limit`: makes as many at once as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, at its pace. Every attempt counts; what is there already is not held up
        pub const limit: () = ();
        /// `units = f`: `f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said
        pub const units: () = ();
        /// `refused = f`: `f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a place or spending an attempt, and all under the limit wait as long; zero is the wait of the back-off
        pub const refused: () = ();
        /// `give_up = d`: how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of the kind `Timeout`, which holds the last refusal
        pub const give_up: () = ();
        /// `budget = &budget`: begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind `Budget`. What is there already costs nothing
        pub const budget: () = ();
        /// `cost = f`: `f(&value)` gives what a value cost that was made, an `f64`
        pub const cost: () = ();
        /// `stale = keep`: what becomes of a record that another version or fingerprint made: `replace`, unless it is said, `keep`, or `error`
        pub const stale: () = ();
        /// `rerun_failed = transient`: what becomes of a key that could not be made in an earlier run by the same version: it is tried again with `true`, unless it is said; with `false`, and with `transient` where its failure was none that passes, it leaves as an error of the kind [`FailedBefore`](crate::ErrorKind::FailedBefore)
        pub const rerun_failed: () = ();
        /// `estimate = f`: `f(&artifact)` says what it will cost to make it, an `f64` in any unit: for `.plan()`
        pub const estimate: () = ();
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `ensure_batch`.
    pub mod ensure_batch {
        /// `key = k`: `k(&item)` is the key of the record that an item is to have; it has to be given
        pub const key: () = ();
        /// `concurrency = n`: up to `n` batches at once; they leave in order of input
        pub const concurrency: () = ();
        /// `ordered = false`: batches leave in order of completion
        pub const ordered: () = ();
        /// `timeout = d`: how long an attempt may take
        pub const timeout: () = ();
        /// `retry = n`: as of `ensure`; items have to be `Clone`
        pub const retry: () = ();
        /// `retry_if = f`: `f(&error)` says whether an [`Error`](crate::Error) is tried again; `error.find::<E>()` is the function's own. A time-out always is, unasked
        pub const retry_if: () = ();
        /// `retry_after = f`: `f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off. The item keeps its place while it waits
        pub const retry_after: () = ();
    }
    /// The options of `assemble`.
    pub mod assemble {
        /// `key = k`: `k(&item)` is the key of the record that an item is to have; it has to be given
        pub const key: () = ();
        /// `holes = fill`: what becomes of records behind a missing one: `anew`, unless it is said, makes them again, `fill` makes only what is missing, and with `error` a missing one that has records behind it is an error
        pub const holes: () = ();
    }
    /// The options of `get`.
    pub mod get {
        /// `concurrency = n`: up to `n` at once, a `usize` (of another type `usize::from(n)`) or a [`Knob`](crate::inspect::Knob) by reference; they leave in order of input
        pub const concurrency: () = ();
        /// `ordered = false`: they leave in order of completion
        pub const ordered: () = ();
        /// `timeout = d`: how long an attempt may take
        pub const timeout: () = ();
        /// `retry = n`: up to `n` further attempts, or a policy, [`Retry`](crate::Retry). It waits between them: 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random by up to a half, unless the policy says otherwise
        pub const retry: () = ();
        /// `retry_if = f`: `f(&error)` says whether an [`Error`](crate::Error) is tried again; `error.find::<E>()` is the function's own. A time-out always is, unasked
        pub const retry_if: () = ();
        /// `retry_after = f`: `f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off. The item keeps its place while it waits
        pub const retry_after: () = ();
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
        /// `limit = &limit`: makes as many at once as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, at its pace. Every attempt counts; what is there already is not held up
        pub const limit: () = ();
        /// `units = f`: `f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said
        pub const units: () = ();
        /// `refused = f`: `f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a place or spending an attempt, and all under the limit wait as long; zero is the wait of the back-off
        pub const refused: () = ();
        /// `give_up = d`: how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of the kind `Timeout`, which holds the last refusal
        pub const give_up: () = ();
        /// `budget = &budget`: begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind `Budget`. What is there already costs nothing
        pub const budget: () = ();
        /// `cost = f`: `f(&value)` gives what a value cost that was made, an `f64`
        pub const cost: () = ();
    }
    /// The options of `store`.
    pub mod store {
        /// `concurrency = n`: up to `n` at once, a `usize` (of another type `usize::from(n)`) or a [`Knob`](crate::inspect::Knob) by reference; they leave in order of input
        pub const concurrency: () = ();
        /// `ordered = false`: they leave in order of completion
        pub const ordered: () = ();
        /// `timeout = d`: how long an attempt may take
        pub const timeout: () = ();
        /// `retry = n`: up to `n` further attempts, or a policy, [`Retry`](crate::Retry). It waits between them: 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random by up to a half, unless the policy says otherwise
        pub const retry: () = ();
        /// `retry_if = f`: `f(&error)` says whether an [`Error`](crate::Error) is tried again; `error.find::<E>()` is the function's own. A time-out always is, unasked
        pub const retry_if: () = ();
        /// `retry_after = f`: `f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off. The item keeps its place while it waits
        pub const retry_after: () = ();
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
        /// `limit = &limit`: makes as many at once as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, at its pace. Every attempt counts; what is there already is not held up
        pub const limit: () = ();
        /// `units = f`: `f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said
        pub const units: () = ();
        /// `refused = f`: `f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a place or spending an attempt, and all under the limit wait as long; zero is the wait of the back-off
        pub const refused: () = ();
        /// `give_up = d`: how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of the kind `Timeout`, which holds the last refusal
        pub const give_up: () = ();
        /// `budget = &budget`: begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind `Budget`. What is there already costs nothing
        pub const budget: () = ();
        /// `cost = f`: `f(&value)` gives what a value cost that was made, an `f64`
        pub const cost: () = ();
    }
    /// The options of `append`.
    pub mod append {
        /// `concurrency = n`: up to `n` at once, a `usize` (of another type `usize::from(n)`) or a [`Knob`](crate::inspect::Knob) by reference; they leave in order of input
        pub const concurrency: () = ();
        /// `ordered = false`: they leave in order of completion
        pub const ordered: () = ();
    }
    /// The options of `missing`.
    pub mod missing {
        /// `stale = keep`: whether a record that another version or fingerprint made is missing: `replace`, unless it is said, or `keep`
        pub const stale: () = ();
    }
}
