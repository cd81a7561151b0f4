//! `match`: routes by pattern.

use std::cell::{Cell, RefCell};

use flow_runtime::{Error, flow};
use tokio::time::{Duration, sleep};

use crate::guard::{drive_in_time, in_time};

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Circle { radius: u32 },
    Rect { w: u32, h: u32, name: &'static str },
    Pair(u32, char),
    Nothing,
}

use Shape::{Circle, Nothing, Pair, Rect};

const SHAPES: [Shape; 4] = [
    Circle { radius: 1 },
    Rect {
        w: 2,
        h: 3,
        name: "r",
    },
    Pair(4, 'p'),
    Nothing,
];

#[test]
fn what_a_pattern_binds_flows() {
    let all = flow! {
        from(SHAPES) -> match {
            Circle { radius } => map(|r: u32| format!("circle {r}")),
            Rect { w, h, .. } => map(|(w, h): (u32, u32)| format!("rect {w}x{h}")),
            Pair(n, c) => map(|(n, c): (u32, char)| format!("pair {n}{c}")),
            Nothing => map(|shape: Shape| format!("{shape:?}")),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), ["circle 1", "rect 2x3", "pair 4p", "Nothing"]);
}

#[test]
fn types_are_known_without_annotations() {
    let all = flow! {
        from(SHAPES) -> match {
            Circle { radius } => map(|r| r * 10),
            Rect { h, w, name } => map(|(h, w, name)| h * w + name.len() as u32),
            Pair(n, _) => inspect(|_| ()),
            other => filter_map(|shape| (shape == Nothing).then_some(0)),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [10, 7, 4, 0]);
}

#[test]
fn bindings_flow_in_the_order_they_are_written() {
    let all = flow! {
        from(SHAPES) -> match {
            Rect { name, h, w } => map(|(name, h, w): (&str, u32, u32)| format!("{name}{h}{w}")),
            _ => drop,
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), ["r32"]);
}

#[test]
fn without_bindings_the_item_flows() {
    let all = flow! {
        from([Some(1), None]) -> match {
            Some(_) => map(|some: Option<i32>| some),
            None => map(|none: Option<i32>| none.or(Some(0))),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [Some(1), Some(0)]);
}

#[test]
fn an_arm_may_be_dropped() {
    let kept = flow! {
        from(SHAPES) -> match {
            Circle { radius } if radius > 5 => drop,
            Pair(n, c) => drop,
            shape @ (Circle { .. } | Nothing) => count(),
            _ => drop,
        };
        count = from(SHAPES) -> match { Nothing => inspect(|_| ()), _ => drop, } -> count();
        count
    };
    assert_eq!(kept.run(), 1);
}

#[test]
fn guards_see_captures() {
    let limit = 3;
    let names = [String::from("b")];
    let all = flow! {
        from([("a", 1), ("b", 2), ("c", 4)]) -> match {
            (name, n) if n > limit => map(|(name, n)| format!("big {name}{n}")),
            (name, _) if names.iter().any(|known| known == name) => map(|name| format!("known {name}")),
            (name, ..) => map(|name| name.to_string()),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), ["a", "known b", "big c4"]);
    assert_eq!(names.len(), 1);
}

#[test]
fn guards_change_captures() {
    let mut budget = 5;
    let all = flow! {
        from([2, 2, 2, 1]) -> match {
            n if { let fits = n <= budget; if fits { budget -= n; } fits } => map(Ok),
            n => map(Err),
        } -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [Ok(2), Ok(2), Err(2), Ok(1)]);
    assert_eq!(budget, 0);
}

#[test]
fn a_guard_may_call_a_closure_that_changes() {
    let mut seen = Vec::new();
    let mut is_new = |x: &u32| {
        let new = !seen.contains(x);
        seen.push(*x);
        new
    };
    let news = flow! {
        from([1, 2, 1]) -> match {
            x if is_new(&x) => count(),
            _ => drop,
        };
        news = from([7]) -> count();
        news
    };
    assert_eq!(news.run(), 1);
    assert_eq!(seen, [1, 2, 1]);
}

#[test]
fn patterns_of_all_kinds() {
    const ANSWER: i32 = 42;
    let all = flow! {
        from([-5, 0, 7, 11, 42, 99, 100, 1000]) -> match {
            i32::MIN..0 => map(|n| format!("{n} is negative")),
            0 => map(|_| "zero".to_string()),
            small @ 1..=9 => map(|n| format!("{n} is small")),
            ANSWER => map(|n| format!("{n} is the answer")),
            11 | 99 => map(|n| format!("{n} repeats")),
            n @ (100 | 1000) => map(|n| format!("{n} is round")),
            _ => drop,
        } -> collect::<Vec<_>>()
    };
    assert_eq!(
        all.run(),
        [
            "-5 is negative",
            "zero",
            "7 is small",
            "11 repeats",
            "42 is the answer",
            "99 repeats",
            "100 is round",
            "1000 is round"
        ]
    );
}

#[test]
fn slices_are_taken_apart() {
    let data = [vec![1, 2, 3], vec![4], vec![]];
    let all = flow! {
        from(data.iter().map(Vec::as_slice)) -> match {
            [] => map(|_| 0),
            [only] => map(|only: &i32| *only),
            [first, .., last] => map(|(first, last)| first * 10 + last),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [13, 4, 0]);
    let all = flow! {
        from(data.iter().map(Vec::as_slice)) -> match {
            [first, rest @ ..] => map(|(first, rest): (&i32, &[i32])| first + rest.len() as i32),
            _ => drop,
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [3, 4]);
    let all = flow! {
        from([[1, 2, 3], [0, 5, 6]]) -> match {
            [0, _, last] => map(|last| last),
            [a, b, c] => map(|(a, b, c)| a + b + c),
        } -> sum::<i32>()
    };
    assert_eq!(all.run(), 12);
}

#[test]
fn references_are_matched_as_rust_does() {
    let shapes = SHAPES;
    let all = flow! {
        from(&shapes) -> match {
            Circle { radius } => map(|r: &u32| *r),
            &Rect { w, ref h, .. } => map(|(w, h): (u32, &u32)| w * h),
            Pair(n, 'p') => map(|n| n + 1),
            _ => drop,
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [1, 6, 5]);
}

#[test]
fn texts_and_nested_patterns() {
    let all = flow! {
        from([Some(Ok("go")), Some(Ok("5")), Some(Err(3)), None]) -> match {
            Some(Ok("go")) => map(|_| 100),
            Some(Ok(text)) => map(|text: &str| text.len()),
            Some(Err(code @ 1..=5)) => map(|code| code),
            Some(Err(_)) | None => drop,
        } -> collect::<Vec<usize>>()
    };
    assert_eq!(all.run(), [100, 1, 3]);
}

#[test]
fn alternatives_bind_the_same() {
    enum Event<T> {
        Key(T),
        Paste(T, u8),
        Quit,
    }
    use Event::{Key, Paste, Quit};
    let all = flow! {
        from([Key('a'), Paste('b', 2), Paste('c', 3), Quit]) -> match {
            | Key(c) | Paste(c, 0..3) => map(|c: char| c),
            Paste(..) => drop,
            Quit => map(|_| '!'),
        } -> collect::<String>()
    };
    assert_eq!(all.run(), "ab!");
}

#[test]
fn items_are_moved_into_their_arm() {
    struct Unclonable(String);
    let (long, short) = flow! {
        from(["a", "bcd"]) -> map(|x| Ok::<_, ()>(Unclonable(x.to_string()))) -> match {
            Ok(Unclonable(text)) if text.len() > 1 => long,
            Ok(other) => map(|x| x.0) -> short,
            Err(()) => drop,
        };
        long = collect::<Vec<String>>();
        short = collect::<Vec<_>>();
        (long, short)
    }
    .run();
    assert_eq!(
        (long, short),
        (vec!["bcd".to_string()], vec!["a".to_string()])
    );
}

#[test]
fn arms_end_in_sinks_and_segments() {
    let odd = RefCell::new(Vec::new());
    let (small, all) = flow! {
        numbers = from(0..8);
        numbers -> match {
            n if n % 2 == 1 => for_each(|n| odd.borrow_mut().push(n)),
            n @ 0..4 => map(|n| n * 100) -> small,
            n => small,
        };
        small = collect::<Vec<_>>();
        all = numbers -> count();
        (small, all)
    }
    .run();
    assert_eq!(*odd.borrow(), [1, 3, 5, 7]);
    assert_eq!(small, [0, 200, 4, 6]);
    assert_eq!(all, 8);
}

#[test]
fn an_arm_may_feed_what_others_feed_too() {
    let all = flow! {
        all = map(|x| x + 1) -> collect::<Vec<_>>();
        from([Some(1), None, Some(3)]) -> match {
            Some(x) => all,
            None => map(|_| 99) -> all,
        };
        from([1000]) -> all;
        all
    }
    .run();
    assert_eq!(all, [2, 1001, 100, 4]);
}

#[test]
fn open_arms_join_behind_the_match() {
    let all = flow! {
        from(0..4) -> match {
            0 => map(|_| vec![]),
            1 => drop,
            n => map(|n| vec![n; 2]),
        } -> flatten() -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [2, 2, 3, 3]);
}

#[test]
fn one_open_arm_flows_on_alone() {
    let errors = Cell::new(0);
    let sum = flow! {
        from(["1", "x", "3"]) -> map(str::parse::<i32>) -> match {
            Ok(n) => map(|n| n),
            Err(_) => for_each(|_| errors.set(errors.get() + 1)),
        } -> sum::<i32>()
    };
    assert_eq!(sum.run(), 4);
    assert_eq!(errors.get(), 1);
}

#[test]
fn an_arm_that_is_no_operator_but_filters() {
    let all = flow! {
        from(0..10) -> match {
            n if n < 5 => filter(|n| n % 2 == 0),
            n => take(2),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [0, 2, 4, 5, 6]);
}

#[test]
fn arms_hold_and_are_flushed() {
    let all = flow! {
        from(0..5) -> match {
            n if n % 2 == 0 => partition(2) -> map(|b| b.to_vec()),
            n => map(|n| vec![n]),
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [vec![1], vec![0, 2], vec![3], vec![4]]);
}

#[test]
fn matches_are_nested() {
    let all = flow! {
        from([Ok(Some(1)), Ok(None), Err("bad"), Err("ugly")]) -> match {
            Ok(inner) => match {
                Some(n) => map(|n: i32| format!("some {n}")),
                None => map(|_| "none".to_string()),
            },
            Err(text) => match {
                "bad" => drop,
                other => map(|text: &str| text.to_uppercase()),
            },
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), ["some 1", "none", "UGLY"]);
}

#[test]
fn a_nested_match_may_end_everything() {
    let (a, b) = (Cell::new(0), Cell::new(0));
    let sum = flow! {
        from([Ok(1), Ok(2), Err(3)]) -> match {
            Ok(n) => match {
                1 => for_each(|_| a.set(a.get() + 1)),
                _ => for_each(|_| b.set(b.get() + 1)),
            },
            Err(n) => map(|n: i32| n),
        } -> sum::<i32>()
    };
    assert_eq!(sum.run(), 3);
    assert_eq!((a.get(), b.get()), (1, 1));
}

#[test]
fn a_match_may_head_a_segment() {
    let big = flow! {
        sorted = match {
            n if n > 10 => big,
            _ => drop,
        };
        big = collect::<Vec<_>>();
        from([5, 11]) -> sorted;
        from([12, 1]) -> sorted;
        big
    };
    assert_eq!(big.run(), [12, 11]);
}

#[test]
fn a_matchs_end_may_be_a_branch() {
    let (sum, count) = flow! {
        numbers = from([Some(2), None]) -> match {
            Some(n) => map(|n| n),
            None => map(|_| 0),
        };
        sum = numbers -> sum::<i32>();
        count = numbers -> count();
        (sum, count)
    }
    .run();
    assert_eq!((sum, count), (2, 2));
}

#[test]
fn a_match_may_be_the_last_that_happens() {
    let seen = RefCell::new(Vec::new());
    flow! {
        from([1, 2, 3]) -> match {
            2 => drop,
            n => for_each(|n| seen.borrow_mut().push(n)),
        };
    }
    .run();
    assert_eq!(*seen.borrow(), [1, 3]);
}

#[test]
fn arms_may_read_their_bindings_by_branch() {
    let (long, texts) = flow! {
        from(["a", "bcd"]) -> map(String::from) -> match {
            text => texts,
        };
        texts = inspect(|_| ());
        long = texts -> filter(|t| t.len() > 1) -> count();
        all = texts -> collect::<Vec<_>>();
        (long, all)
    }
    .run();
    assert_eq!((long, texts.len()), (1, 2));
}

#[test]
fn results_stand_beside_a_match() {
    let (good, bad, other) = flow! {
        parsed = from(["1", "x", "20"]) -> map(str::parse::<i32>)? else bad;
        good = parsed -> match {
            n if n < 10 => map(|n| n),
            n => other,
        } -> collect::<Vec<_>>();
        bad = count();
        other = map(|n| n / 2) -> collect::<Vec<_>>();
        (good, bad, other)
    }
    .run();
    assert_eq!((good, bad, other), (vec![1], 1, vec![10]));
}

#[test]
fn arms_may_fail() {
    let outcome: Result<Vec<i32>, Error> = flow! {
        from([Some("1"), None, Some("x")]) -> match {
            Some(text) => map(str::parse::<i32>)?,
            None => map(|_| 0),
        } -> collect::<Vec<_>>()
    }
    .run();
    assert!(outcome.unwrap_err().is::<std::num::ParseIntError>());
    let (good, bad) = flow! {
        good = from([Some("1"), None, Some("x")]) -> match {
            Some(text) => map(str::parse::<i32>)? else bad,
            None => map(|_| 0),
        } -> collect::<Vec<_>>();
        bad = count();
        (good, bad)
    }
    .run();
    assert_eq!((good, bad), (vec![1, 0], 1));
}

#[test]
fn names_do_not_leak_out_of_patterns() {
    let radius = "outer";
    let all = flow! {
        from(SHAPES) -> match {
            Circle { radius } => map(|r| format!("{r}{radius}")),
            _ => drop,
        } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), ["1outer"]);
    // Stages have a space of their own.
    let sum = flow! {
        n = from([Ok(1), Err(2)]);
        n -> match {
            Ok(n) => map(|n: i32| n * 10),
            Err(n) => map(|n| n),
        } -> sum::<i32>()
    };
    assert_eq!(sum.run(), 12);
}

#[test]
fn twenty_arms() {
    #[derive(Clone, Copy)]
    enum Word {
        A,
        B,
        C,
        D,
        E,
        F,
        G,
        H,
        I,
        J,
        K,
        L,
        M,
        N,
        O,
        P,
        Q(u8),
        R { x: u8 },
        S,
        T,
    }
    use Word::*;
    let (total, last) = flow! {
        from([A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q(17), R { x: 18 }, S, T]) -> match {
            A => map(|_| 1),
            B => map(|_| 2),
            C => map(|_| 3),
            D => map(|_| 4),
            E => map(|_| 5),
            F => map(|_| 6),
            G => map(|_| 7),
            H => map(|_| 8),
            I => map(|_| 9),
            J => map(|_| 10),
            K => map(|_| 11),
            L => map(|_| 12),
            M => map(|_| 13),
            N => map(|_| 14),
            O => map(|_| 15),
            P => drop,
            Q(x) => map(|x| x),
            R { x } => map(|x| x),
            S => last,
            T => last,
        } -> all;
        all = fold(0u32, |sum, x| *sum += u32::from(x));
        last = count();
        (all, last)
    }
    .run();
    assert_eq!((total, last), (120 + 17 + 18, 2));
}

#[test]
fn arms_may_await() {
    let all = drive_in_time(|| async {
        let limit = 2;
        flow! {
            from(0..5) -> match {
                n if n > limit => then(async |n| { sleep(Duration::from_millis(3)).await; n * 10 }),
                n @ 1 => drop,
                n => map(|n| n),
            } -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [0, 2, 30, 40]);
}

#[test]
fn arms_may_work_concurrently() {
    let mut all = drive_in_time(|| async {
        flow! {
            from(0..6) -> match {
                n if n % 2 == 0 => then(async |n| { sleep(Duration::from_millis(3)).await; n * 10 }, concurrency = 3),
                n => map(|n| n),
            } -> collect::<Vec<_>>()
        }
        .await
    });
    all.sort_unstable();
    assert_eq!(all, [0, 1, 3, 5, 20, 40]);
}

#[test]
fn arms_in_an_async_flow_end_in_awaited_sinks() {
    let (left, right) = drive_in_time(|| async {
        let (left, right) = (RefCell::new(0), RefCell::new(0));
        flow! {
            from([Ok(1), Err(2), Ok(3)]) -> then(async |x| x) -> match {
                Ok(n) => sink(async |n: i32| *left.borrow_mut() += n),
                Err(n) => sink(async |n: i32| *right.borrow_mut() += n),
            };
        }
        .await;
        (left.into_inner(), right.into_inner())
    });
    assert_eq!((left, right), (4, 2));
}

#[test]
fn arms_meet_in_a_zip() {
    let pairs = flow! {
        from(0..6) -> match {
            n if n % 2 == 0 => even,
            n => odd,
        };
        even = map(|n| n);
        odd = map(|n| n * 10);
        zip(even, odd) -> collect::<Vec<_>>()
    };
    assert_eq!(pairs.run(), [(0, 10), (2, 30), (4, 50)]);
}

#[test]
fn a_finished_arm_ends_nothing_else() {
    let (first, all) = in_time(|| {
        flow! {
            from(0..6) -> match {
                n if n % 2 == 0 => first,
                n => all,
            };
            first = first();
            all = collect::<Vec<_>>();
            (first, all)
        }
        .run()
    });
    assert_eq!((first, all), (Some(0), vec![1, 3, 5]));
}

#[test]
fn when_all_arms_have_ended_the_source_is_no_longer_pulled() {
    let pulled = in_time(|| {
        let pulled = Cell::new(0);
        flow! {
            from((0..).inspect(|_| pulled.set(pulled.get() + 1))) -> match {
                n if n % 2 == 0 => take(2) -> drain(),
                n => take(1) -> drain(),
            };
        }
        .run();
        pulled.get()
    });
    assert_eq!(pulled, 3);
}
