//! `flow!` and the Rust around it.

#![allow(non_snake_case, reason = "names like those of an expansion")]

use std::fmt::Debug;
use std::hash::Hash;

use flow_runtime::flow;

use crate::guard::drive;

mod hygiene {
    use super::*;

    #[test]
    fn stages_neither_capture_nor_shadow_variables() {
        let items = 100;
        let total = 7;
        let (total_of_flow, count) = flow! {
            items = from(0..3) -> map(|x| x + items + total);
            total = items -> sum();
            count = items -> count();
            (total, count)
        }
        .run();
        assert_eq!((total_of_flow, count), (3 + 300 + 21, 3));
        assert_eq!((items, total), (100, 7));
    }

    #[test]
    fn stages_are_not_seen_by_closures() {
        let kept = 5;
        let sum = flow! {
            first = from(0..3);
            kept = first -> map(|x| x + kept) -> sum();
            kept
        }
        .run();
        assert_eq!(sum, 18);
    }

    #[test]
    fn variables_named_like_our_own_are_the_users() {
        let (x, item, item_0, item_1, map_1, from_0, filter_2) = (1, 2, 4, 8, 16, 32, 64);
        let (raise_1, clone_n, moved, waiting, pulse, cx, over) = (1, 2, 4, 8, 16, 32, 64);
        let (union_4_queue, n_open, wait_3, error) = (1, 2, 4, 8);
        let sum = flow! {
            n = from(0..1);
            a = n -> map(|y| y + x + item + item_0 + item_1 + map_1 + from_0 + filter_2);
            b = n -> map(|y| y + raise_1 + clone_n + moved + waiting + pulse + cx + over);
            c = from([0]) -> map(|y| y + union_4_queue + n_open + wait_3 + error);
            union(a, b, c) -> sum()
        }
        .run();
        assert_eq!(sum, 127 + 127 + 15);
    }

    #[test]
    fn variables_named_like_our_own_in_an_asynchronous_flow() {
        let (x, pulse, cx, over, moved, waiting) = (1, 2, 4, 8, 16, 32);
        let (n_feed, n_jobs, n_results, from_0_region, after_n) = (1, 2, 4, 8, 16);
        let sum = drive(flow! {
            n = from(0..1) -> then(async |y| y + n_feed + n_jobs + n_results + from_0_region + after_n, concurrency = 2);
            m = from(0..1) -> then(async |y| y + x + pulse + cx + over + moved + waiting);
            union(n, m) -> sum()
        });
        assert_eq!(sum, 31 + 63);
    }

    #[test]
    fn stages_named_like_our_own() {
        let (x, item_0, union_1) = flow! {
            item_0 = from(1..=2);
            x = item_0 -> map(|x| x + 1) -> sum();
            map_2 = item_0 -> map(|y| y * 2);
            item_1 = map_2 -> filter(|_| true);
            moved = union(item_1, map_2) -> sum();
            op = item_0 -> count();
            (x, moved, op)
        }
        .run();
        assert_eq!((x, item_0, union_1), (5, 12, 2));
    }

    #[test]
    fn stages_named_like_operators_and_types() {
        let (map, sum) = flow! {
            from = from(0..3);
            map = from -> map(|x| x + 1) -> count();
            filter = from -> filter(|x| *x > 0);
            Some = filter -> sum();
            (map, Some)
        }
        .run();
        assert_eq!((map, sum), (3, 3));
    }

    #[test]
    fn a_stage_may_have_a_raw_name() {
        let r#type = flow! {
            r#match = from(0..3);
            r#type = zip(r#match -> filter(|x| x % 2 == 0), r#match) -> count();
            r#type
        }
        .run();
        assert_eq!(r#type, 2);
    }

