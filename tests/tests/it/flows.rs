//! Whole flows: branches, segments, ends, results.

use std::cell::Cell;

use flow_runtime::flow;

use crate::guard::drive;

mod segments {
    use super::*;

    #[test]
    fn several_chains_merge_in_one() {
        let all = flow! {
            all = map(|x| x + 1) -> collect::<Vec<_>>();
            from([1, 3]) -> all;
            from([2, 4]) -> map(|x| x * 10) -> all;
            all
        }
        .run();
        assert_eq!(all, [2, 21, 4, 41]);
    }

    #[test]
    fn branches_of_one_source_merge() {
        let all = flow! {
            items = from([1, 2]);
            items -> filter(|x| x % 2 == 0) -> all;
            items -> flat_map(|x| [x * 10, x * 100]) -> all;
            all = collect::<Vec<_>>();
            all
        }
        .run();
        assert_eq!(all, [10, 100, 2, 20, 200]);
    }

    #[test]
    fn a_segment_feeds_another() {
        let (first, second) = flow! {
            from([1, 2, 3]) -> first;
            first = map(|x| x * 2);
            second = filter(|x| *x > 2);
            first -> second;
            from([100]) -> second;
            all = first -> collect::<Vec<_>>();
            big = second -> collect::<Vec<_>>();
            (all, big)
        }
        .run();
        assert_eq!(first, [2, 4, 6]);
        assert_eq!(second, [100, 4, 6]);
    }

    #[test]
    fn a_segment_is_a_branch_as_well() {
        let (sum, count) = flow! {
            from(1..=3) -> double;
            double = map(|x| x * 2);
            sum = double -> sum();
            count = double -> count();
            (sum, count)
        }
        .run();
        assert_eq!((sum, count), (12, 3));
    }

    #[test]
    fn errors_of_several_stages_merge() {
        let (good, bad) = flow! {
            good = from(["1", "x", "300", "-7"])
                -> map(|text| text.parse::<i32>().map_err(|_| format!("{text}: no number")))? else rejects
                -> map(|n| u8::try_from(n).map_err(|_| format!("{n}: no byte")))? else rejects
                -> collect::<Vec<_>>();
            from(["from elsewhere"]) -> map(str::to_owned) -> rejects;
            rejects = map(|text: String| text.to_uppercase()) -> collect::<Vec<_>>();
            (good, rejects)
        }
        .run();
        assert_eq!(good, [1]);
        assert_eq!(
            bad,
            [
                "FROM ELSEWHERE",
                "X: NO NUMBER",
                "300: NO BYTE",
                "-7: NO BYTE"
            ]
        );
    }

    #[test]
    fn errors_come_back_to_where_items_are() {
        let all = flow! {
            from([1, 2, 3, 4]) -> map(|x| if x % 2 == 0 { Ok(x) } else { Err(x * 100) })? else odd -> all;
            odd = filter(|x| *x > 100);
            odd -> all;
            all = collect::<Vec<_>>();
            all
        }
        .run();
        assert_eq!(all, [2, 300, 4]);
    }

    #[test]
    fn the_picture_of_the_language() {
        fn parse(line: &str) -> Result<f64, std::num::ParseFloatError> {
            line.parse()
        }
        let mut rejected = 0;
        let lines = ["80", "95", "?", "91", "70"];
        let alerts = flow! {
            readings = from(lines) -> map(parse)? else rejects;
            hot      = readings -> filter(|celsius| *celsius > 90.0);
            mean     = readings -> sliding_window(2) -> map(|[a, b]| (a + b) / 2.0);
            rejects  = for_each(|_| rejected += 1);
            zip(hot, mean) -> map(|(hot, mean)| format!("{hot} {mean}")) -> collect::<Vec<_>>()
        }
        .run();
        assert_eq!(alerts, ["95 87.5", "91 93"]);
        assert_eq!(rejected, 1);
    }
}

mod names {
    use super::*;

