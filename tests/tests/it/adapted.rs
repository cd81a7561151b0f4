//! Right behind a source iterators do the work of operators: the same, down to what is pulled.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use flow_runtime::flow;

/// A source whose items are noted when they are pulled.
fn source(n: u32, pulled: &RefCell<Vec<u32>>) -> impl Iterator<Item = u32> {
    (0..n).inspect(|x| pulled.borrow_mut().push(*x))
}

/// The numbers of items, to be skipped, by which to step, and to be taken.
fn numbers() -> impl Iterator<Item = (u32, usize, usize, usize)> {
    let all = (0..9).flat_map(|n| (0..4).map(move |a| (n, a)));
    let all = all.flat_map(|(n, a)| (1..4).map(move |b| (n, a, b)));
    all.flat_map(|(n, a, b)| (0..5).map(move |c| (n, a, b, c)))
}

/// Compares the items, and what was pulled for them.
macro_rules! same {
    ($pulled:ident, $flow:expr, $iterator:expr) => {{
        let left: Vec<u32> = $flow.run();
        let pulled = $pulled.take();
        let expected: Vec<u32> = $iterator.collect();
        assert_eq!((left, pulled), (expected, $pulled.take()));
    }};
}

#[test]
fn what_is_pulled_is_what_the_iterator_pulls() {
    let pulled = &RefCell::default();
    for (n, a, b, c) in numbers() {
        let source = || source(n, pulled);
        same!(
            pulled,
            flow! { from(source()) -> skip(a) -> collect::<Vec<_>>() },
            source().skip(a)
        );
        same!(
            pulled,
            flow! { from(source()) -> take(c) -> collect::<Vec<_>>() },
            source().take(c)
        );
        same!(
            pulled,
            flow! { from(source()) -> step_by(b) -> collect::<Vec<_>>() },
            source().step_by(b)
        );
        same!(
            pulled,
            flow! { from(source()) -> take(c) -> skip(a) -> map(|x| x + 1) -> collect::<Vec<_>>() },
            source().take(c).skip(a).map(|x| x + 1)
        );
        same!(
            pulled,
            flow! { from(source()) -> skip(a) -> step_by(b) -> take(c) -> filter(|x| x % 2 == 0) -> collect::<Vec<_>>() },
            source().skip(a).step_by(b).take(c).filter(|x| x % 2 == 0)
        );
        same!(
            pulled,
            flow! { from(source().chain(source())) -> take(c) -> collect::<Vec<_>>() },
            source().chain(source()).take(c)
        );
    }
}

#[test]
fn branches_and_ends_may_stand_behind_them() {
    let pulled = &RefCell::default();
    for (n, a, _, c) in numbers() {
        let source = || source(n, pulled);
        let (batches, all) = flow! {
            x = from(source()) -> skip(a) -> take(c);
            batches = x -> partition(2) -> map(|batch| batch.len()) -> collect::<Vec<_>>();
            all = x -> collect::<VecDeque<_>>();
            (batches, all)
        }
        .run();
        let expected: Vec<u32> = source().skip(a).take(c).collect();
        assert_eq!(
            batches,
            expected.chunks(2).map(<[u32]>::len).collect::<Vec<_>>()
        );
        assert_eq!(all, expected);
        let first = flow! { from(source()) -> skip(a) -> first() }.run();
        assert_eq!(first, source().nth(a));
        let pairs = flow! { zip(from(source()) -> skip(a), from(source()) -> take(c)) -> collect::<Vec<_>>() };
        let expected: Vec<(u32, u32)> = source().skip(a).zip(source().take(c)).collect();
        assert_eq!(pairs.run(), expected);
    }
}

#[test]
fn collections_of_every_kind_are_filled() {
    type Outcome<T> = Result<T, String>;
    let n = || [3_u8, 1, 2, 3].into_iter();
    let not_two = |x: u8| match x {
        2 => Err("two".to_string()),
        x => Ok(x),
    };
    assert_eq!(
        flow! { from(n()) -> collect::<BTreeSet<_>>() }.run(),
        n().collect()
    );
    let map = flow! { from(n()) -> map(|x| (x, x)) -> collect::<BTreeMap<_, _>>() };
    assert_eq!(map.run(), n().map(|x| (x, x)).collect());
    assert_eq!(
        flow! { from(n()) -> collect::<Box<[u8]>>() }.run(),
        n().collect()
    );
    assert_eq!(
        flow! { from(n()) -> map(|x| x.to_string()) -> collect::<String>() }.run(),
        "3123"
    );
    let (places, items) = flow! { from(n()) -> enumerate() -> collect::<(Vec<_>, Vec<_>)>() }.run();
    assert_eq!((places, items), n().enumerate().unzip());
    let failed = flow! { from(n()) -> map(not_two) -> collect::<Outcome<Vec<_>>>() }.run();
    assert_eq!(failed, Err("two".to_string()));
    let good = flow! { from(n()) -> map(Outcome::Ok) -> collect::<Outcome<BTreeSet<_>>>() }.run();
    assert_eq!(good, Ok(n().collect()));
    let some = flow! { from(n()) -> map(Some) -> collect::<Option<Vec<_>>>() }.run();
    assert_eq!(some, Some(n().collect()));
    let sums = flow! { from(n()) -> accumulate(0, |s, x| { *s += x; *s }) -> collect::<Vec<_>>() };
    assert_eq!(sums.run(), [3, 4, 6, 9]);
}

#[test]
fn unions_of_branches_that_give_several_keep_the_order() {
    for most in 0..40 {
        let flow = flow! {
            x = from(0..5_u32);
            union(x -> flat_map(|x| vec![x; 2]), x, x -> flat_map(|x| 0..x)) -> take(most) -> collect::<Vec<_>>()
        };
        let lazy = flow! {
            x = from(0..5_u32);
            union(x -> flat_map(|x| vec![x; 2]), x, x -> flat_map(|x| 0..x)) -> map(|x| x)
        };
        let expected = (0..5_u32).flat_map(|x| [x, x, x].into_iter().chain(0..x));
        let expected: Vec<u32> = expected.take(most).collect();
        assert_eq!(flow.run(), expected);
        assert_eq!(lazy.take(most).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn chains_beside_each_other_fill_their_own() {
    let (all, sum, odd) = flow! {
        all = from(0..4_u64) -> map(|x| x + 1) -> collect::<Vec<_>>();
        sum = from([1, 2, 3_i64]) -> partition_unique(2) -> map(|two| two.len() as i64) -> sum::<i64>();
        odd = from(0..6_u8) -> filter(|x| x % 2 == 1) -> collect::<Vec<_>>();
        (all, sum, odd)
    }
    .run();
    assert_eq!((all, sum, odd), (vec![1, 2, 3, 4], 3, vec![1, 3, 5]));
}
