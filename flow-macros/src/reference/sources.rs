//! Sources.

use super::{Entry, Library::*, Section};

pub const SECTION: Section = Section {
    title: "Sources",
    says: "A source begins a chain. What the program itself emits comes in by an inlet, `<T>`.",
    prelude: "",
    entries: &[
        Entry {
            name: "from",
            says: "The items of any `IntoIterator`, in its order.",
            more: "",
            options: &[("epochs = n", "goes `n` times through one that is `Clone`")],
            elsewhere: &[
                (Streamz, "`from_iterable`"),
                (StreamExt, "`stream::iter`"),
                (Flowz, "`IterChannel`"),
            ],
            example: r#"
let twice = flow! { from([1, 2], epochs = 2) -> collect::<Vec<_>>() };
assert_eq!(twice.run(), [1, 2, 1, 2]);
"#,
        },
        Entry {
            name: "<T>",
            says: "An inlet: what the program emits.",
            more: "The flow is an open one, fed by `emit`. Two or more inlets have names, `left = <u32>;`, and are fed by \
                   `emit_left`. With an open end it is an operator for [`via`](#via).",
            options: &[],
            elsewhere: &[
                (Streamz, "`Stream()` and `emit`"),
                (Flowz, "`ProducerChannel` and `put`"),
            ],
            example: r#"
let mut flow = flow! { <u32> -> sum::<u32>() };
flow.emit(1);
flow.emit(2);
assert_eq!(flow.finish(), 3);
"#,
        },
        Entry {
            name: "stream",
            says: "The items of any `futures` `Stream`.",
            more: "It need not be `Unpin`.",
            options: &[(
                "ack = true",
                "the stream gives `Acked` items, each acknowledged when all that was made of it is done with",
            )],
            elsewhere: &[],
            example: r#"
let numbers = futures::stream::iter(1..=3);
let sum = flow! { stream(numbers) -> sum::<i32>() };
assert_eq!(sum.run().await, 6);
"#,
        },
        Entry {
            name: "receive",
            says: "The items of a channel, until its senders are gone.",
            more: "It takes the receiver of tokio's `mpsc` (bounded or not), `broadcast` or `watch`, by value or as `&mut rx`, \
                   or by value that of std's `mpsc`. What a `broadcast` receiver missed is an `Err` with a \
                   [`Missed`](crate::Missed); a `watch` gives each value that the receiver has not seen yet, only the newest \
                   of several. A flow with it is asynchronous. While std's receiver has nothing a thread waits for it, which \
                   ends with the flow, within 20 ms; the synchronous form is [`from(rx)`](#from). A channel of \
                   [`Acked`](crate::Acked) items is a stream: `stream(s, ack = true)`.",
            options: &[],
            elsewhere: &[(
                StreamExt,
                "`ReceiverStream`, `BroadcastStream`, `WatchStream`",
            )],
            example: r#"
let (tx, rx) = tokio::sync::mpsc::channel(8);
let sum = flow! { receive(rx) -> sum::<u32>() };
let sum = tokio::spawn(sum.into_future());
tx.send(1).await?;
tx.send(2).await?;
drop(tx);
assert_eq!(sum.await?, 3);
"#,
        },
        Entry {
            name: "interval",
            says: "A tick every `d`, the first after `d`: the moment it was due at.",
            more: "It keeps to its beat. Ticks that nobody was there to take are left out.",
            options: &[],
            elsewhere: &[(Streamz, "`from_periodic`")],
            example: r#"
let ticks = flow! { interval(Duration::from_secs(60)) -> take(3) -> count() };
assert_eq!(ticks.run().await, 3);
"#,
        },
        Entry {
            name: "poll",
            says: "The values of `f`, called every `d`, the first time after `d`.",
            more: "",
            options: &[],
            elsewhere: &[(Streamz, "`from_periodic`")],
            example: r#"
let mut celsius = 20;
let readings = flow! {
    poll(Duration::from_secs(60), || { celsius += 1; celsius }) -> take(2) -> collect::<Vec<_>>()
};
assert_eq!(readings.run().await, [21, 22]);
"#,
        },
        Entry {
            name: "lines",
            says: "The lines of a text file, each an `io::Result<String>` without its line end.",
            more: "The file is opened at the first pull. One that cannot be opened or read on is one `Err`, and the end.",
            options: &[(
                "resume = offsets",
                "goes on behind the last line that was done with, which an [`Offsets`](crate::Offsets) file remembers: \
                 `&offsets` or the value. What was under way in a crash comes again, a window with only those of its items that lie \
                 behind the offset. Where no line ends there any more, that is one `Err`, and the end. A last line \
                 that had no line end comes once more, as a whole, where more was added to it since",
            )],
            elsewhere: &[(Iterator, "`BufRead::lines`"), (Streamz, "`from_textfile`")],
            example: r#"
# let folder = tempfile::tempdir()?;
# let path = folder.path().join("words.txt");
# std::fs::write(&path, "one\ntwo\n")?;
let words = flow! { lines(&path)? -> collect::<Vec<_>>() };
assert_eq!(words.run()?, ["one", "two"]);
"#,
        },
        Entry {
            name: "tail",
            says: "The lines of a text file that grows, each an `io::Result<String>`.",
            more: "It begins with the first line and never ends: `take(n)` ends it. A line is given when it is complete. \
                   A file that is not there yet is waited for. When another file has the path (by renaming, removing, \
                   replacing), the old one is read to its end, and then the new one; its last line, where it has no line \
                   end, is waited for half a second and then given as it is. A file that was truncated is read from its \
                   beginning, also when it has grown past its old length since: it is looked at ten times a second, and \
                   known by the last 1024 bytes that were read.",
            options: &[(
                "from_end = true",
                "begins behind the last complete line of the file that is there when the flow begins to run: only what is \
                 written from then on is given. A file that appears later is read from its beginning",
            )],
            elsewhere: &[(Streamz, "`from_textfile`")],
            example: r#"
# let folder = tempfile::tempdir()?;
# let path = folder.path().join("log.txt");
# std::fs::write(&path, "one\ntwo\nthr")?;
let first = flow! { tail(&path)? -> take(2) -> collect::<Vec<_>>() };
assert_eq!(first.run().await?, ["one", "two"]);
"#,
        },
    ],
};
