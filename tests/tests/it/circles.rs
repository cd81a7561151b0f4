//! Cycles through several segments, and edges beside each other: where a circle is
//! opened does not depend on the order of statements.

use flow_runtime::{Error, flow};

use crate::guard::in_time;

fn sorted(mut items: Vec<u64>) -> Vec<u64> {
    items.sort_unstable();
    items
}

#[test]
fn a_segment_that_only_the_cycle_feeds_may_be_written_first() {
    let (first, last) = in_time(|| {
        let first = flow! {
            retry = map(|x| x - 1) -> work;
            work = inspect(|_| {});
            work -> filter(|x| *x > 0) -> retry;
            from([3_u64]) -> work;
            work -> collect::<Vec<_>>()
        };
        let last = flow! {
            work -> filter(|x| *x > 0) -> retry;
            from([3_u64]) -> work;
            work = inspect(|_| {});
            retry = map(|x| x - 1) -> work;
            work -> collect::<Vec<_>>()
        };
        (first.run(), last.run())
    });
    assert_eq!(sorted(first), [0, 1, 2, 3]);
    assert_eq!(sorted(last), [0, 1, 2, 3]);
}

#[test]
fn both_ends_of_a_question_mark_may_lead_back_to_one_segment() {
    let seen = in_time(|| {
        let collatz = |n| {
            if n % 2 == 0 {
                Ok(n / 2)
            } else {
                Err(3 * n + 1)
            }
        };
        flow! {
            n = filter(|n| *n != 1) -> map(collatz)? else n;
            n -> n;
            from([7_u64]) -> n;
            n -> count()
        }
        .run()
    });
    // What was even, on its way to 1: 22, 34, 52, 26, 40, 20, 10, 16, 8, 4, 2.
    assert_eq!(seen, 11);
}

#[test]
fn several_arms_may_lead_back_to_one_segment() {
    let steps = in_time(|| {
        flow! {
            n = match {
                0 => done,
                x if x % 2 == 0 => map(|x| x / 2) -> n,
                x => map(|x| x - 1) -> n,
            };
            from([5_u32, 8]) -> n;
            done = count();
            done
        }
        .run()
    });
    assert_eq!(steps, 2);
}

#[test]
fn a_cycle_may_come_back_by_a_name_in_a_union() {
    let seen = in_time(|| {
        flow! {
            all = union(given, again);
            again = map(|x| x - 1);
            given = from([3_u64, 10]);
            all -> filter(|x| *x > 1 && *x < 9) -> again;
            all -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(seen, [3, 2, 1, 10]);
}

#[test]
fn a_circle_that_is_entered_in_two_places_is_worked_off_from_both() {
    let seen = in_time(|| {
        flow! {
            a = map(|n| n - 1) -> filter(|n| *n > 0) -> b;
            b = map(|n| n - 10) -> filter(|n| *n > 0) -> a;
            from([25_i32]) -> a;
            from([31]) -> b;
            b -> collect::<Vec<_>>()
        }
        .run()
    });
    let mut seen = seen;
    seen.sort_unstable();
    assert_eq!(seen, [3, 10, 14, 21]);
}

#[test]
fn a_bound_may_stand_on_any_segment_that_a_cycle_comes_back_to() -> Result<(), Error> {
    let counts = in_time(|| {
        let first = flow! {
            #[capacity(8)] b = map(|n| n - 1) -> filter(|n| *n > 0) -> a;
            a = inspect(|_| {}) -> b;
            from([3_i32]) -> a;
            from([4]) -> b;
            a -> count()
        };
        let both = flow! {
            #[capacity(8)] b = map(|n| n - 1) -> filter(|n| *n > 0) -> a;
            #[capacity(8)] a = inspect(|_| {}) -> b;
            from([3_i32]) -> a;
            from([4]) -> b;
            a -> count()
        };
        (first.run(), both.run())
    });
    assert_eq!((counts.0?, counts.1?), (6, 6));
    Ok(())
}

#[tokio::test]
async fn a_circle_through_concurrent_operators_is_opened_alike() {
    let seen = flow! {
        again = then(async |x| x - 1, concurrency = 2);
        all = union(given, again);
        all -> filter(|x| *x > 1 && *x < 9) -> again;
        given = from([3_u64, 10]);
        all -> collect::<Vec<_>>()
    };
    assert_eq!(sorted(seen.run().await), [1, 2, 3, 10]);
}
