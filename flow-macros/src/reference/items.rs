//! One item at a time.

use super::{Entry, Library::*, Section};

/// The item beside an error, wherever an item may fail.
pub const KEEP_ITEM: (&str, &str) = (
    "keep_item = true",
    "an error is a [`Failed`](crate::Failed) with the item as it was given, which has to be `Clone`: else send `Arc`s",
);

pub const SECTION: Section = Section {
    title: "One item at a time",
    says: "Closures infer the types of their arguments, and may borrow and change what is around the flow.",
    prelude: "",
    entries: &[
        Entry {
            name: "map",
            says: "Applies `f` to each item.",
            more: "An async function is refused, for nothing would run it: `then(f)` does.",
            options: &[KEEP_ITEM],
            elsewhere: &[(Streamz, "`map`, `starmap`, `pluck`")],
            example: r#"
let squares = flow! { from([1, 2, 3]) -> map(|x| x * x) -> collect::<Vec<_>>() };
assert_eq!(squares.run(), [1, 4, 9]);
"#,
        },
        Entry {
            name: "filter",
            says: "The items for which the predicate is true.",
            more: "It sees `&T`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let evens = flow! { from(0..6) -> filter(|x| x % 2 == 0) -> collect::<Vec<_>>() };
assert_eq!(evens.run(), [0, 2, 4]);
"#,
        },
        Entry {
            name: "filter_map",
            says: "Applies `f` to each item, and passes on what is in `Some`.",
            more: "",
            options: &[KEEP_ITEM],
            elsewhere: &[],
            example: r#"
let numbers = flow! {
    from(["1", "two", "3"]) -> filter_map(|text| text.parse().ok()) -> collect::<Vec<u32>>()
};
assert_eq!(numbers.run(), [1, 3]);
"#,
        },
        Entry {
            name: "flat_map",
            says: "Every item of what `f` makes of each item.",
            more: "All of them are carried on before the next item is, up to where the branch ends. But where all go to the `zip`, \
                   `merge_keyed` or `cogroup` of several sources, they are taken one by one, as they are wanted: what `f` gives \
                   may be without end there, also in a piece behind `via`, and as the last operator in the chain of a key.",
            options: &[KEEP_ITEM],
            elsewhere: &[(Streamz, "`map(f).flatten()`")],
            example: r#"
let words = flow! {
    from(["a b", "c"]) -> flat_map(|line| line.split(' ')) -> collect::<Vec<_>>()
};
assert_eq!(words.run(), ["a", "b", "c"]);
"#,
        },
        Entry {
            name: "flatten",
            says: "Every item of each item.",
            more: "Empty ones vanish.",
            options: &[KEEP_ITEM],
            elsewhere: &[(Flowz, "`flat_map()`")],
            example: r#"
let numbers = flow! { from([vec![1, 2], vec![], vec![3]]) -> flatten() -> collect::<Vec<_>>() };
assert_eq!(numbers.run(), [1, 2, 3]);
"#,
        },
        Entry {
            name: "inspect",
            says: "Shows each item to `f` and passes it on.",
            more: "",
            options: &[],
            elsewhere: &[(Flowz, "`observe`")],
            example: r#"
let mut seen = Vec::new();
let sum: i32 = flow! { from([1, 2]) -> inspect(|x| seen.push(*x)) -> sum() }.run();
assert_eq!((sum, seen), (3, vec![1, 2]));
"#,
        },
        Entry {
            name: "enumerate",
            says: "Each item with its number, counted from 0: `(number, item)`.",
            more: "",
            options: &[],
            elsewhere: &[],
            example: r#"
let numbered = flow! { from(["a", "b"]) -> enumerate() -> collect::<Vec<_>>() };
assert_eq!(numbered.run(), [(0, "a"), (1, "b")]);
"#,
        },
        Entry {
            name: "take",
            says: "The first `n` items, then the end of the branch.",
            more: "When every branch has ended the sources are no longer pulled.",
            options: &[],
            elsewhere: &[(Streamz, "`slice(end = n)`")],
            example: r#"
let first = flow! { from(0..) -> take(3) -> collect::<Vec<_>>() };
assert_eq!(first.run(), [0, 1, 2]);
"#,
        },
        Entry {
            name: "take_while",
            says: "The items before the first for which the predicate is false, then the end of the branch.",
            more: "It sees `&T`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let small = flow! { from([1, 2, 9, 3]) -> take_while(|x| *x < 5) -> collect::<Vec<_>>() };
assert_eq!(small.run(), [1, 2]);
"#,
        },
        Entry {
            name: "skip",
            says: "The items behind the first `n`.",
            more: "",
            options: &[],
            elsewhere: &[(Streamz, "`slice(start = n)`")],
            example: r#"
let rest = flow! { from(0..5) -> skip(3) -> collect::<Vec<_>>() };
assert_eq!(rest.run(), [3, 4]);
"#,
        },
        Entry {
            name: "skip_while",
            says: "The items from the first on for which the predicate is false.",
            more: "It sees `&T`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let rest = flow! { from([1, 9, 2]) -> skip_while(|x| *x < 5) -> collect::<Vec<_>>() };
assert_eq!(rest.run(), [9, 2]);
"#,
        },
        Entry {
            name: "step_by",
            says: "The first item, and every `n`th behind it.",
            more: "",
            options: &[],
            elsewhere: &[(Streamz, "`slice(step = n)`")],
            example: r#"
let some = flow! { from(0..7) -> step_by(3) -> collect::<Vec<_>>() };
assert_eq!(some.run(), [0, 3, 6]);
"#,
        },
        Entry {
            name: "then",
            says: "Calls the async function `f` with each item, one at a time, and passes on its output.",
            more: "`f` is whatever gives futures: an async function or closure, a generic `F: Fn(T) -> Fut`, a boxed \
                   closure. With `concurrency` they progress while later stages wait. `then(blocking(f), concurrency = n)` calls a \
                   function that is not async on threads of its own: [`blocking`](crate::blocking()), a word that needs no `use` there. Memory is in proportion to \
                   what runs, however large `n` is.",
            options: &[
                (
                    "concurrency = n",
                    "keeps up to `n` running; they leave in order of input. A `usize` (of another type `usize::from(n)`), or a [`Knob`](crate::inspect::Knob) by reference, \
                     which is turned while they run",
                ),
                ("ordered = false", "they leave in order of completion"),
                (
                    "timeout = d",
                    "how long an attempt may take. The function gives a `Result`, and the operator a `Result<_, Error>`",
                ),
                (
                    "retry = n",
                    "up to `n` further attempts, or a policy, [`Retry`](crate::Retry). The function gives a `Result`, and the items \
                     are `Clone`. It waits between them: 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random \
                     by up to a half, unless the policy says otherwise",
                ),
                (
                    "retry_if = f",
                    "`f(&error)` says whether the function's error is tried again. A time-out always is, unasked",
                ),
                (
                    "retry_after = f",
                    "`f(&error)` gives the wait that the other side asked for, an `Option<Duration>`, in place of the back-off; \
                     `None` and zero leave it at that",
                ),
                KEEP_ITEM,
                (
                    "limit = &limit",
                    "runs as many as a [`Limit`](crate::Limit) lets, in place of `concurrency` or within it, and begins them at its pace. \
                     The function is called when its turn has come",
                ),
                (
                    "units = f",
                    "`f(&item)` gives the units that the limit counts, a `u64`; 1 unless it is said",
                ),
                (
                    "refused = f",
                    "`f(&error)` gives `Some(wait)` where the other side refused for load. The item goes back in line without holding a \
                     place or spending an attempt, and all under the limit wait as long; zero is the wait of the back-off. Without `limit` \
                     it waits by itself. The function gives a `Result`, and the items are `Clone`",
                ),
                (
                    "give_up = d",
                    "how long after its first attempt an item that is refused is tried, 15 minutes unless it is said; then it is an error of \
                     the kind `Timeout`, which holds the last refusal",
                ),
                (
                    "budget = &budget",
                    "begins nothing when a [`Budget`](crate::Budget) is used up: the flow ends, past any `? else`, with an error of the kind \
                     `Budget`",
                ),
                (
                    "cost = f",
                    "`f(&value)` gives what a value cost that was made, an `f64`",
                ),
            ],
            elsewhere: &[
                (Streamz, "`map_async(f, parallelism = n)`"),
                (
                    StreamExt,
                    "`then(f)`, `map(f).buffered(n)`, `map(f).buffer_unordered(n)`",
                ),
                (Flowz, "`map(f).each_ready()`"),
            ],
            example: r#"
async fn length(text: &str) -> Result<usize, std::io::Error> {
    tokio::time::sleep(Duration::from_millis(text.len() as u64)).await;
    Ok(text.len())
}

let lengths = flow! {
    from(["three", "two"])
        -> then(length, concurrency = 8, ordered = false, timeout = Duration::from_secs(1), retry = 2,
            retry_if = |error| error.kind() == std::io::ErrorKind::Interrupted)?
        -> collect::<Vec<_>>()
};
assert_eq!(lengths.run().await?, [3, 5]);
"#,
        },
        Entry {
            name: "accumulate",
            says: "Calls `f(&mut state, item)` with each item, and passes on its output; the state begins as `init`.",
            more: "An `f` that gives an `Err` before it writes leaves the state as it was.",
            options: &[
                (
                    "keep = &snapshots",
                    "keeps the state in [`Snapshots`](crate::Snapshots), together with how far the source has been worked off that \
                     resumes by the same: `lines(path, resume = &snapshots)`. A later run begins with both",
                ),
                (
                    "every = n",
                    "with `keep`: after so many items, 1024 unless it is said, and at the end",
                ),
                KEEP_ITEM,
            ],
            elsewhere: &[(Iterator, "`scan`"), (StreamExt, "`scan`")],
            example: r#"
let sums = flow! {
    from(1..=4) -> accumulate(0, |sum, x| { *sum += x; *sum }) -> collect::<Vec<_>>()
};
assert_eq!(sums.run(), [1, 3, 6, 10]);
"#,
        },
        Entry {
            name: "unique",
            says: "Each item that was not seen before.",
            more: "",
            options: &[
                (
                    "by = f",
                    "compares what `f(&item)` gives, an owned value: `click.user.clone()`",
                ),
                (
                    "capacity = n",
                    "remembers the `n` most recently seen; a sighting refreshes",
                ),
            ],
            elsewhere: &[(Streamz, "`unique(maxsize = n, key = f)`")],
            example: r#"
let different = flow! {
    from(["b", "a", "B"]) -> unique(by = |text| text.to_lowercase()) -> collect::<Vec<_>>()
};
assert_eq!(different.run(), ["b", "a"]);
"#,
        },
        Entry {
            name: "dedup",
            says: "Lets pass each item that differs from the one just before it.",
            more: "",
            options: &[(
                "by = f",
                "compares what `f` gives of each item, an owned value",
            )],
            elsewhere: &[
                (Iterator, "`dedup` of itertools"),
                (Streamz, "`unique(maxsize=1)`"),
            ],
            example: r#"
let changes = flow! { from([1, 1, 2, 2, 1]) -> dedup() -> collect::<Vec<_>>() };
assert_eq!(changes.run(), [1, 2, 1]);
"#,
        },
        Entry {
            name: "via",
            says: "Runs the items through `operator`, any value that implements [`Operator`](crate::Operator).",
            more: "A flow with an inlet and an open end is one, and so is what a user implements. \
                   Such a piece is `Clone`, with what it holds, when its functions and the items \
                   that it holds are; so it may stand in `by_key { }`, where every key has its own, \
                   and between `scatter` and `gather`. One that awaits is for `via_async`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let mut increase = flow! { <i32> -> map(|x| x + 1) };
assert_eq!(increase.push(1).into_iter().collect::<Vec<_>>(), [2]);

let increased = flow! { from([1, 2]) -> via(increase) -> collect::<Vec<_>>() };
assert_eq!(increased.run(), [2, 3]);

let pairs = flow! { <i32> -> partition(2) -> map(|pair| pair.to_vec()) };
let by_parity = flow! { from(1..=4) -> by_key(|x| x % 2) { via(pairs) } -> collect::<Vec<_>>() };
assert_eq!(by_parity.run(), [[1, 3], [2, 4]]);
"#,
        },
        Entry {
            name: "via_async",
            says: "Runs the items through `piece`, a flow with an inlet and an open end that awaits or lets time pass.",
            more: "It runs beside the rest of the flow, and takes one item at a time; one more waits \
                   before it. At the end of input it ends, and what it holds leaves. With a bare `?` \
                   in it what leaves are `Result`s. So it is where an error in it may be fatal: that \
                   leaves it past any `else` within, and then it has ended. The flow around it is \
                   ended by a bare `?` behind it; behind `? else` the error goes there, and nothing \
                   more is pulled for the piece. It cannot stand in a cycle, nor behind a source \
                   that acknowledges. A function returns one as [`AsyncPiece`](crate::AsyncPiece).",
            options: &[],
            elsewhere: &[],
            example: r#"
async fn double(x: u32) -> u32 {
    x * 2
}
let doubled = flow! { <u32> -> then(double, concurrency = 4) -> partition(2) };
let sizes = flow! { from(0..3) -> via_async(doubled) -> map(|batch| batch.len()) -> collect::<Vec<_>>() };
assert_eq!(sizes.run().await, [2, 1]);
"#,
        },
        Entry {
            name: "with_meta",
            says: "Each item with what its source says of it: `(item, meta)`.",
            more: "Behind `lines(path, resume = offsets)` that is a `Position` in the file, behind \
                   `stream(s, ack = true)` what `Acked::with_meta` was given.",
            options: &[],
            elsewhere: &[(Streamz, "the `metadata` of `emit`")],
            example: r#"
# use flow_runtime::Acked;
let items = [("a", 7), ("b", 8)].map(|(x, meta)| Acked::new(x, || ()).with_meta(meta));
let seen = flow! {
    stream(futures::stream::iter(items), ack = true) -> with_meta() -> collect::<Vec<_>>()
};
assert_eq!(seen.run().await, [("a", 7), ("b", 8)]);
"#,
        },
        Entry {
            name: "progress",
            says: "Counts the items in a progress bar and passes them on.",
            more: "The bar is drawn while standard error is a terminal.",
            options: &[("total = n", "how many items will come")],
            elsewhere: &[],
            example: r#"
let sum: i32 = flow! { from(0..100) -> progress("numbers", total = 100) -> sum() }.run();
assert_eq!(sum, 4950);
"#,
        },
    ],
};
