//! One item at a time. Written from the reference.
/// Begins chains.
pub mod head {}
/// Stands behind `->`.
pub mod behind {
    /// Applies `f` to each item.
    ///
    /// `map(f, keep_item = …)`
    ///
    /// An async function is refused, for nothing would run it: `then(f)` does.
    pub fn map<A0>(f: A0) {}
    /// The items for which the predicate is true.
    ///
    /// `filter(predicate)`
    ///
    /// It sees `&T`.
    pub fn filter<A0>(predicate: A0) {}
    /// Applies `f` to each item, and passes on what is in `Some`.
    ///
    /// `filter_map(f, keep_item = …)`
    pub fn filter_map<A0>(f: A0) {}
    /// Every item of what `f` makes of each item.
    ///
    /// `flat_map(f, keep_item = …)`
    ///
    /// All of them are carried on before the next item is, up to where the branch ends. But where all go to the `zip`, `merge_keyed` or `cogroup` of several sources, they are taken one by one, as they are wanted: what `f` gives may be without end there, also in a piece behind `via`, and as the last operator in the chain of a key.
    pub fn flat_map<A0>(f: A0) {}
    /// Every item of each item.
    ///
    /// `flatten(keep_item = …)`
    ///
    /// Empty ones vanish.
    pub fn flatten() {}
    /// Shows each item to `f` and passes it on.
    ///
    /// `inspect(f)`
    pub fn inspect<A0>(f: A0) {}
    /// Each item with its number, counted from 0: `(number, item)`.
    ///
    /// `enumerate()`
    pub fn enumerate() {}
    /// The first `n` items, then the end of the branch.
    ///
    /// `take(n)`
    ///
    /// When every branch has ended the sources are no longer pulled.
    pub fn take<A0>(n: A0) {}
    /// The items before the first for which the predicate is false, then the end of the branch.
    ///
    /// `take_while(predicate)`
    ///
    /// It sees `&T`.
    pub fn take_while<A0>(predicate: A0) {}
    /// The items behind the first `n`.
    ///
    /// `skip(n)`
    pub fn skip<A0>(n: A0) {}
    /// The items from the first on for which the predicate is false.
    ///
    /// `skip_while(predicate)`
    ///
    /// It sees `&T`.
    pub fn skip_while<A0>(predicate: A0) {}
    /// The first item, and every `n`th behind it.
    ///
    /// `step_by(n)`
    pub fn step_by<A0>(n: A0) {}
    /// Calls the async function `f` with each item, one at a time, and passes on its output.
    ///
    /// `then(f, concurrency = …, ordered = …, timeout = …, retry = …, retry_if = …, retry_after = …, keep_item = …, limit = …, units = …, refused = …, give_up = …, budget = …, cost = …)`
    ///
    /// `f` is whatever gives futures: an async function or closure, a generic `F: Fn(T) -> Fut`, a boxed closure. With `concurrency` they progress while later stages wait. `then(blocking(f), concurrency = n)` calls a function that is not async on threads of its own: [`blocking`](crate::blocking()), a word that needs no `use` there. Memory is in proportion to what runs, however large `n` is.
    pub fn then<A0>(f: A0) {}
    /// Calls `f(&mut state, item)` with each item, and passes on its output; the state begins as `init`.
    ///
    /// `accumulate(init, f, keep = …, every = …, keep_item = …)`
    ///
    /// An `f` that gives an `Err` before it writes leaves the state as it was.
    pub fn accumulate<A0, A1>(init: A0, f: A1) {}
    /// Each item that was not seen before.
    ///
    /// `unique(by = …, capacity = …)`
    pub fn unique() {}
    /// Lets pass each item that differs from the one just before it.
    ///
    /// `dedup(by = …)`
    pub fn dedup() {}
    /// Runs the items through `operator`, any value that implements [`Operator`](crate::Operator).
    ///
    /// `via(operator)`
    ///
    /// A flow with an inlet and an open end is one, and so is what a user implements. Such a piece is `Clone`, with what it holds, when its functions and the items that it holds are; so it may stand in `by_key { }`, where every key has its own, and between `scatter` and `gather`. One that awaits is for `via_async`.
    pub fn via<A0>(operator: A0) {}
    /// Runs the items through `piece`, a flow with an inlet and an open end that awaits or lets time pass.
    ///
    /// `via_async(piece)`
    ///
    /// It runs beside the rest of the flow, and takes one item at a time; one more waits before it. At the end of input it ends, and what it holds leaves. With a bare `?` in it what leaves are `Result`s. So it is where an error in it may be fatal: that leaves it past any `else` within, and then it has ended. The flow around it is ended by a bare `?` behind it; behind `? else` the error goes there, and nothing more is pulled for the piece. It cannot stand in a cycle, nor behind a source that acknowledges. A function returns one as [`AsyncPiece`](crate::AsyncPiece).
    pub fn via_async<A0>(piece: A0) {}
    /// Each item with what its source says of it: `(item, meta)`.
    ///
    /// `with_meta()`
    ///
    /// Behind `lines(path, resume = offsets)` that is a `Position` in the file, behind `stream(s, ack = true)` what `Acked::with_meta` was given.
    pub fn with_meta() {}
    /// Counts the items in a progress bar and passes them on.
    ///
    /// `progress(label, total = …)`
    ///
    /// The bar is drawn while standard error is a terminal.
    pub fn progress<A0>(label: A0) {}
}
/// The options of the operators.
pub mod options {
    /// The options of `map`.
    pub mod map {
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `filter_map`.
    pub mod filter_map {
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `flat_map`.
    pub mod flat_map {
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `flatten`.
    pub mod flatten {
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `then`.
    pub mod then {
        /// `concurrency = n`: keeps up to `n` running; they leave in order of input. A `usize` (of another type `usize::from(n)`), or a [`Knob`](crate::inspect::Knob) by reference, which is turned while they run
        pub const concurrency: () = ();
        /// `ordered = false`: they leave in order of completion
        pub const ordered: () = ();
        /// `timeout = d`: how long an attempt may take. The function gives a `Result`, and the operator a `Result<_, Error>`
        pub const timeout: () = ();
        /// `retry = n`: up to `n` further attempts, or a policy, [`Retry`](crate::Retry). The function gives a `Result`, and the items are `Clone`. It waits between them: 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random by up to a half, unless the policy says otherwise
        pub const retry: () = ();
        /// `retry_if = f`: `f(&error)` says whether the function's error is tried again. A time-out always is, unasked
        pub const retry_if: () = ();
        /// `retry_after = f`: `f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off; `None` and zero leave it at that
        pub const retry_after: () = ();
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
        /// `limit = &limit`: runs as many as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, and begins them at its pace. The function is called when its turn has come
        pub const limit: () = ();
        /// `units = f`: `f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said
        pub const units: () = ();
        /// `refused = f`: `f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a place or spending an attempt, and all under the limit wait as long; zero is the wait of the back-off. Without `limit` it waits by itself. The function gives a `Result`, and the items are `Clone`
        pub const refused: () = ();
        /// `give_up = d`: how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of the kind `Timeout`, which holds the last refusal
        pub const give_up: () = ();
        /// `budget = &budget`: begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind `Budget`
        pub const budget: () = ();
        /// `cost = f`: `f(&value)` gives what a value cost that was made, an `f64`
        pub const cost: () = ();
    }
    /// The options of `accumulate`.
    pub mod accumulate {
        /// `keep = &snapshots`: keeps the state in [`Snapshots`](crate::Snapshots), together with how far the source has been worked off that resumes by the same: `lines(path, resume = &snapshots)`. A later run begins with both
        pub const keep: () = ();
        /// `every = n`: with `keep`: after so many items, 1024 unless it is said, and at the end
        pub const every: () = ();
        /// `keep_item = true`: an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s
        pub const keep_item: () = ();
    }
    /// The options of `unique`.
    pub mod unique {
        /// `by = f`: compares what `f(&item)` gives, an owned value: `click.user.clone()`
        pub const by: () = ();
        /// `capacity = n`: remembers the `n` most recently seen; a sighting refreshes
        pub const capacity: () = ();
    }
    /// The options of `dedup`.
    pub mod dedup {
        /// `by = f`: compares what `f` gives of each item, an owned value
        pub const by: () = ();
    }
    /// The options of `progress`.
    pub mod progress {
        /// `total = n`: how many items will come
        pub const total: () = ();
    }
}
