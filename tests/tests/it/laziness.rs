//! Work that nobody asks for is not done: open ends, pieces, and collections that are
//! over.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashSet},
    iter,
};

use flow_runtime::flow;

fn assert_send<T: Send>(flow: T) -> T {
    flow
}

#[test]
fn an_open_end_stands_still_in_the_middle_of_an_item() {
    let all = flow! { from([0]) -> flat_map(|_| 0..) };
    assert_eq!(all.take(3).collect::<Vec<i32>>(), [0, 1, 2]);
    let all = flow! { from([0..]) -> flatten() };
    assert_eq!(all.take(2).collect::<Vec<i32>>(), [0, 1]);
    let all = flow! {
        from(0_u64..) -> flat_map(|n| 0..=n) -> flat_map(|n| n..) -> filter(|n| n % 2 == 1) -> map(|n| n * 2)
    };
    assert_eq!(assert_send(all).take(3).collect::<Vec<_>>(), [2, 6, 10]);
}

#[test]
fn no_function_runs_before_its_item_is_asked_for() {
    let (before, behind) = (Cell::new(0), Cell::new(0));
    let mut all = flow! {
        from([0])
            -> flat_map(|_| iter::repeat_with(|| before.replace(before.get() + 1)))
            -> inspect(|_| behind.set(behind.get() + 1))
            -> map(|n| n * 10)
    };
    assert_eq!((before.get(), behind.get()), (0, 0));
    for n in 0..4 {
        assert_eq!(all.next(), Some(n * 10));
        assert_eq!((before.get(), behind.get()), (n + 1, n + 1));
    }
}

#[test]
fn branches_see_what_was_asked_for() {
    let seen = Cell::new(0);
    let all = flow! {
        n = from([1]) -> flat_map(|n| n..);
        n -> for_each(|_| seen.set(seen.get() + 1));
        n -> map(|n| n * 10)
    };
    assert_eq!(all.take(3).collect::<Vec<i32>>(), [10, 20, 30]);
    assert_eq!(seen.get(), 3);
}

#[test]
fn an_arm_without_end_is_carried_on_item_by_item() {
    let all = flow! {
        from([1, 0]) -> match {
            0 => flat_map(|_| 5..),
            n => filter(|_| true),
        } -> map(|n| n + 1)
    };
    assert_eq!(all.take(3).collect::<Vec<i32>>(), [2, 6, 7]);
    let all = flow! {
        from(0..) -> match { 0 => flat_map(|_| 0..), _ => map(|n| n), } -> take(3) -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [0, 1, 2]);
    let log = Cell::new(Vec::new());
    let all = flow! {
        n = from(0..6) -> match {
            0 | 3 => flat_map(|_| [10, 11]),
            n if n % 2 == 0 => map(|n| n),
            _ => filter(|n| *n != 5),
        };
        n -> for_each(|n| { let mut all = log.take(); all.push(n); log.set(all); });
        union(n -> map(|n| n * 2), n -> filter(|n| n % 2 == 0)) -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [20, 10, 22, 2, 4, 2, 20, 10, 22, 8, 4]);
    assert_eq!(log.take(), [10, 11, 1, 2, 10, 11, 4]);
}

#[test]
fn arms_that_follow_each_other_give_what_one_by_one_would() {
    let all = flow! {
        from(0..4)
            -> match { 0 => flat_map(|_| [0, 1]), _ => map(|n| n), }
            -> match { 1 => flat_map(|_| [5, 6]), _ => map(|n| n), }
            -> match { 5 => flat_map(|_| [7, 8]), _ => map(|n| n), }
            -> match { 7 => flat_map(|_| [9, 9]), _ => map(|n| n), }
            -> match { 9 => flat_map(|_| [1, 1]), _ => map(|n| n), }
            -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [0, 1, 1, 1, 1, 8, 6, 1, 1, 1, 1, 8, 6, 2, 3]);
}

#[test]
fn an_error_comes_behind_what_was_good() {
    let all = flow! {
        from(["2", "x", "1"]) -> map(|text| text.parse::<u32>())? -> flat_map(|n| 0..n)
    };
    let all: Vec<_> = all.map(|n| n.map_err(|_| "no")).collect();
    assert_eq!(all, [Ok(0), Ok(1), Err("no")]);
}

