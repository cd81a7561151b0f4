//! Attributes of statements.
use flow_runtime::flow;

#[deprecated]
fn old(x: u32) -> u32 {
    x + 1
}

#[test]
fn statements_may_be_left_out() {
    let flow = flow! {
        numbers = from(0..4_u32);
        #[cfg(test)]
        numbers -> for_each(|_| ());
        #[cfg(not(test))]
        compile_this -> no();
        #[cfg(any(unix, windows))]
        b = numbers -> map(|x| x + 1) -> sum::<u32>();
        #[cfg(not(any(unix, windows)))]
        b = numbers -> sum::<u32>();
        b
    };
    assert_eq!(flow.run(), 10);
}

#[test]
#[deny(deprecated, unused_must_use)]
fn lints_may_be_allowed_and_statements_documented() {
    let dir = std::env::temp_dir().join("newrows-allowed");
    let sum = flow! {
        /// All the numbers.
        numbers = from(0..4_u32);
        #[allow(deprecated)]
        sum = numbers -> map(|x| old(x)) -> sum::<u32>();
        /** Written. */
        #[allow(unused_must_use)]
        numbers -> map(|n| n.to_string()) -> write_lines(&dir);
        sum
    }
    .run();
    assert_eq!(sum, 10);
}

mod channels {
    use flow_runtime::{Missed, flow};
    use std::{sync::mpsc as blocking, thread, time::Duration};
    use tokio::sync::{broadcast, mpsc, watch};

    #[tokio::test]
    async fn what_was_missed_is_an_error_with_a_route() {
        let (tx, rx) = broadcast::channel(2);
        for n in 0..5_u32 {
            tx.send(n).unwrap();
        }
        drop(tx);
        let (sum, missed) = flow! {
            sum = receive(rx)? else missed -> sum::<u32>();
            missed = map(|Missed(n)| n) -> sum::<u64>();
            (sum, missed)
        }
        .run()
        .await;
        assert_eq!((sum, missed), (7, 3));
    }

    #[tokio::test]
    async fn channels_meet() {
        let (a, a_rx) = mpsc::channel(1);
        let (b, mut b_rx) = mpsc::unbounded_channel();
        let (c, c_rx) = blocking::sync_channel(0);
        let (d, d_rx) = watch::channel(0);
        let all = flow! {
            all = union(receive(a_rx), receive(&mut b_rx), receive(c_rx), receive(d_rx)) -> collect::<Vec<u32>>();
            all
        };
        let send = async move {
            a.send(1).await.unwrap();
            b.send(2).unwrap();
            d.send(4).unwrap();
            thread::spawn(move || c.send(3).unwrap());
        };
        let (mut all, ()) = tokio::join!(all.into_future(), send);
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn a_flow_that_is_stopped_lets_go_of_its_receiver() {
        let (tx, rx) = blocking::channel();
        tx.send(1).unwrap();
        let flow = flow! { receive(rx) -> sum::<i32>() };
        let stop = tokio::time::sleep(Duration::from_millis(50));
        assert_eq!(flow.run_until(stop).await, 1);
        let gone = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(10));
            tx.send(2).is_err()
        });
        assert!(gone);
    }

    #[tokio::test]
    async fn a_flow_that_receives_may_be_spawned() {
        let (tx, rx) = watch::channel(String::new());
        let flow = flow! { receive(rx) -> take(1) -> collect::<Vec<_>>() };
        let flow = flow.spawn();
        tx.send("new".to_string()).unwrap();
        assert_eq!(flow.await.unwrap(), ["new"]);
        let (_tx, rx) = broadcast::channel::<u8>(1);
        let flow = flow! { receive(rx)? -> count() }.spawn();
        flow.abort();
    }
}

mod kept {
    use std::{cell::RefCell, num::ParseIntError, time::Duration};

    use flow_runtime::{Error, Failed, flow};