    #[test]
    fn our_paths_are_not_the_users() {
        #[allow(dead_code)]
        mod core {
            pub mod option {}
        }
        #[allow(dead_code)]
        mod std {}
        #[allow(dead_code)]
        mod flow_runtime {}
        #[allow(dead_code)]
        enum Option {}
        #[allow(dead_code)]
        enum Result {}
        #[allow(dead_code, non_snake_case)]
        fn Some() {}
        let count = flow! {
            items = from(0..3) -> filter_map(::core::option::Option::Some);
            zip(items -> take(2), items) -> count()
        }
        .run();
        assert_eq!(count, 2);
    }

    #[test]
    fn a_flow_in_a_macro() {
        macro_rules! totals {
            ($name:ident = $source:expr => $f:expr) => {
                flow! {
                    items = from($source);
                    $name = items -> map($f) -> sum();
                    count = items -> count();
                    ($name, count)
                }
            };
        }
        let items = 10;
        assert_eq!(totals!(total = 0..3 => |x| x + items).run(), (33, 3));
    }
}

mod nesting {
    use super::*;

    #[test]
    fn a_flow_in_a_closure_in_a_flow() {
        let sums: Vec<Vec<i32>> = flow! {
            items = from(1..=3);
            items -> map(|n| {
                flow! {
                    items = from(0..n);
                    items -> map(|x| flow! { from(0..=x) -> sum() }.run() + n) -> collect()
                }
                .run()
            }) -> collect()
        }
        .run();
        assert_eq!(sums, [vec![1], vec![2, 3], vec![3, 4, 6]]);
    }

    #[test]
    fn an_asynchronous_flow_in_an_asynchronous_flow() {
        let sums: Vec<usize> = drive(flow! {
            from(1..=3)
                -> then(async |n| flow! { from(0..n) -> then(async |x| x, concurrency = 2) -> sum() }.await, concurrency = 2)
                -> collect()
        });
        assert_eq!(sums, [0, 1, 3]);
    }

    #[test]
    fn a_question_mark_in_a_flow_in_a_function() {
        fn sum(texts: &[&str]) -> Result<i32, Box<dyn std::error::Error>> {
            let sum = flow! { from(texts) -> map(|text| text.parse::<i32>())? -> sum() }.run()?;
            Ok(sum)
        }
        assert_eq!(sum(&["1", "2"]).unwrap(), 3);
        assert!(sum(&["x"]).is_err());
    }
}

mod functions {
    use super::*;

    fn distinct<T: Hash + Eq + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
        flow! { from(items) -> unique() -> collect() }.run()
    }

    fn shown<'a, T: Debug + 'a, const N: usize>(
        items: &'a [T; N],
        f: impl Fn(&T) -> String,
    ) -> Vec<String> {
        flow! {
            items = from(items);
            zip(items, items -> enumerate()) -> map(|(a, (n, b))| format!("{n}/{N} {} {b:?}", f(a))) -> collect()
        }
        .run()
    }

    #[test]
    fn generic_functions_hold_flows() {
        assert_eq!(distinct(["a", "b", "a"]), ["a", "b"]);
        assert_eq!(distinct(vec![1, 1]), [1]);
        assert_eq!(shown(&[7], |x| x.to_string()), ["0/1 7 7"]);
    }

    fn later<'a>(words: &'a [&'a str]) -> impl FnOnce() -> usize + use<'a> {
        let flow = flow! { from(words) -> map(|word| word.len()) -> sum() };
        move || flow.run()
    }

    fn future(words: &[&str]) -> impl Future<Output = usize> {
        flow! { from(words) -> then(async |word| word.len(), concurrency = 3) -> sum() }.run()
    }

    fn into_future<T: Debug>(items: Vec<T>) -> impl IntoFuture<Output = Vec<String>> {
        flow! { from(items) -> then(async |item| format!("{item:?}")) -> collect() }
    }

    #[test]
    fn functions_return_flows() {
        let words = ["a", "bc"];
        assert_eq!(later(&words)(), 3);
        assert_eq!(drive(future(&words)), 3);
        assert_eq!(drive(into_future(vec![1, 2])), ["1", "2"]);
    }

    struct Counter {
        seen: usize,
        log: Vec<String>,
    }

    impl Counter {
        fn count(&mut self, items: &[i32]) -> usize {
            flow! {
                items = from(items);
                items -> for_each(|_| self.seen += 1);
                items -> filter(|x| **x > 1) -> for_each(|x| self.log.push(x.to_string()));
            }
            .run();
            self.seen
        }

        async fn count_later(&mut self, items: &[i32]) -> usize {
            flow! { from(items) -> then(async |x| { self.seen += 1; x }) -> count() }.await
        }
    }

    #[test]
    fn methods_lend_their_fields() {
        let mut counter = Counter {
            seen: 0,
            log: vec![],
        };
        assert_eq!(counter.count(&[1, 2]), 2);
        assert_eq!(drive(counter.count_later(&[1, 2])), 2);
        assert_eq!((counter.seen, counter.log), (4, vec!["2".to_owned()]));
    }
}