#[test]
fn what_is_held_leaves_one_by_one_at_the_end() {
    let mut all = flow! { from(0..5) -> partition(2, by = |n| n % 2) -> map(|batch| batch.len()) };
    assert_eq!(all.by_ref().collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(all.next(), None);
}

#[test]
fn a_piece_stands_still_within_an_item() {
    let piece = assert_send(flow! { <u32> -> flat_map(|n| n..) });
    let all = flow! { from([5]) -> via(piece) -> take(3) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [5, 6, 7]);
    let piece = flow! { <u32> -> flat_map(|n| n..) };
    let outer = flow! { <u32> -> via(piece) -> map(|n| n * 2) };
    let all = assert_send(flow! { from([1]) -> via(outer) });
    assert_eq!(all.take(2).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn what_is_not_taken_of_a_piece_comes_first_at_the_next_push() {
    let ran = Cell::new(0);
    let mut piece = flow! {
        <u32> -> flat_map(|n| n..n + 3) -> inspect(|_| ran.set(ran.get() + 1)) -> accumulate(0, |sum, n| { *sum += n; *sum })
    };
    assert_eq!(piece.push(5).take(2).collect::<Vec<_>>(), [5, 11]);
    assert_eq!(ran.get(), 2);
    drop(piece.push(0));
    assert_eq!(piece.push(1).take(1).collect::<Vec<_>>(), [18]);
    assert_eq!(piece.finish().collect::<Vec<_>>(), [18, 19, 21, 22, 24, 27]);

    let mut piece = flow! { <u32> -> map(|n| n + 1) };
    for n in 0..3 {
        drop(piece.push(n));
    }
    assert_eq!(piece.push(3).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn a_take_ends_what_one_item_gives_without_end() {
    let all = flow! { from([0]) -> flat_map(|_| 0..) -> take(3) -> collect::<Vec<i32>>() };
    assert_eq!(all.run(), [0, 1, 2]);
    assert_eq!(
        flow! { from([0]) -> flat_map(|_| 5..) -> first() }.run(),
        Some(5)
    );
    let all = flow! {
        n = from([0]) -> flat_map(|_| 0..);
        zip(n -> take(2), n -> take_while(|n| *n < 3)) -> collect::<Vec<(i32, i32)>>()
    };
    assert_eq!(all.run(), [(0, 0), (1, 1)]);
    let all = flow! {
        from([0]) -> by_key(|n| *n) { flat_map(|_| 0..) -> take(3) } -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [0, 1, 2]);
}

#[test]
fn a_collection_wants_nothing_behind_its_first_error() {
    let pulled = Cell::new(0);
    let first = flow! {
        from(0_u32..) -> inspect(|_| pulled.set(pulled.get() + 1))
            -> map(|n| if n == 7 { Err("seven") } else { Ok(n) })
            -> collect::<Result<Vec<_>, _>>()
    };
    assert_eq!(first.run(), Err("seven"));
    assert_eq!(pulled.get(), 8);
    type Letters = Option<String>;
    let none = flow! {
        from('a'..) -> map(|letter| (letter != 'd').then_some(letter)) -> collect::<Letters>()
    };
    assert_eq!(none.run(), None);
    let (first, count) = flow! {
        n = from([Ok(1), Err(2), Ok(3), Err(4)]);
        first = n -> collect::<Result<HashSet<u8>, u8>>();
        count = n -> count();
        (first, count)
    }
    .run();
    assert_eq!((first, count), (Err(2), 4));
    let raised = flow! {
        from(["1", "x"]) -> map(|text| text.parse::<u8>()) -> collect::<Result<Box<[_]>, _>>()?
    };
    assert_eq!(raised.run().unwrap_err().stage(), Some("collect"));
}

#[test]
#[allow(
    clippy::mutable_key_type,
    reason = "what is counted is no part of the key"
)]
fn a_set_keeps_no_repeats_while_it_is_fed() {
    struct Counted<'a>(u32, &'a Cell<i32>);
    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.1.set(self.1.get() - 1);
        }
    }
    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Counted<'_> {}
    impl std::hash::Hash for Counted<'_> {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    let (alive, most) = (Cell::new(0), Cell::new(0));
    let set = flow! {
        from(0..1000_u32)
            -> map(|n| {
                alive.set(alive.get() + 1);
                most.set(most.get().max(alive.get()));
                Counted(n % 10, &alive)
            })
            -> collect::<HashSet<_>>()
    };
    assert_eq!(set.run().len(), 10);
    assert_eq!(most.get(), 11);
}

