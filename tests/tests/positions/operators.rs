//! Operators, each written so that all that comes in comes out: in any order, and once.

/// An operator, as it is tried everywhere.
pub struct Tried {
    /// Its name, as the list of holes has it.
    pub name: &'static str,
    /// The code.
    pub code: &'static str,
    /// Says whether it makes a flow asynchronous.
    pub awaits: bool,
}

const fn sync(name: &'static str, code: &'static str) -> Tried {
    let awaits = false;
    Tried { name, code, awaits }
}

const fn awaits(name: &'static str, code: &'static str) -> Tried {
    let awaits = true;
    Tried { name, code, awaits }
}

/// All that take items and give items. Fan-ins stand at the head of a chain, and are tried
/// with the places.
pub const OPERATORS: &[Tried] = &[
    sync("map", "map(|x: u32| x)"),
    sync("map", "map(|x: u32| Ok::<u32, u32>(x))? else drop"),
    sync("filter", "filter(|x: &u32| *x > 0)"),
    sync("filter_map", "filter_map(|x: u32| Some(x))"),
    sync("flat_map", "flat_map(|x: u32| [x])"),
    sync("flatten", "map(|x: u32| vec![x]) -> flatten()"),
    sync("inspect", "inspect(|x: &u32| assert!(*x > 0))"),
    sync("enumerate", "enumerate() -> map(|(_, x): (usize, u32)| x)"),
    sync("take", "take(1000)"),
    sync("take_while", "take_while(|x: &u32| *x > 0)"),
    sync("skip", "skip(0)"),
    sync("skip_while", "skip_while(|x: &u32| *x == 0)"),
    sync("step_by", "step_by(1)"),
    sync(
        "accumulate",
        "accumulate(0, |n: &mut u32, x: u32| { *n += 1; x })",
    ),
    sync("unique", "unique()"),
    sync("unique", "unique(by = |x: &u32| *x, capacity = 100)"),
    sync("dedup", "dedup()"),
    sync(
        "match",
        "match { x if x % 2 == 0 => map(|x: u32| x), x => filter(|_: &u32| true) }",
    ),
    sync("via", "via(flow! { <u32> -> partition(3) -> flatten() })"),
    sync("progress", "progress(\"\")"),
    sync("partition", "partition(3) -> flatten()"),
    sync(
        "partition",
        "partition(3, by = |x: &u32| x / 16 % 3) -> flatten()",
    ),
    sync("partition_unique", "partition_unique(3) -> flatten()"),
    sync(
        "sliding_window",
        "sliding_window(1) -> map(|[x]: [u32; 1]| x)",
    ),
    sync(
        "tumbling_window",
        "tumbling_window(9_u32, |_: &u32| 0_u32)? else drop -> flat_map(|(_, all): (_, Batch<u32>)| all)",
    ),
    sync(
        "hopping_window",
        "hopping_window(9_u32, 9, |_: &u32| 0_u32)? else drop -> flat_map(|(_, all): (_, Batch<u32>)| all)",
    ),
    sync(
        "session_window",
        "session_window(9_u32, |_: &u32| 0_u32)? else drop -> flat_map(|(_, all): (_, Batch<u32>)| all)",
    ),
    sync(
        "group_by",
        "group_by(|x: &u32| x / 48) -> flat_map(|(_, all): (u32, Batch<u32>)| all)",
    ),
    sync(
        "window_by",
        "window_by(|x: &u32| [x / 48]) -> flat_map(|(_, all): (u32, Batch<u32>)| all)",
    ),
    sync("in_order", "in_order(|_: &u32| 0_u32, late = 1)? else drop"),
    sync(
        "by_key",
        "by_key(|x: &u32| x / 16 % 3) { partition(2) -> flatten() }",
    ),
    sync(
        "by_key",
        "by_key(|x: &u32| x / 16 % 3, capacity = 2) { partition(2) -> flatten() }",
    ),
    awaits("then", "then(async |x: u32| x)"),
    awaits(
        "then",
        "then(async |x: u32| { yielded(x % 3).await; x }, concurrency = 3)",
    ),
    awaits(
        "then",
        "then(async |x: u32| { yielded(x % 3).await; x }, concurrency = 3, ordered = false)",
    ),
    awaits("rate_limit", "rate_limit(Duration::from_micros(10))"),
    awaits("buffer", "buffer(2)"),
    awaits("delay", "delay(Duration::from_millis(1))"),
    awaits(
        "timed_window",
        "timed_window(Duration::from_millis(1)) -> flatten()",
    ),
    awaits(
        "partition(timeout)",
        "partition(3, timeout = Duration::from_millis(1)) -> flatten()",
    ),
    awaits(
        "partition(timeout)",
        "partition(3, by = |x: &u32| x / 16 % 3, timeout = Duration::from_millis(1)) -> flatten()",
    ),
    awaits(
        "in_order(idle)",
        "in_order(|_: &u32| 0_u32, late = 1, idle = Duration::from_millis(1))? else drop",
    ),
    awaits(
        "via_async",
        "via_async(flow! { <u32> -> partition(3) -> buffer(1) -> flatten() })",
    ),
    awaits(
        "by_key(idle)",
        "by_key(|x: &u32| x / 16 % 3, idle = Duration::from_millis(1)) { partition(2) -> flatten() }",
    ),
    awaits(
        "by_key { then }",
        "by_key(|x: &u32| x / 16 % 3) { then(async |x: u32| { yielded(x % 3).await; x }) -> partition(2) -> flatten() }",
    ),
    awaits(
        "scatter",
        "scatter(2) -> partition(2) -> flatten() -> gather()",
    ),
    awaits(
        "scatter",
        "scatter(2, by = |x: &u32| x / 16) -> map(|x: u32| x) -> gather(ordered = true)",
    ),
];
