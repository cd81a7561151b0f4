//! `in_order` beside sorting.

use std::convert::identity;

use super::{Item, Random, cases};
use crate::checkpoint::marks::Plain;
use crate::checkpoint::marks::account::{Account, Places};
use crate::operators::event_time::in_order::{UNBOUNDED, as_they_come, in_order};
use crate::operators::event_time::late::Late;
use crate::operators::event_time::limit::{Limit, Unlimited, ahead_of};
use crate::ty::Ty;

type Out = Vec<Result<Item, Late<Item, i64>>>;

fn ordered(items: &[Item], late: i64, capacity: usize, limit: impl Limit<i64>) -> Out {
    let at = |item: &Item| item.at;
    let (mut op, _) = in_order(Ty::new(), Plain, at, late, capacity, as_they_come, limit);
    let mut out = Vec::new();
    for item in items {
        out.extend(op.push(*item));
    }
    out.extend(op.finish());
    out
}

/// Says after every item what leaves, by looking at all that wait.
fn model(items: &[Item], late: i64, capacity: usize, limit: Option<i64>) -> Out {
    let (mut waiting, mut out): (Vec<Item>, Out) = (Vec::new(), Vec::new());
    let (mut newest, mut left) = (i64::MIN / 2, i64::MIN / 2);
    for item in items {
        if let Some(limit) = limit.filter(|limit| item.at >= *limit) {
            let by = item.at - limit;
            out.push(Err(Late { item: *item, by }));
            continue;
        }
        if newest - item.at > late || item.at < left {
            let by = (newest - late - item.at).max(0);
            out.push(Err(Late { item: *item, by }));
            continue;
        }
        waiting.push(*item);
        waiting.sort_by_key(|item| item.at);
        newest = newest.max(item.at);
        let due = waiting.partition_point(|item| newest - item.at > late);
        let due = due.max(waiting.len().saturating_sub(capacity));
        for item in waiting.drain(..due) {
            left = left.max(item.at);
            out.push(Ok(item));
        }
    }
    out.extend(waiting.into_iter().map(Ok));
    out
}

#[test]
fn it_is_the_model() {
    cases(|random| {
        let (items, late) = (random.items(), random.within(0, 10));
        let capacity = match random.below(2) {
            0 => UNBOUNDED,
            _ => 1 + usize::try_from(random.below(8)).expect("small"),
        };
        let limit = (random.below(3) == 0).then(|| random.within(0, 30));
        let expected = model(&items, late, capacity, limit);
        let got = match limit {
            None => ordered(&items, late, capacity, Unlimited),
            Some(limit) => ordered(&items, late, capacity, ahead_of(5, || limit - 5)),
        };
        assert_eq!(
            got, expected,
            "seed {}: {items:?}, late {late}",
            random.seed
        );
    });
}

#[test]
fn it_is_sorting_and_none_is_lost() {
    cases(|random| {
        let (items, late) = (random.items(), random.within(0, 10));
        let out = ordered(&items, late, UNBOUNDED, Unlimited);
        assert_eq!(out.len(), items.len(), "seed {}", random.seed);
        let is_late = |place: usize| {
            let newest = items[..place].iter().map(|item| item.at).max();
            newest.is_some_and(|newest| newest - items[place].at > late)
        };
        let places = (0..items.len()).filter(|place| !is_late(*place));
        let mut on_time: Vec<Item> = places.map(|place| items[place]).collect();
        on_time.sort_by_key(|item| item.at);
        let good: Vec<Item> = out.into_iter().filter_map(Result::ok).collect();
        assert_eq!(
            good, on_time,
            "seed {}: {items:?}, late {late}",
            random.seed
        );
    });
}

#[test]
fn many_may_wait() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let late = random.within(0, 2000);
        let (back, step) = (
            1 + random.within(0, late + late / 4 + 1),
            1 + random.within(0, 9),
        );
        let mut now = -500;
        let items: Vec<Item> = (0..2000)
            .map(|place| {
                // Now and then nothing comes for long.
                now += random.within(0, step) + if random.below(500) == 0 { 5000 } else { 0 };
                let behind = if random.below(4) == 0 {
                    0
                } else {
                    random.within(0, back)
                };
                Item {
                    at: now - behind,
                    key: 0,
                    place,
                }
            })
            .collect();
        let capacity = [UNBOUNDED, 300][usize::from(random.below(3) == 0)];
        let got = ordered(&items, late, capacity, Unlimited);
        assert_eq!(got.len(), items.len());
        let good: Vec<i64> = got
            .iter()
            .filter_map(|out| out.as_ref().ok())
            .map(|item| item.at)
            .collect();
        assert!(good.is_sorted(), "seed {seed}");
        if seed % 10 == 0 || capacity == UNBOUNDED && seed < 60 {
            assert!(got == model(&items, late, capacity, None), "seed {seed}");
        }
    }
}

