//! Time and flow control.

use super::{Entry, Library::*, Section};

pub const SECTION: Section = Section {
    title: "Time and flow control",
    says: "All need a tokio runtime with time, and follow its paused clock in tests.",
    prelude: "",
    entries: &[
        Entry {
            name: "buffer",
            says: "Lets up to `n` items wait, so that the stages before and behind it run concurrently.",
            more: "When `n` wait, what is before it waits, too.",
            options: &[],
            elsewhere: &[],
            example: r#"
let slow = async |_| tokio::time::sleep(Duration::from_millis(50)).await;
let start = tokio::time::Instant::now();
let flow = flow! { from(0..4) -> then(async |x| { slow(x).await; x }) -> buffer(2) -> sink(slow) };
flow.run().await;
assert_eq!(start.elapsed().as_millis(), 250); // not 400
"#,
        },
        Entry {
            name: "delay",
            says: "Lets every item leave `d` after it came.",
            more: "It does so at the end of input as well. When it is full, what is before it waits.",
            options: &[(
                "capacity = n",
                "how many are delayed at once before what is before it waits, 1024 unless it is said",
            )],
            elsewhere: &[(Streamz, "`delay`, which only puts time between items")],
            example: r#"
let start = tokio::time::Instant::now();
let count = flow! { from(0..4) -> delay(Duration::from_millis(100)) -> count() };
assert_eq!(count.run().await, 4);
assert_eq!(start.elapsed().as_millis(), 100);
"#,
        },
        Entry {
            name: "rate_limit",
            says: "Lets an item leave every `d`, the first at once.",
            more: "It keeps the beat: lateness of the timer is made up, also for a `d` below its millisecond, by bursts of at \
                   most 2 ms' worth. Time in which an item was held up from behind is not: one held up until `t` leaves at \
                   `t`, and the beat goes on from `t`. `rate_limit(&limit)` lets items pass at the pace of a \
                   [`Limit`](crate::Limit), which others share; it takes no place there. `d` may be a \
                   [`Knob`](crate::inspect::Knob) by reference: once it is turned, who waits is due by the new time.",
            options: &[],
            elsewhere: &[(StreamExt, "`throttle` of tokio-stream")],
            example: r#"
let start = tokio::time::Instant::now();
let count = flow! { from(0..4) -> rate_limit(Duration::from_millis(50)) -> count() };
assert_eq!(count.run().await, 4);
assert_eq!(start.elapsed().as_millis(), 150);
"#,
        },
        Entry {
            name: "debounce",
            says: "Lets an item leave when `d` has passed without another; one that comes sooner takes its place.",
            more: "What waits leaves at the end of input.",
            options: &[],
            elsewhere: &[],
            example: r#"
let pause = async |ms| {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    ms
};
let settled = flow! {
    from([0, 10, 10, 80, 10]) -> then(pause) -> enumerate() -> map(|(index, _)| index)
        -> debounce(Duration::from_millis(50)) -> collect::<Vec<_>>()
};
assert_eq!(settled.run().await, [2, 4]);
"#,
        },
        Entry {
            name: "sample",
            says: "Lets the newest item of each `d` leave, and nothing where nothing came.",
            more: "The first `d` begins with the flow. What waits leaves at the end of input.",
            options: &[],
            elsewhere: &[],
            example: r#"
let readings = flow! {
    interval(Duration::from_millis(40)) -> take(5) -> enumerate() -> map(|(index, _)| index)
        -> sample(Duration::from_millis(100)) -> collect::<Vec<_>>()
};
assert_eq!(readings.run().await, [1, 3, 4]);
"#,
        },
        Entry {
            name: "latest",
            says: "Lets only the newest item wait; what comes meanwhile takes its place.",
            more: "The newest is always delivered, at the end of input as well.",
            options: &[],
            elsewhere: &[(Streamz, "`latest`, which may lose the newest")],
            example: r#"
let slow = async |x| {
    tokio::time::sleep(Duration::from_millis(25)).await;
    x
};
let seen = flow! {
    interval(Duration::from_millis(10)) -> take(5) -> enumerate() -> map(|(index, _)| index)
        -> latest() -> then(slow) -> collect::<Vec<_>>()
};
assert_eq!(seen.run().await, [0, 2, 4]);
"#,
        },
        Entry {
            name: "tap",
            says: "Shows every item to the subscribers of a [`Hub`](crate::Hub), and passes it on.",
            more: "Subscribers come and go while the flow runs; a slow one is told what it missed.",
            options: &[],
            elsewhere: &[],
            example: r#"
let hub = flow_runtime::Hub::new(16);
let mut seen = hub.subscribe();
let sum = flow! { from(1..=3) -> tap(&hub) -> sum::<i32>() };
assert_eq!(sum.run().await, 6);
assert_eq!(seen.recv().await, Some(Ok(1)));
"#,
        },
        Entry {
            name: "scatter",
            says: "Runs what lies between it and `gather()` on `n` worker threads, each with a copy of the chain.",
            more: "Functions in it are `Clone + Send + 'static`, and items `Send + 'static`. A `take` there counts the items of \
                   its worker: a worker that takes no more drops what comes to it, and when none does, nothing more is pulled.",
            options: &[(
                "by = f",
                "items for which `f(&item)` is equal go to one worker",
            )],
            elsewhere: &[],
            example: r#"
let sum = flow! { from(1..=100_u64) -> scatter(2) -> map(|x| x * x) -> gather() -> sum::<u64>() };
assert_eq!(sum.run().await, 338_350);
"#,
        },
        Entry {
            name: "gather",
            says: "Brings together what was scattered, in the order in which the workers are done.",
            more: "",
            options: &[("ordered = true", "in order of input")],
            elsewhere: &[],
            example: r#"
let squares = flow! {
    from(1..=3_u64) -> scatter(2) -> map(|x| x * x) -> gather(ordered = true) -> collect::<Vec<_>>()
};
assert_eq!(squares.run().await, [1, 4, 9]);
"#,
        },
        Entry {
            name: "by_key",
            says: "Passes every item through the chain of its key: `by_key(f) { chain }`, with its own state for every `f(&item)`.",
            more: "Keys are owned values: `|page| page.host.clone()`. What the chains hold at the end of input \
                   leaves key by key, as the keys were first seen. Functions in the chain are `Clone`; a \
                   [`Limit`](crate::Limit) in it is one for all keys. In a chain that awaits, or lets time \
                   pass, every key waits for itself: what leaves one chain comes in its order, what leaves \
                   several as it is ready. A chain takes its next item when it is done with the last one; one \
                   item waits for that, and then the source does. With `buffer(n)` at its head more wait for \
                   each key.",
            options: &[
                (
                    "idle = d",
                    "flushes and forgets a key that was not seen for `d`; while its chain has items to work on, it counts as seen",
                ),
                (
                    "capacity = n",
                    "keeps at most `n` keys: the one not seen for longest is flushed and forgotten",
                ),
            ],
            elsewhere: &[],
            example: r#"
let sums = flow! {
    from([1, 2, 4, 3]) -> by_key(|x| x % 2) { accumulate(0, |sum, x| { *sum += x; *sum }) } -> collect::<Vec<_>>()
};
assert_eq!(sums.run(), [1, 2, 6, 4]);
"#,
        },
    ],
};