    #[test]
    fn statements_refer_to_later_ones() {
        let result = flow! {
            result = even -> sum();
            even = items -> filter(|x| x % 2 == 0);
            items = from(0..5);
            result
        }
        .run();
        assert_eq!(result, 6);
    }

    #[test]
    fn a_name_for_a_name() {
        let (a, b) = flow! {
            items = from(0..3);
            same = items;
            a = same -> count();
            b = items -> count();
            (a, b)
        }
        .run();
        assert_eq!((a, b), (3, 3));
    }

    #[test]
    fn chains_without_a_name() {
        let (mut a, mut b) = (0, 0);
        flow! {
            from(0..3) -> for_each(|x| a += x);
            from(0..4) -> for_each(|x| b += x);
        }
        .run();
        assert_eq!((a, b), (3, 6));
    }

    #[test]
    fn independent_chains_run_in_the_order_they_are_written() {
        let log = std::cell::RefCell::new(Vec::new());
        let push = |x: &str| log.borrow_mut().push(x.to_owned());
        let (a, b) = flow! {
            a = from(["a1", "a2", "a3"]) -> inspect(|x| push(x)) -> count();
            b = from(["b1"]) -> inspect(|x| push(x)) -> count();
            (a, b)
        }
        .run();
        assert_eq!((a, b), (3, 1));
        assert_eq!(log.into_inner(), ["a1", "a2", "a3", "b1"]);
    }
}

mod finite {
    use super::*;

    #[test]
    fn a_take_ends_the_flow() {
        let pulled = Cell::new(0);
        let pull = |_: &i32| pulled.set(pulled.get() + 1);
        let all: Vec<_> = flow! { from(0..) -> inspect(pull) -> take(3) -> collect() }.run();
        assert_eq!(all, [0, 1, 2]);
        assert_eq!(pulled.get(), 3);
        let all: Vec<_> = flow! { from(0..) -> take_while(|x| *x < 3) -> collect() }.run();
        assert_eq!(all, [0, 1, 2]);
        assert_eq!(
            flow! { from(0..) -> inspect(pull) -> skip(4) -> first() }.run(),
            Some(4)
        );
        assert_eq!(pulled.get(), 8);
        assert_eq!(
            flow! { from(0..) -> inspect(pull) -> take(0) -> count() }.run(),
            0
        );
        assert_eq!(pulled.get(), 8);
    }

    #[test]
    fn a_take_far_behind_ends_the_flow() {
        let pulled = Cell::new(0);
        let all: Vec<_> = flow! {
            from(0..) -> inspect(|_| pulled.set(pulled.get() + 1))
                -> flat_map(|x| x..) -> filter(|x| x % 2 == 0) -> partition(2) -> flatten()
                -> take(5) -> collect()
        }
        .run();
        assert_eq!(all, [0, 2, 4, 6, 8]);
        assert_eq!(pulled.get(), 1);
    }

    #[test]
    fn a_loop_ends_with_its_branch() {
        let all: Vec<_> = flow! { from([0]) -> flat_map(|x| x..) -> take(3) -> collect() }.run();
        assert_eq!(all, [0, 1, 2]);
        let nested: Vec<_> = flow! {
            from(0..) -> flat_map(|x| x..) -> flat_map(|x| x..) -> take(3) -> collect()
        }
        .run();
        assert_eq!(nested, [0, 1, 2]);
        let first = flow! { from([()]) -> flat_map(|()| 0..) -> first() }.run();
        assert_eq!(first, Some(0));
    }

    #[test]
    fn every_branch_must_have_ended() {
        let pulled = Cell::new(0);
        let (few, more) = flow! {
            items = from(0..) -> inspect(|_| pulled.set(pulled.get() + 1));
            few = items -> take(2) -> collect::<Vec<_>>();
            more = items -> filter(|x| x % 2 == 1) -> take(3) -> collect::<Vec<_>>();
            (few, more)
        }
        .run();
        assert_eq!(few, [0, 1]);
        assert_eq!(more, [1, 3, 5]);
        assert_eq!(pulled.get(), 6);
    }

