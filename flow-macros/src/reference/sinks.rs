//! Sinks.

use super::{Entry, Library::*, Section};

/// The options of what goes by an order.
const RANK: &[(&str, &str)] = &[
    (
        "by = f",
        "compares what `f` gives of each item, an owned value",
    ),
    (
        "order = f",
        "compares by `f`, as `f64::total_cmp`: two items, or what `by` gives of them",
    ),
];

pub const SECTION: Section = Section {
    title: "Sinks",
    says: "A sink ends a chain. Its value is the result of the flow where it ends the last chain, or is named there. A chain \
           without a sink that is the result makes the flow an iterator or a stream.",
    prelude: "",
    entries: &[
        Entry {
            name: "for_each",
            says: "Calls `f` with each item.",
            more: "With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.",
            options: &[],
            elsewhere: &[
                (Streamz, "`sink`"),
                (StreamExt, "`map(f)` and a loop: its `for_each` is async"),
            ],
            example: r#"
let mut texts = Vec::new();
flow! { from(0..2) -> for_each(|x| texts.push(x.to_string())); }.run();
assert_eq!(texts, ["0", "1"]);
"#,
        },
        Entry {
            name: "sink",
            says: "Awaits the async function `f` with each item, one at a time.",
            more: "With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.",
            options: &[],
            elsewhere: &[(StreamExt, "`for_each`")],
            example: r#"
let mut sum = 0;
flow! { from(1..=3) -> sink(async |x| sum += x); }.run().await;
assert_eq!(sum, 6);
"#,
        },
        Entry {
            name: "collect",
            says: "All items in one collection: any `FromIterator`.",
            more: "A collection that is named, as in `collect::<HashSet<_>>()`, is fed as the items come where it is `Default` and `Extend`: \
                   a set keeps no repeats. A `Result` or an `Option` of one ends at the first `Err` or `None`, and wants no more. \
                   What is only `FromIterator`, or known by inference only, is built at the end.",
            options: &[],
            elsewhere: &[(Streamz, "`sink_to_list`")],
            example: r#"
let letters = flow! { from(["a", "b"]) -> collect::<String>() };
assert_eq!(letters.run(), "ab");
"#,
        },
        Entry {
            name: "fold",
            says: "Calls `f(&mut acc, item)` with each item; the value is `acc`, which begins as `init`.",
            more: "With `?` the function gives a `Result<(), _>`, and its first `Err` ends the flow.",
            options: &[],
            elsewhere: &[
                (Iterator, "`fold`, whose function takes and gives the state"),
                (StreamExt, "`fold`, whose function is async"),
            ],
            example: r#"
let longest = flow! {
    from(["a", "ccc", "bb"]) -> fold(0, |longest, text| *longest = text.len().max(*longest))
};
assert_eq!(longest.run(), 3);
"#,
        },
        Entry {
            name: "reduce",
            says: "Calls `f(so_far, item)` with each item from the second on; `None` where there is no item.",
            more: "",
            options: &[],
            elsewhere: &[],
            example: r#"
let product = flow! { from(1..=4) -> reduce(|a, b| a * b) };
assert_eq!(product.run(), Some(24));
"#,
        },
        Entry {
            name: "count",
            says: "Counts the items.",
            more: "",
            options: &[],
            elsewhere: &[],
            example: r#"
let evens = flow! { from(0..10) -> filter(|x| x % 2 == 0) -> count() };
assert_eq!(evens.run(), 5);
"#,
        },
        Entry {
            name: "sum",
            says: "The sum of the items.",
            more: "The type may be said, `sum::<f64>()`.",
            options: &[],
            elsewhere: &[],
            example: r#"
let sum = flow! { from([1.5, 2.0]) -> sum::<f64>() };
assert_eq!(sum.run(), 3.5);
"#,
        },
        Entry {
            name: "min",
            says: "The least item, of equal ones the first; `None` where there is none.",
            more: "Floats need an `order`.",
            options: RANK,
            elsewhere: &[(Iterator, "`min`, `min_by_key`, `min_by`")],
            example: r#"
let least = flow! { from([3, 1, 2]) -> min() };
assert_eq!(least.run(), Some(1));
"#,
        },
        Entry {
            name: "max",
            says: "The greatest item, of equal ones the last; `None` where there is none.",
            more: "Floats need an `order`.",
            options: RANK,
            elsewhere: &[(Iterator, "`max`, `max_by_key`, `max_by`")],
            example: r#"
let greatest = flow! { from([3.5, 1.0]) -> max(order = f64::total_cmp) };
assert_eq!(greatest.run(), Some(3.5));
"#,
        },
        Entry {
            name: "top",
            says: "The `n` greatest items as a `Vec`, the greatest first, of equal ones the earlier first.",
            more: "Up to `2 * n` items are held. Floats need an `order`.",
            options: RANK,
            elsewhere: &[(Iterator, "`k_largest` of itertools")],
            example: r#"
let longest = flow! { from(["a", "ccc", "bb"]) -> top(2, by = |text| text.len()) };
assert_eq!(longest.run(), ["ccc", "bb"]);
"#,
        },
        Entry {
            name: "first",
            says: "The first item, `None` where there is none. It ends its branch.",
            more: "",
            options: &[],
            elsewhere: &[(Iterator, "`next`"), (StreamExt, "`next`")],
            example: r#"
let large = flow! { from(0..) -> filter(|x| x * x > 50) -> first() };
assert_eq!(large.run(), Some(8));
"#,
        },
        Entry {
            name: "last",
            says: "The last item, `None` where there is none.",
            more: "",
            options: &[],
            elsewhere: &[],
            example: r#"
let last = flow! { from([3, 1, 2]) -> last() };
assert_eq!(last.run(), Some(2));
"#,
        },
        Entry {
            name: "send",
            says: "Sends each item into a channel: the sender of a tokio or a standard `mpsc`.",
            more: "A bounded tokio channel is awaited, a bounded standard one blocks the thread. When the receiver is gone the \
                   branch ends, and the value is a [`SendError`](crate::SendError) with the item that came back.",
            options: &[],
            elsewhere: &[(StreamExt, "`forward`")],
            example: r#"
let (tx, rx) = std::sync::mpsc::channel();
flow! { from(0..3) -> send(tx)?; }.run()?;
assert_eq!(rx.iter().collect::<Vec<_>>(), [0, 1, 2]);
"#,
        },
        Entry {
            name: "write_lines",
            says: "Writes each item as a line of a text file; the value is an `io::Result<()>`.",
            more: "The file is created, or emptied, when the first item or the end of input comes. Behind `stream(s, ack = true)` \
                   and `lines(path, resume = …)` every line is given to the system as it comes, and the file is synced before \
                   items count as done: before a message is acknowledged, and before offsets are written, at most every \
                   100 ms; where the file was removed or cut off meanwhile, that is an error, and they are not done. Behind \
                   `lines(path, resume = …)` `append = true` is demanded: emptied at every start, the file would \
                   lose what was done before. rustc warns of a value that nobody looks at.",
            options: &[(
                "append = true",
                "lines go behind what is in the file. A last line without a line end gets one; behind a source that \
                 acknowledges, where it comes again as a whole, it is moved to the file `path.torn`",
            )],
            elsewhere: &[(Streamz, "`sink_to_textfile`")],
            example: r#"
# let folder = tempfile::tempdir()?;
# let path = folder.path().join("numbers.txt");
flow! { from(0..3) -> write_lines(&path)?; }.run()?;
assert_eq!(std::fs::read_to_string(&path)?, "0\n1\n2\n");
"#,
        },
        Entry {
            name: "drain",
            says: "Drops each item: says that a chain is run for its effects.",
            more: "`Result`s and futures are refused: nobody would learn of the error, or run the future. A generic type is accepted.",
            options: &[],
            elsewhere: &[],
            example: r#"
let mut seen = 0;
flow! { from(0..3) -> inspect(|_| seen += 1) -> drain(); }.run();
assert_eq!(seen, 3);
"#,
        },
    ],
};