#[test]
fn any_collection_is_collected_into() {
    struct Sum(u32);
    impl FromIterator<u32> for Sum {
        fn from_iter<I: IntoIterator<Item = u32>>(items: I) -> Self {
            Self(items.into_iter().sum())
        }
    }
    fn into<T, C: FromIterator<T>>(items: Vec<T>) -> C {
        flow! { from(items) -> collect::<C>() }.run()
    }
    assert_eq!(flow! { from([1, 2]) -> collect::<Sum>() }.run().0, 3);
    assert_eq!(into::<_, Sum>(vec![1, 2]).0, 3);
    assert_eq!(
        flow! { from(["a", "b"]) -> collect::<String>() }.run(),
        "ab"
    );
    let (left, right) = flow! { from([(1, 'a')]) -> collect::<(Vec<_>, HashSet<_>)>() }.run();
    assert_eq!((left, right), (vec![1], HashSet::from(['a'])));
    let map: BTreeMap<_, _> = flow! { from([(1, 'a'), (1, 'b')]) -> collect() }.run();
    assert_eq!(map[&1], 'b');
}

#[test]
fn the_chain_of_a_key_stands_still_in_the_middle_of_an_item() {
    let taken = || flow! { from([0]) -> by_key(|_| 0) { flat_map(|_| 0..) } -> take(3) };
    assert_eq!(taken().collect::<Vec<i32>>(), [0, 1, 2]);
    let all = flow! { from([0]) -> by_key(|_| 0) { flat_map(|_| 0..) } };
    assert_eq!(all.take(3).collect::<Vec<i32>>(), [0, 1, 2]);
    let bounded = flow! {
        from([0, 1]) -> by_key(|n| *n, capacity = 1) { flat_map(|_| 0..) } -> take(3) -> collect::<Vec<i32>>()
    };
    assert_eq!(bounded.run(), [0, 1, 2]);
    let nested = flow! {
        from([0]) -> by_key(|_| 0) { map(|n| n) -> by_key(|_| 0) { flat_map(|n| n..) -> filter(|n| n % 2 == 0) } -> accumulate(0, |count, n| { *count += 1; (*count, n) }) }
            -> take(3) -> collect::<Vec<(i32, i32)>>()
    };
    assert_eq!(nested.run(), [(1, 0), (2, 2), (3, 4)]);
}

#[test]
fn the_chain_of_a_key_that_may_fail_stands_still_as_well() {
    let parsed = |texts: &'static [&'static str]| {
        flow! {
            from(texts.iter().copied())
                -> by_key(|text| text.len()) { flat_map(iter::repeat) -> map(|text: &str| text.parse::<u32>())? }
                -> take(2) -> collect::<Vec<_>>()
        }
    };
    assert_eq!(parsed(&["1", "x"]).run().unwrap(), [1, 1]);
    assert!(parsed(&["x", "1"]).run().is_err());
}

#[test]
fn what_meets_behind_the_chain_of_a_key_is_all_there() {
    let pairs = flow! {
        n = from(1..=4) -> by_key(|n| n % 2) { flat_map(|n| [n, n * 10]) -> partition(2) -> map(|pair| pair[0] + pair[1]) };
        a = n -> map(|n| n + 1);
        b = n -> filter(|n| n % 2 == 0);
        zip(a, b) -> collect::<Vec<_>>()
    };
    assert_eq!(pairs.run(), [(12, 22), (23, 44)]);
    let both = flow! {
        n = from(1..=3);
        a = n -> by_key(|n| *n) { partition(2) -> map(|batch| batch[0]) };
        b = n -> map(|n| n * 100);
        union(a, b) -> collect::<Vec<_>>()
    };
    assert_eq!(both.run(), [100, 200, 300, 1, 2, 3]);
}