    #[test]
    fn wherever_an_item_may_fail() {
        let bad = RefCell::new(Vec::new());
        let note = |operator: &'static str| {
            let bad = &bad;
            move |Failed { item, error }: Failed<&str, ParseIntError>| {
                assert_eq!(error.to_string(), "invalid digit found in string");
                bad.borrow_mut().push(format!("{operator} {item}"));
            }
        };
        let texts = ["1", "x", "3"];
        let parse = |text: &str| text.parse::<u32>();
        let (a, b, c, d, e) = flow! {
            texts = from(texts);
            a = texts -> map(parse, keep_item = true)? else bad_a -> sum::<u32>();
            b = texts -> filter_map(|text| (text != "1").then(|| parse(text)), keep_item = true)? else bad_b -> sum::<u32>();
            c = texts -> flat_map(|text| [parse(text), parse(text)], keep_item = true)? else bad_c -> sum::<u32>();
            d = texts -> map(|text| vec![parse(text), Ok(10)]) -> flatten(keep_item = true)? else bad_d -> sum::<u32>();
            e = texts -> accumulate(0, |sum: &mut u32, text| { *sum += parse(text)?; Ok(*sum) }, keep_item = true)? else bad_e -> last();
            bad_a = for_each(note("map"));
            bad_b = for_each(note("filter_map"));
            bad_c = for_each(note("flat_map"));
            bad_d = for_each(|failed| assert_eq!(failed.item.len(), 2));
            bad_e = for_each(note("accumulate"));
            (a, b, c, d, e)
        }
        .run();
        assert_eq!((a, b, c, d, e), (4, 3, 8, 34, Some(4)));
        let bad = bad.into_inner();
        assert_eq!(
            bad,
            [
                "map x",
                "filter_map x",
                "flat_map x",
                "flat_map x",
                "accumulate x"
            ]
        );
    }

    #[test]
    fn a_bare_question_mark_takes_the_item_along() {
        let flow = flow! { from(["1", "x"]) -> map(|text: &'static str| text.parse::<u32>(), keep_item = true)? -> count() };
        let error = flow.run().unwrap_err();
        let failed = error.find::<Failed<&str, ParseIntError>>().unwrap();
        assert_eq!(failed.item, "x");
        assert!(error.find::<ParseIntError>().is_some());
        assert_eq!(
            format!("{error:#}").matches("invalid digit").count(),
            1,
            "{error:#}"
        );
        let rest: Vec<_> =
            flow! { from(["1", "x"]) -> map(|text| text.parse::<u32>(), keep_item = true) }
                .collect();
        assert_eq!(rest[1].as_ref().unwrap_err().item, "x");
    }

    #[tokio::test(start_paused = true)]
    async fn with_attempts_and_several_at_once() {
        async fn odd(n: u32) -> Result<u32, std::fmt::Error> {
            tokio::time::sleep(Duration::from_secs(u64::from(10 - n))).await;
            if n % 2 == 1 {
                Ok(n)
            } else {
                Err(std::fmt::Error)
            }
        }
        let factor = 2;
        let (a, b, c, d, e, bad) = flow! {
            n = from(0..4_u32);
            a = n -> then(odd, keep_item = true)? else bad_a -> sum::<u32>();
            b = n -> then(async |n| odd(n).await.map(|n| n * factor), concurrency = 4, keep_item = true)? else bad_a -> sum::<u32>();
            c = n -> then(odd, concurrency = 3, retry = 2, keep_item = true)? else bad -> sum::<u32>();
            d = n -> then(|n| async move { odd(n).await }, timeout = Duration::from_secs(8), keep_item = true)? else bad -> sum::<u32>();
            e = n -> then(async |n| odd(n).await, concurrency = 2, ordered = false, retry = 1, keep_item = true)? else bad -> sum::<u32>();
            bad_a = count();
            bad = inspect(|failed: &Failed<u32, Error>| assert!(failed.item % 2 == 0 || failed.item == 1)) -> count();
            (a, b, c, d, e, bad)
        }
        .run()
        .await;
        assert_eq!((a, b, c, d, e), (4, 8, 4, 3, 4));
        assert_eq!(bad, 7);
    }

    #[test]
    fn in_chains_of_keys() {
        let (sum, bad) = flow! {
            sum = from([1_u32, 2, 3, 4])
                -> by_key(|n| n % 2) { map(|n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) }?
                else bad -> sum::<u32>();
            bad = collect::<Vec<Failed<u32, &str>>>();
            (sum, bad)
        }
        .run();
        let three = Failed {
            item: 3,
            error: "three",
        };
        assert_eq!((sum, bad), (7, vec![three]));
        let sum = flow! {
            from([1_u32, 2, 3, 4])
                -> by_key(|n| n % 2) { flat_map(|n| [if n == 3 { Err("three") } else { Ok(n) }], keep_item = true)? else drop }
                -> sum::<u32>()
        };
        assert_eq!(sum.run(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn in_chains_of_keys_that_await_and_on_workers() {
        let all = flow! {
            from([1_u32, 2, 3, 4])
                -> by_key(|n| n % 2) { then(async |n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) }
                -> filter_map(|result: Result<u32, Failed<u32, &str>>| result.err())
                -> collect::<Vec<_>>()
        };
        assert_eq!(
            all.run().await,
            [Failed {
                item: 3,
                error: "three"
            }]
        );
        let all = flow! {
            from([1_u32, 2, 3, 4])
                -> scatter(2) -> map(|n| if n == 3 { Err("three") } else { Ok(n) }, keep_item = true) -> gather(ordered = true)
                -> filter_map(|result| result.err())
                -> collect::<Vec<_>>()
        };
        assert_eq!(
            all.run().await,
            [Failed {
                item: 3,
                error: "three"
            }]
        );
    }

    #[tokio::test]
    async fn spawned() {
        let flow = flow! {
            sum = from(0..4_u32)
                -> then(|n| async move { if n == 3 { Err("three") } else { Ok(n) } }, concurrency = 2, keep_item = true)? else bad
                -> sum::<u32>();
            bad = count();
            (sum, bad)
        };
        assert_eq!(flow.spawn().await.unwrap(), (3, 1));
    }

    mod artifacts {
        use std::sync::Arc;

        use flow_runtime::{Artifact, Error, ErrorKind, Failed, Store, derived, extant, flow};
        use serde::{Deserialize, Serialize};

        #[extant(key = key)]
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        struct Square {
            key: u32,
            value: u32,
        }

        #[derived(key = key)]
        async fn square(key: u32) -> Result<Square, String> {
            match key {
                3 => Err("three cannot be squared".to_string()),
                _ => Ok(Square {
                    key,
                    value: key * key,
                }),
            }
        }

        #[tokio::test]
        async fn the_derivation_is_kept() {
            let store = Store::<Square>::memory();
            let (count, bad) = flow! {
                count = from(1..=4) -> map(|n| Arc::new(DerivedSquare::new(n)))
                    -> ensure(&store, concurrency = 2, keep_item = true)? else bad -> count();
                bad   = map(|Failed { item, error }: Failed<Arc<DerivedSquare>, Error>| (item.key(), error.kind()))
                    -> collect::<Vec<_>>();
                (count, bad)
            }
            .run()
            .await
            .unwrap();
            assert_eq!((count, bad), (3, vec![(3, ErrorKind::Derive)]));
            let bad = flow! {
                from([3]) -> map(|n| Arc::new(DerivedSquare::new(n))) -> get(keep_item = true)? else bad -> drain();
                bad = map(|failed| failed.item.key()) -> last();
                bad
            };
            assert_eq!(bad.run().await, Some(3));
            let stored = flow! {
                from([Square { key: 9, value: 81 }]) -> store(&store, keep_item = true)? else bad -> count();
                bad = map(|failed| failed.item.key) -> last();
                bad
            };
            assert_eq!(stored.run().await.unwrap(), None);
        }
    }
}

mod beats {
    use std::time::Duration;

    use flow_runtime::flow;
    use tokio::time::{Instant, sleep};

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn below_a_millisecond_the_rate_is_kept() {
        for (d, n) in [(100, 5001), (330, 1001), (1000, 501), (1500, 401)] {
            let start = Instant::now();
            let d = Duration::from_micros(d);
            let flow = flow! { from(0..n) -> rate_limit(d) -> count() };
            flow.run().await;
            let rate = start.elapsed().as_secs_f64() / (d * (n - 1)).as_secs_f64();
            assert!((0.99..1.01).contains(&rate), "{d:?}: {rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_held_up_is_not_made_up() {
        let start = Instant::now();
        let at = flow! {
            from(0..5)
                -> rate_limit(ms(10))
                -> then(async |n| { let at = start.elapsed().as_millis(); if n == 1 { sleep(ms(25)).await; } at })
                -> collect::<Vec<_>>()
        };
        assert_eq!(at.run().await, [0, 10, 35, 45, 55]);
    }

    /// In real time, of several tries: the machine may be busy.
    #[test]
    fn the_rate_is_kept_within_two_percent() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let rates: Vec<f64> = (0..8)
            .map(|_| {
                let start = std::time::Instant::now();
                let flow = flow! { from(0..=400) -> rate_limit(ms(1)) -> count() };
                runtime.block_on(flow.into_future());
                start.elapsed().as_secs_f64() / 0.4
            })
            .collect();
        assert!(rates.iter().all(|rate| *rate > 0.98), "{rates:?}");
        assert!(rates.iter().any(|rate| *rate < 1.02), "{rates:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn bounds_are_said_and_what_waits_leaves_at_the_end() {
        let start = Instant::now();
        let delayed = flow! { from(0..4096) -> delay(ms(1000), capacity = 4096) -> count() };
        assert_eq!((delayed.run().await, start.elapsed()), (4096, ms(1000)));
        let start = Instant::now();
        let windows = flow! {
            from(0..300_000) -> timed_window(ms(1000), capacity = 300_000) -> map(|window| window.len()) -> sum::<usize>()
        };
        assert_eq!((windows.run().await, start.elapsed()), (300_000, ms(0)));
    }
}
