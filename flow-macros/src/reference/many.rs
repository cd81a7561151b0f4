//! Many at a time.

use super::{Entry, Library::*, Section};

const KEEP: (&str, &str) = (
    "keep = last",
    "of items with one key the last is kept, not the first",
);

pub const SECTION: Section = Section {
    title: "Many at a time",
    says: "Batches and windows deref to `[T]` and are `IntoIterator`. Where `n` is a literal up to 64 they lie inline, and \
           `sliding_window(n)` gives arrays, `[T; n]`; else they are on the heap and their memory is used again. At the \
           end of input what is held leaves. `batch.into_vec()` is a `Vec`. The types, [`InlineBatch`](crate::InlineBatch) up to \
           64 and [`Batch`](crate::Batch) beyond, are best not named: a function takes a `Vec<T>` or a `&[T]`.",
    prelude: "",
    entries: &[
        Entry {
            name: "partition",
            says: "Batches of `n` items; the rest at the end of input is a shorter batch.",
            more: "",
            options: &[
                (
                    "by = f",
                    "batches of items for which `f(&item)`, an owned value, is equal",
                ),
                (
                    "timeout = d",
                    "a short batch leaves `d` after its first item",
                ),
            ],
            elsewhere: &[
                (Streamz, "`partition(n, timeout, key)`"),
                (Iterator, "`chunks` of a slice"),
                (StreamExt, "`chunks`"),
            ],
            example: r#"
let sums = flow! {
    from(0..5) -> partition(2) -> map(|batch| batch.iter().sum::<i32>()) -> collect::<Vec<_>>()
};
assert_eq!(sums.run(), [1, 5, 4]);

let odd_even = flow! {
    from([1, 2, 4, 3]) -> partition(2, by = |x| x % 2) -> map(|batch| batch[0]) -> collect::<Vec<_>>()
};
assert_eq!(odd_even.run(), [2, 1]);
"#,
        },
        Entry {
            name: "partition_unique",
            says: "A batch once `n` distinct keys are there: one item of each.",
            more: "",
            options: &[
                (
                    "by = f",
                    "the key is `f(&item)`, an owned value, not the item",
                ),
                KEEP,
            ],
            elsewhere: &[],
            example: r#"
let batches = flow! {
    from([1, 2, 1, 3, 1, 3, 3, 2]) -> partition_unique(3) -> map(|batch| batch.to_vec()) -> collect::<Vec<_>>()
};
assert_eq!(batches.run(), [[1, 2, 3], [1, 3, 2]]);
"#,
        },
        Entry {
            name: "sliding_window",
            says: "The last `n` items, from the `n`th on.",
            more: "With two arguments, `sliding_window(d, at)`, it goes by the time in the items: at each item it gives \
                   those of `(t − d, t]`, in a `Result`, and with `by = f` those of equal key as `(key, window)`; see \
                   [time in the items](#time-in-the-items).",
            options: &[(
                "partial = true",
                "from the first on; the first windows are shorter",
            )],
            elsewhere: &[
                (
                    Streamz,
                    "`sliding_window`, which gives partial ones unless told not to",
                ),
                (Iterator, "`windows` of a slice"),
            ],
            example: r#"
let differences = flow! {
    from([1, 4, 9]) -> sliding_window(2) -> map(|[a, b]| b - a) -> collect::<Vec<_>>()
};
assert_eq!(differences.run(), [3, 5]);

let recent = flow! {
    from([1, 2, 9]) -> sliding_window(5, |t| *t)? -> map(|window| window.to_vec()) -> collect::<Vec<_>>()
};
assert_eq!(recent.run().unwrap(), [vec![1], vec![1, 2], vec![9]]);
"#,
        },
        Entry {
            name: "timed_window",
            says: "The items that arrived in each `d`, counted from the start of the flow.",
            more: "The window that is open at the end of input leaves at once.",
            options: &[
                (
                    "by = f",
                    "one item for every `f(&item)`, an owned value: the first",
                ),
                KEEP,
                (
                    "empty = true",
                    "gives windows in which nothing arrived, too",
                ),
                (
                    "capacity = n",
                    "how many items a window takes before what is before it waits, 65,536 unless it is said",
                ),
            ],
            elsewhere: &[(
                Streamz,
                "`timed_window`, `timed_window_unique`, which give empty ones as well",
            )],
            example: r#"
let counts = flow! {
    interval(Duration::from_millis(20))
        -> take(4)
        -> timed_window(Duration::from_millis(50))
        -> map(|window| window.len())
        -> collect::<Vec<_>>()
};
assert_eq!(counts.run().await, [2, 2]);
"#,
        },
        Entry {
            name: "group_by",
            says: "Runs of consecutive items for which `f(&item)` is equal: `(key, batch)`.",
            more: "Keys are owned values: `|click| click.user.clone()`.",
            options: &[],
            elsewhere: &[(Iterator, "`chunk_by` of a slice"), (Flowz, "`groupby`")],
            example: r#"
let runs = flow! {
    from([1, 3, 4, 5]) -> group_by(|x| x % 2) -> map(|(odd, run)| (odd, run.len())) -> collect::<Vec<_>>()
};
assert_eq!(runs.run(), [(1, 2), (0, 1), (1, 1)]);
"#,
        },
        Entry {
            name: "window_by",
            says: "Windows that the items name: `(key, batch)`. `f(&item)` gives the keys of all windows the item is in.",
            more: "A window is complete at the first item that is not in it. Those completed by one item, or by the end, \
                   leave in key order.",
            options: &[],
            elsewhere: &[(Flowz, "`windowby`")],
            example: r#"
let windows = flow! {
    from(0..4) -> window_by(|x| [x / 2, (x + 1) / 2]) -> map(|(key, items)| (key, items.to_vec()))
        -> collect::<Vec<_>>()
};
assert_eq!(windows.run(), [(0, vec![0, 1]), (1, vec![1, 2, 3]), (2, vec![3])]);
"#,
        },
    ],
};