#[test]
fn an_item_in_front_of_a_zip_is_taken_as_far_as_pairs_need_it() {
    let all = flow! { zip(from([0]) -> flat_map(|_| 5..), from(1..4)) -> collect() };
    let pairs: Vec<(i32, i32)> = all.run();
    assert_eq!(pairs, [(5, 1), (6, 2), (7, 3)]);
    let all = flow! { zip(from([0]) -> flat_map(|_| 5..), from([1..]) -> flatten()) };
    assert_eq!(all.take(2).collect::<Vec<(i32, i32)>>(), [(5, 1), (6, 2)]);
    let all = flow! {
        zip(from(1..9), zip(from([1]) -> flat_map(|n| n..) -> filter(|n| n % 2 == 0), from(0..2)))
            -> map(|(a, (b, c))| a + b + c) -> collect::<Vec<i32>>()
    };
    assert_eq!(all.run(), [3, 7]);
    // In an endless one, each of which is endless.
    let all = flow! {
        zip(from([3]) -> map(|n| n + 1) -> flat_map(|n| n..) -> flat_map(|n| n..), from(0..2)) -> collect()
    };
    let pairs: Vec<(i32, i32)> = all.run();
    assert_eq!(pairs, [(4, 0), (5, 1)]);
}

#[test]
fn what_is_taken_of_an_item_is_what_iterators_take() {
    let asked = Cell::new(0);
    let counted = || iter::repeat_with(|| asked.replace(asked.get() + 1));
    let right = flow! { zip(from(0..3), from([0]) -> flat_map(|_| counted())) -> count() };
    assert_eq!((right.run(), asked.take()), (3, 3));
    let left = flow! { zip(from([0]) -> flat_map(|_| counted()), from(0..3)) -> count() };
    assert_eq!((left.run(), asked.take()), (3, 4));
    let ended =
        flow! { zip(from([0]) -> flat_map(|_| counted()), from(0..9)) -> take(2) -> count() };
    assert_eq!((ended.run(), asked.take()), (2, 2));
    let mut pairs = flow! { zip(from([0, 1]) -> flat_map(|_| counted().take(2)), from(0..9)) };
    for taken in 1..=4 {
        assert!(pairs.next().is_some());
        assert_eq!(asked.get(), taken);
    }
    assert_eq!(pairs.next(), None);
}

#[test]
fn an_item_in_front_of_a_merge_is_taken_as_far_as_it_is_needed() {
    let all = flow! {
        merge_keyed(
            from([0]) -> flat_map(|_| (0..).map(|n| (n * 2, 'a'))),
            from([1]) -> flat_map(|_| (0..).map(|n| (n * 3, 'b'))),
        )?
            -> take(5) -> collect::<Vec<(i32, char)>>()
    };
    let merged = [(0, 'b'), (2, 'a'), (3, 'b'), (4, 'a'), (6, 'b')];
    assert_eq!(all.run().unwrap(), merged);
    let all = flow! {
        cogroup(from([0]) -> flat_map(|_| (0..).map(|n| (n * 2, 'a'))), from(0..9) -> map(|n| (n, 'b')))?
            -> map(|(n, _)| n)
    };
    let all: Vec<i32> = all.take(4).map(|n| n.unwrap()).collect();
    assert_eq!(all, [0, 1, 2, 3]);
}

#[test]
fn errors_in_what_is_left_of_an_item_end_the_flow() {
    let parsed = |texts: &'static [&'static str]| {
        flow! {
            zip(
                from(texts.iter().copied()) -> flat_map(|text| text.split(' ')) -> map(|text| text.parse::<u32>())?,
                from(0..),
            ) -> collect::<Vec<_>>()
        }
        .run()
    };
    assert_eq!(parsed(&["1 2", "3"]).unwrap(), [(1, 0), (2, 1), (3, 2)]);
    assert!(parsed(&["1 x 2", "3"]).is_err());
}