    #[test]
    fn a_take_ends_what_is_behind_a_fan_in() {
        let united: Vec<_> = flow! { union(from(0..), from(100..)) -> take(3) -> collect() }.run();
        assert_eq!(united, [0, 100, 1]);
        let zipped: Vec<_> = flow! { zip(from(0..), from(5..)) -> take(2) -> collect() }.run();
        assert_eq!(zipped, [(0, 5), (1, 6)]);
        let merged = flow! {
            merge_keyed(from(0..) -> map(|k| (2 * k, 'a')), from(0..) -> map(|k| (3 * k, 'b')))?
                -> take(4) -> map(|(_, x)| x) -> collect::<String>()
        }
        .run()
        .unwrap();
        assert_eq!(merged, "baba");
        let grouped = flow! {
            cogroup(from(0..) -> map(|k| (k, ())), from(0..) -> map(|k| (k, ())))? -> take(4) -> count()
        };
        assert_eq!(grouped.run().unwrap(), 4);
        let diamond = flow! {
            x = from(0..);
            zip(x, x -> map(|x| x + 1)) -> take(2) -> count()
        };
        assert_eq!(diamond.run(), 2);
    }

    #[test]
    fn a_take_in_front_of_a_fan_in() {
        let united: Vec<_> =
            flow! { union(from(0..) -> take(2), from(100..) -> take(1)) -> collect() }.run();
        assert_eq!(united, [0, 100, 1]);
        let zipped: Vec<_> = flow! {
            x = from(0..);
            zip(x -> take(2), x -> map(|x| x * 10)) -> collect()
        }
        .run();
        assert_eq!(zipped, [(0, 0), (1, 10)]);
        let late: Vec<_> = flow! {
            x = from(0..);
            few = x -> take(2) -> map(|x| x + 1);
            zip(x -> filter(|x| x % 7 == 6), union(few, x -> take_while(|x| *x < 1))) -> collect()
        }
        .run();
        assert_eq!(late, [(6, 1), (13, 0), (20, 2)]);
        let held: Vec<_> = flow! {
            x = from(0..9);
            zip(x -> skip(8), x -> take(1) -> partition(2) -> map(|b| b.len())) -> collect()
        }
        .run();
        assert_eq!(held, [(8, 1)]);
        let paired = flow! { zip(from(0..) -> take(2), from(0..)) -> count() }.run();
        assert_eq!(paired, 2);
    }

    #[test]
    fn one_side_ends_while_the_other_goes_on() {
        let all: Vec<_> = flow! {
            items = from(0..6);
            union(items -> take(1), items -> skip(4)) -> collect()
        }
        .run();
        assert_eq!(all, [0, 4, 5]);
    }

    #[test]
    fn a_take_ends_an_asynchronous_flow() {
        let all: Vec<_> = drive(flow! { from(0..) -> then(async |x| x) -> take(3) -> collect() });
        assert_eq!(all, [0, 1, 2]);
        let first = drive(flow! { from(0..) -> then(async |x| x) -> first() });
        assert_eq!(first, Some(0));
        let streamed: Vec<_> =
            drive(flow! { stream(futures::stream::iter(0..)) -> take(2) -> collect() });
        assert_eq!(streamed, [0, 1]);
    }

    #[test]
    fn a_take_behind_a_cut_ends_the_flow() {
        let all: Vec<_> = drive(flow! {
            from(0..) -> then(async |x| x, concurrency = 4) -> take(3) -> collect()
        });
        assert_eq!(all, [0, 1, 2]);
        let unordered = drive(flow! {
            from(0..) -> then(async |x| { tokio::task::yield_now().await; x }, concurrency = 4, ordered = false)
                -> take(3) -> count()
        });
        assert_eq!(unordered, 3);
        let far = drive(flow! {
            from(0..) -> flat_map(|x| [x, x]) -> then(async |x| x, concurrency = 4)
                -> then(async |x| x, concurrency = 4) -> first()
        });
        assert_eq!(far, Some(0));
        let branches = drive(flow! {
            items = from(0..);
            slow = items -> then(async |x| x, concurrency = 4);
            zip(slow, items) -> take(2) -> collect::<Vec<_>>()
        });
        assert_eq!(branches, [(0, 0), (1, 1)]);
        let united = drive(flow! {
            union(from(0..) -> then(async |x| x, concurrency = 2), from(0..)) -> take(10) -> count()
        });
        assert_eq!(united, 10);
    }