mod driving {
    use super::*;

    fn is_send<T: Send>(value: T) -> T {
        value
    }

    #[tokio::test]
    async fn an_asynchronous_flow_is_awaited_with_or_without_run() {
        let with: i32 = flow! { from(0..3) -> then(async |x| x) -> sum() }
            .run()
            .await;
        let without: i32 = flow! { from(0..3) -> then(async |x| x) -> sum() }.await;
        assert_eq!((with, without), (3, 3));
    }

    #[tokio::test]
    async fn the_future_of_a_flow_is_send() {
        let words = vec!["a".to_owned(), "b".to_owned()];
        let task = tokio::spawn(async move {
            flow! {
                words = from(&words);
                long = words -> then(async |word| { tokio::task::yield_now().await; word.len() });
                many = words -> then(async |word| { tokio::task::yield_now().await; word.len() }, concurrency = 4);
                zip(long, many) -> map(|(a, b)| a + b) -> sum()
            }
            .await
        });
        assert_eq!(task.await.unwrap(), 4);
        let (tx, mut rx) = tokio::sync::mpsc::channel(9);
        let task = tokio::spawn(is_send(
            flow! {
                from(0..3)
                    -> then(async |x| Ok::<_, std::io::Error>(x), concurrency = 2, ordered = false)?
                    -> partition(2) -> flatten() -> unique() -> send(tx)?
            }
            .run(),
        ));
        task.await.unwrap().unwrap();
        assert_eq!(rx.recv().await, Some(0));
    }

    #[tokio::test]
    #[allow(
        clippy::redundant_closure,
        reason = "rustc sees no async function in `F`"
    )]
    async fn the_future_of_a_flow_with_a_generic_function_is_send() {
        async fn both<F, Fut>(f: F) -> usize
        where
            F: Fn(usize) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = usize> + Send,
        {
            // Of a type parameter rustc knows that it is `Fn`, but not that it is
            // `AsyncFn`, as it does of functions and closures.
            #[allow(clippy::redundant_closure)]
            let run = async move {
                flow! { from(0..3_usize) -> then(|x| f(x), concurrency = 2) -> sum() }.await
            };
            tokio::spawn(run).await.unwrap()
        }
        assert_eq!(both(async |x| x + 1).await, 6);
    }

    #[test]
    fn a_synchronous_flow_runs_on_any_thread() {
        let flow = is_send(flow! { from(vec![1, 2]) -> map(|x| x * 2) -> partition(2) -> count() });
        assert_eq!(std::thread::spawn(move || flow.run()).join().unwrap(), 1);
    }

    #[tokio::test]
    async fn dropping_a_running_flow_cancels_it() {
        struct Guard<'d>(&'d std::cell::Cell<usize>);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() + 1);
            }
        }
        let dropped = std::cell::Cell::new(0);
        let flow = flow! {
            from(0..9)
                -> then(async |_| { let _guard = Guard(&dropped); std::future::pending::<()>().await }, concurrency = 3)
                -> drain()
        };
        let wait = std::time::Duration::from_millis(1);
        assert!(tokio::time::timeout(wait, flow.run()).await.is_err());
        assert_eq!(dropped.get(), 3);
    }
}
