//! Closures around an async block: what they take is inferred.

use std::{
    num::{IntErrorKind, ParseIntError},
    time::Duration,
};

use flow_runtime::flow;
use tokio::sync::mpsc;

fn words() -> Vec<String> {
    vec!["a".to_string(), "bcd".to_string()]
}

#[tokio::test]
async fn then_infers_what_a_closure_around_an_async_block_takes() {
    let lengths = flow! {
        from(words()) -> then(|s| async move { s.len() }) -> collect::<Vec<_>>()
    };
    assert_eq!(lengths.run().await, [1, 3]);
    let pairs = flow! {
        from(words()) -> enumerate() -> then(|(i, s)| async move { s.len() + i }, concurrency = 2)
            -> then(|n| async move { n.pow(2) }) -> collect::<Vec<_>>()
    };
    assert_eq!(pairs.run().await, [1, 16]);
    let twice = flow! {
        from(words()) -> then(move |s| { let t = s.clone(); async move { s.len() + t.len() } })
            -> collect::<Vec<_>>()
    };
    assert_eq!(twice.run().await, [2, 6]);
    let grouped = flow! {
        from(words()) -> then((|s| Box::pin(async move { s.len() }))) -> collect::<Vec<_>>()
    };
    assert_eq!(grouped.run().await, [1, 3]);
}

#[tokio::test]
async fn sink_infers_it_too() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let sent = &tx;
    flow! { from(words()) -> sink(|s| async move { sent.send(s.len()).unwrap() }); }.await;
    let tried = flow! {
        from(words()) -> sink(|s| async move { sent.send(s.len()).map(|()| drop(s)) })?;
    };
    tried.await.unwrap();
    drop(tx);
    let mut lengths = Vec::new();
    rx.recv_many(&mut lengths, 9).await;
    assert_eq!(lengths, [1, 3, 1, 3]);
}

#[tokio::test(start_paused = true)]
async fn attempts_and_deadlines_leave_it_inferred() {
    let d = Duration::from_secs(5);
    let parsed = flow! {
        from(["1", "x"]) -> then(|s| async move { s.trim().parse::<u32>() }, retry = 1, timeout = d)?
            else bad -> drain();
        bad = count();
        bad
    };
    assert_eq!(parsed.run().await, 1);
}

#[tokio::test]
async fn it_is_inferred_in_chains_of_keys_and_arms_and_behind_inlets() {
    let keyed = flow! {
        from(words()) -> by_key(|s| s.len()) { then(|s| async move { s.len() }) }
            -> collect::<Vec<_>>()
    };
    let mut keyed = keyed.run().await;
    keyed.sort_unstable();
    assert_eq!(keyed, [1, 3]);
    let routed = flow! {
        from(words()) -> match {
            s if s.len() > 1 => then(|s| async move { s.len() }),
            s => map(|s| s.len() + 10),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(routed.run().await, [11, 3]);
    let mut open = flow! { <String> -> then(|s| async move { s.len() }) -> sum::<usize>() };
    open.emit("abc".to_string()).await;
    assert_eq!(open.finish().await, 3);
    let spawned = flow! {
        from(words()) -> then(|s| async move { s.len() }, concurrency = 2, ordered = false) -> sum::<usize>()
    };
    assert_eq!(spawned.spawn().await.unwrap(), 4);
}

#[tokio::test]
async fn what_is_tried_again_is_inferred() {
    let parsed = flow! {
        from(["1", "x"]) -> then(async |s| { let n = s.parse::<u32>()?; Ok::<_, ParseIntError>(n) }, retry = 0)
            -> filter_map(|n| n.ok()) -> sum::<u32>()
    };
    assert_eq!(parsed.run().await, 1);
    let parsed = flow! {
        from(["1", "x"]) -> then(|s| async move { s.parse::<u32>() }, retry = 0, retry_if = |e: &ParseIntError| *e.kind() != IntErrorKind::Empty)
            -> filter_map(|n| n.ok()) -> sum::<u32>()
    };
    assert_eq!(parsed.run().await, 1);
}

#[tokio::test]
#[allow(
    unreachable_code,
    clippy::diverging_sub_expression,
    reason = "none of these functions returns"
)]
async fn what_a_function_that_never_returns_gives_may_be_drained() {
    async fn never(_: u8) -> ! {
        std::future::pending().await
    }
    let none = || std::iter::empty::<u8>();
    flow! { from(none()) -> map(|_| todo!()) -> drain(); }.run();
    flow! { from(none()) -> map(|_| panic!("no item")) -> filter(|_| true) -> drain(); }.run();
    flow! { from(none()) -> accumulate(0, |_, _| unimplemented!()) -> drain(); }.run();
    flow! { from(none()) -> match { 0 => map(|_| todo!()), _ => drop } -> drain(); }.run();
    flow! { from(none()) -> then(async |_| todo!()) -> drain(); }.await;
    flow! { from(none()) -> then(|_| async { todo!() }) -> drain(); }.await;
    flow! { from(none()) -> then(async |_| todo!(), concurrency = 2) -> drain(); }.await;
    flow! { from(none()) -> then(blocking(|_| todo!())) -> drain(); }.await;
    flow! { from(none()) -> then(never) -> drain(); }.await;
}

/// Says of each bound that a message names that it is enough.
mod type_parameters {
    use std::{hash::Hash, iter::Sum, ops::Add};

    use flow_runtime::flow;

    fn first_of_each<T, K: Hash + Eq>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
        flow! { from(items) -> by_key(key) { take(1) } -> collect::<Vec<_>>() }.run()
    }

    fn distinct<T: Hash + Eq + Clone>(items: Vec<T>) -> Vec<T> {
        flow! { from(items) -> unique() -> collect::<Vec<_>>() }.run()
    }

    fn changes<T: Clone + PartialEq>(items: Vec<T>) -> Vec<T> {
        flow! { from(items) -> dedup() -> collect::<Vec<_>>() }.run()
    }

    fn most<T: Ord>(items: Vec<T>) -> Option<T> {
        flow! { from(items) -> max() }.run()
    }

    fn added<T, S: Sum<T> + Add<Output = S>>(items: Vec<T>) -> S {
        flow! { from(items) -> sum::<S>() }.run()
    }

    #[test]
    fn need_no_more_than_the_messages_say() {
        let items = || vec![1, 3, 3, 2];
        assert_eq!(first_of_each(items(), |x| x % 2), [1, 2]);
        assert_eq!(distinct(items()), [1, 3, 2]);
        assert_eq!(changes(items()), [1, 3, 2]);
        assert_eq!(most(items()), Some(3));
        assert_eq!(added::<i32, i32>(items()), 9);
    }
}