/// Shuffles sorted items so that none comes more than `late` behind a newer one.
fn shuffled(sorted: &[Item], late: i64, random: &mut Random) -> Vec<Item> {
    let mut items: Vec<(i64, u64, Item)> = sorted
        .iter()
        .map(|item| {
            (
                item.at + random.within(0, late + 1),
                random.below(1000),
                *item,
            )
        })
        .collect();
    items.sort_by_key(|(at, tie, _)| (*at, *tie));
    items.into_iter().map(|(_, _, item)| item).collect()
}

#[test]
fn the_order_of_arrival_within_late_makes_no_difference() {
    cases(|random| {
        let (mut items, late) = (random.items(), random.within(0, 10));
        items.sort_by_key(|item| item.at);
        let items = shuffled(&items, late, random);
        let out = ordered(&items, late, UNBOUNDED, Unlimited);
        let times: Vec<i64> = out
            .iter()
            .map(|out| out.expect("none is late").at)
            .collect();
        let mut expected: Vec<i64> = items.iter().map(|item| item.at).collect();
        expected.sort_unstable();
        assert_eq!(
            times, expected,
            "seed {}: {items:?}, late {late}",
            random.seed
        );
        // With `then_by` nor does that of equal times.
        let at = |item: &Item| item.at;
        let then = |item: &Item| item.place;
        let (mut op, _) = in_order(Ty::new(), Plain, at, late, UNBOUNDED, then, Unlimited);
        let mut fixed = Vec::new();
        for item in &items {
            fixed.extend(op.push(*item));
        }
        fixed.extend(op.finish());
        let fixed: Vec<Item> = fixed.into_iter().map(|out| out.expect("on time")).collect();
        let mut expected = items;
        expected.sort_by_key(|item| (item.at, item.place));
        assert_eq!(fixed, expected, "seed {}", random.seed);
    });
}

#[test]
fn everything_is_made_of_the_item_itself() {
    cases(|random| {
        let (items, late) = (random.items(), random.within(0, 10));
        let at = |item: &Item| item.at;
        let (account, none) = (Account::default(), Places::default());
        let (mut op, _) = in_order(Ty::new(), none, at, late, 5, as_they_come, Unlimited);
        let mut out = Vec::new();
        for item in &items {
            out.extend(op.put(*item, account.come(item.place), &account));
        }
        out.extend(op.end(&account));
        for (given, mark) in out {
            let item = given.unwrap_or_else(|late| late.item);
            assert_eq!(mark.0, [item.place]);
        }
    });
}

#[test]
fn one_exactly_late_is_not_late_and_times_may_end() {
    let at = |x: &u8| *x;
    let (mut op, _) = in_order(
        Ty::new(),
        Plain,
        at,
        3_u8,
        UNBOUNDED,
        as_they_come,
        Unlimited,
    );
    assert_eq!(op.push(2).count(), 0);
    assert_eq!(op.push(255).collect::<Vec<_>>(), [Ok(2)]);
    assert_eq!(op.push(252).count(), 0);
    assert_eq!(
        op.push(251).collect::<Vec<_>>(),
        [Err(Late { item: 251, by: 1 })]
    );
    assert_eq!(op.finish().collect::<Vec<_>>(), [Ok(252), Ok(255)]);
    assert_eq!(op.push(254).count(), 1, "older than what has left");
    assert_eq!(op.push(255).count(), 0);
}

#[test]
fn a_wrong_clock_closes_nothing() {
    let limit = ahead_of(10_u64, || 100);
    let (mut op, _) = in_order(
        Ty::new(),
        Plain,
        |x: &u64| *x,
        5,
        UNBOUNDED,
        as_they_come,
        limit,
    );
    assert_eq!(op.push(100).count(), 0);
    assert_eq!(
        op.push(9000).collect::<Vec<_>>(),
        [Err(Late {
            item: 9000,
            by: 8890
        })]
    );
    assert_eq!(op.push(97).count(), 0);
    assert_eq!(
        op.push(109).map(Result::unwrap).collect::<Vec<_>>(),
        [97, 100]
    );
    assert_eq!(
        op.push(110)
            .map(|late| late.map_err(|late| late.by))
            .collect::<Vec<_>>(),
        [Err(0)]
    );
}

#[test]
#[should_panic(expected = "`in_order`: `late` must not be negative")]
fn a_negative_lateness_panics() {
    let _ = in_order(
        Ty::new(),
        Plain,
        |x: &i32| *x,
        -1,
        UNBOUNDED,
        as_they_come,
        Unlimited,
    );
}

#[test]
#[should_panic(expected = "`in_order`: `capacity` must be at least 1")]
fn no_capacity_panics() {
    let _ = in_order(
        Ty::<i32>::new(),
        Plain,
        |x| *x,
        1,
        0,
        as_they_come,
        Unlimited,
    );
}

#[test]
fn the_witness_is_a_result() {
    let (_, ty) = in_order(
        Ty::new(),
        Plain,
        |x: &i32| *x,
        1,
        1,
        as_they_come,
        Unlimited,
    );
    let _: Ty<Result<i32, Late<i32, i32>>> = identity(ty);
}