    #[test]
    fn a_take_in_front_of_a_cut_ends_the_flow() {
        let all: Vec<_> = drive(flow! {
            from(0..) -> take(3) -> then(async |x| x, concurrency = 4) -> collect()
        });
        assert_eq!(all, [0, 1, 2]);
    }

    #[test]
    fn an_infinite_loop_in_front_of_a_cut_ends() {
        let all: Vec<_> = drive(flow! {
            from([0]) -> flat_map(|x| x..) -> then(async |x| x, concurrency = 4) -> take(3) -> collect()
        });
        assert_eq!(all, [0, 1, 2]);
    }

    #[test]
    fn what_is_held_leaves_when_its_branch_ends() {
        let (batches, all) = flow! {
            items = from(0..6);
            batches = items -> take(3) -> partition(2) -> map(|b| b.to_vec()) -> collect::<Vec<_>>();
            all = items -> count();
            (batches, all)
        }
        .run();
        assert_eq!(batches, [vec![0, 1], vec![2]]);
        assert_eq!(all, 6);
        let groups: Vec<_> = flow! {
            from(0..) -> take(4) -> group_by(|x| x / 3) -> map(|(k, g)| (k, g.len())) -> collect()
        }
        .run();
        assert_eq!(groups, [(0, 3), (1, 1)]);
    }
}

mod end_of_input {
    use super::*;

    #[test]
    fn what_is_held_leaves_in_the_order_of_the_graph() {
        let all: Vec<_> = flow! {
            items = from(0..3);
            twos = items -> partition(2) -> map(|b| format!("two {b:?}"));
            fours = items -> partition(4) -> map(|b| format!("four {b:?}"));
            union(twos, fours) -> collect()
        }
        .run();
        assert_eq!(all, ["two [0, 1]", "two [2]", "four [0, 1, 2]"]);
    }

    #[test]
    fn what_is_held_goes_through_what_holds_behind_it() {
        let all: Vec<_> = flow! {
            from(0..5) -> partition(2) -> map(|b| b.len()) -> partition(2) -> map(|b| b.to_vec())
                -> group_by(|b| b.len()) -> flat_map(|(_, batches)| batches) -> collect()
        }
        .run();
        assert_eq!(all, [vec![2, 2], vec![1]]);
    }

    #[test]
    fn what_is_held_is_awaited() {
        let all: Vec<_> = drive(flow! {
            from(0..5) -> partition(2) -> then(async |b| b.len(), concurrency = 2) -> partition(2)
                -> then(async |b| b.iter().sum::<usize>()) -> collect()
        });
        assert_eq!(all, [4, 1]);
    }

    #[test]
    fn the_ends_of_several_sources() {
        let all: Vec<_> = flow! {
            short = from(0..3) -> partition(2) -> map(|b| b.to_vec());
            long = from(10..15) -> partition(2) -> map(|b| b.to_vec());
            union(short, long) -> collect()
        }
        .run();
        assert_eq!(
            all,
            [vec![0, 1], vec![10, 11], vec![2], vec![12, 13], vec![14]]
        );
    }

    #[test]
    fn a_flow_can_be_kept_and_moved() {
        let flow = flow! { from(vec![1, 2]) -> sum() };
        let boxed = Box::new(flow);
        assert_eq!(boxed.run(), 3);
        let flows = [1, 2, 3].map(|n| flow! { from(0..n) -> count() });
        assert_eq!(flows.map(|flow| flow.run()), [1, 2, 3]);
    }
}
