//! Time in the items.

use super::{Entry, Section};

const BY: (&str, &str) = (
    "by = f",
    "windows of items for which `f(&item)`, an owned value, is equal, `(key, span, batch)`, under one clock: the newest time of any \
     key closes the windows of all",
);

pub const SECTION: Section = Section {
    title: "Time in the items",
    says: "`at(&item)` gives a `SystemTime`, an `Instant` (of std or tokio) or an integer; distances are a `Duration`, or \
           an integer of the same type. Windows want sorted input, which `in_order` makes, and give a `Result`: an item \
           older than one before it is [`Unsorted`](crate::Unsorted), and left out. Windows leave in the order of their \
           starts, each with its [`Span`](crate::Span); empty ones are not given. Inside `by_key { }` the windows of a \
           key see its own items only. Behind a source that resumes, a window may come again after a crash with only those of \
           its items that lie behind the offset.",
    prelude: "",
    entries: &[
        Entry {
            name: "in_order",
            says: "Lets items leave sorted by `at(&item)`, each once the newest time seen is more than `late` ahead of it.",
            more: "Equal times leave in order of arrival. Gives a `Result`: an item older than the newest less `late`, or \
                   than what has left, is [`Late`](crate::Late), so that it has a route: `? else late`. One exactly \
                   `late` behind is not late. At the end of input what waits leaves. What comes out does not depend on \
                   the order of arrival within `late`, up to the order of equal times. Behind a source that resumes the \
                   newest time is not kept: after a restart it is that of the lines that are read again, so what was \
                   late before may be in time.",
            options: &[
                (
                    "late = d",
                    "how much older than the newest an item may be; it has to be said. With integer times it is an integer of that type",
                ),
                ("then_by = f", "equal times are sorted by `f(&item)`"),
                (
                    "capacity = n",
                    "at most `n` items wait: where one more comes, the oldest leaves",
                ),
                (
                    "idle = d",
                    "what waits leaves after so long without input, a `Duration` of the runtime's clock; this makes it \
                     asynchronous. It closes no window behind: that takes another item, or the end",
                ),
                (
                    "ahead = d",
                    "an item whose time is that far ahead of the clock is late as well, and closes nothing",
                ),
                (
                    "clock = f",
                    "the clock of `ahead`, where it is not the machine's; integers need it",
                ),
            ],
            elsewhere: &[],
            example: r#"
let (sorted, late) = flow! {
    sorted = from([3, 1, 2, 9, 4]) -> in_order(|t| *t, late = 2)? else late -> collect::<Vec<u32>>();
    late   = map(|late| late.item) -> collect::<Vec<_>>();
    (sorted, late)
}
.run();
assert_eq!((sorted, late), (vec![1, 2, 3, 9], vec![4]));
"#,
        },
        Entry {
            name: "tumbling_window",
            says: "The items of each `d` by the time in them: `(span, batch)`.",
            more: "Windows start at multiples of `d`: of the Unix epoch, of zero, of the first item for an `Instant`. A span \
                   is half open. With integer times `d` is an integer of that type. With `by`, the windows of one span leave in the order of their first items.",
            options: &[BY],
            elsewhere: &[],
            example: r#"
let windows = flow! {
    from([1, 4, 12]) -> tumbling_window(10, |t| *t)? -> map(|(span, items)| (span.start, items.to_vec()))
        -> collect::<Vec<_>>()
};
assert_eq!(windows.run().unwrap(), [(0, vec![1, 4]), (10, vec![12])]);
"#,
        },
        Entry {
            name: "hopping_window",
            says: "Windows of `d`, one of which starts each `every`: `(span, batch)`.",
            more: "They start at multiples of `every`, as those of `tumbling_window`. With integer times `d` and `every` are \
                   integers of that type. Where they overlap an item is in \
                   several, where `every` is longer than `d` some are in none.",
            options: &[BY],
            elsewhere: &[],
            example: r#"
let counts = flow! {
    from([1, 4, 6]) -> hopping_window(10, 5, |t: &u32| *t)? -> map(|(span, items)| (span.start, items.len()))
        -> collect::<Vec<_>>()
};
assert_eq!(counts.run().unwrap(), [(0, 3), (5, 1)]);
"#,
        },
        Entry {
            name: "session_window",
            says: "Sessions, in which items are at most `gap` apart: `(span, batch)`.",
            more: "A span goes from the first item of the session to the last. With integer times `gap` is an integer of that \
                   type. With `by`, those that one item closes leave \
                   in the order of their starts.",
            options: &[BY],
            elsewhere: &[],
            example: r#"
let sessions = flow! {
    from([("ann", 1), ("bob", 2), ("ann", 3), ("bob", 20)])
        -> session_window(5, |(_, t)| *t, by = |(user, _)| *user)?
        -> map(|(user, span, clicks)| (user, span.start, span.end, clicks.len()))
        -> collect::<Vec<_>>()
};
assert_eq!(sessions.run().unwrap(), [("ann", 1, 3, 2), ("bob", 2, 2, 1), ("bob", 20, 20, 1)]);
"#,
        },
        Entry {
            name: "aggregate",
            says: "Values over the items in a window, in place of the batch: `aggregate(count(), mean(f), …)`.",
            more: "It stands directly behind one of these windows, or a `sliding_window`, where it gives the tuple alone. One \
                   aggregate alone is no tuple. `count()` is a `usize`, `sum(f)` has the type of `f`; `mean(f)` and \
                   `var(f)` are `f64`, `var` as of a sample; `min(f)` and `max(f)` are an `Option`, `None` where nothing \
                   equals itself. `f` sees `&item`, once as it comes and once as it leaves. Anything else is an \
                   expression that implements [`Aggregate`](crate::Aggregate). An item costs the same however long a \
                   window is that slides; sums of floats are exact, rounded once. A `?` may stand here in place of the \
                   window's.",
            options: &[],
            elsewhere: &[],
            example: r#"
let candles = flow! {
    from([(1, 5.0), (4, 7.0), (12, 6.0)])
        -> tumbling_window(10, |(t, _)| *t)?
        -> aggregate(count(), min(|(_, price)| *price), max(|(_, price)| *price))
        -> map(|(span, candle)| (span.start, candle))
        -> collect::<Vec<_>>()
};
assert_eq!(candles.run().unwrap(), [(0, (2, Some(5.0), Some(7.0))), (10, (1, Some(6.0), Some(6.0)))]);

let means = flow! { from([1, 2, 6]) -> sliding_window(2) -> aggregate(mean(|x| *x)) -> collect::<Vec<_>>() };
assert_eq!(means.run(), [1.5, 4.0]);
"#,
        },
    ],
};
