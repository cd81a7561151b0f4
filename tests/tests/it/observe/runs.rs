//! Sources are taken in runs, and what is counted is published between them: nothing is lost
//! where a run is full, ends early, or is left.

use std::panic::{AssertUnwindSafe, catch_unwind};

use flow_runtime::flow;

use super::{ended, items};

/// The numbers of items about which a run ends.
const SIZES: [u64; 9] = [0, 1, 511, 512, 513, 1023, 1024, 1025, 2500];

/// Asserts that this many items come of a source, and that half of them go on.
macro_rules! assert_counted {
    ($source:expr, $items:expr) => {
        let flow = flow! { #![observe] from($source) -> enumerate() -> filter(|(n, _)| n % 2 == 0) -> count() };
        let (watch, n) = (flow.watch(), $items);
        assert_eq!(flow.run() as u64, n.div_ceil(2));
        assert_eq!(items(&watch), [n, n, n.div_ceil(2)]);
        assert_eq!(ended(&watch), "done");
    };
}

#[test]
fn every_kind_of_source_is_counted_to_its_end() {
    for n in SIZES {
        let kept: Vec<u64> = (0..n).collect();
        assert_counted!(0..n, n);
        assert_counted!(0..n as i32, n);
        assert_counted!(0..=n, n + 1);
        assert_counted!(&kept, n);
        assert_counted!(kept.iter().filter(|x| **x != 3), n - u64::from(n > 3));
        assert_counted!(kept, n);
    }
    assert_counted!([7; 1500], 1500_u64);
    assert_counted!(Some(7), 1_u64);
    assert_counted!(0..200_u8, 200_u64);
    assert_counted!('a'..'e', 4_u64);
}

#[test]
fn what_one_item_gives_is_counted_to_its_end() {
    for n in SIZES {
        let flow =
            flow! { #![observe] from(0..3_u64) -> flat_map(|_| 0..n) -> map(|x| x + 1) -> count() };
        let watch = flow.watch();
        assert_eq!(flow.run() as u64, 3 * n);
        assert_eq!(items(&watch), [3, 3 * n, 3 * n]);
    }
    let flow = flow! {
        #![observe]
        from(0..700_u64) -> flat_map(|x| [x, x]) -> flat_map(|x| vec![x; 3]) -> flat_map(Some)
            -> flat_map(|_| [0; 600]) -> count()
    };
    let watch = flow.watch();
    flow.run();
    assert_eq!(items(&watch), [700, 1400, 4200, 4200, 2_520_000]);
}

#[test]
fn a_source_that_nobody_needs_any_more_is_not_asked() {
    for n in SIZES {
        let mut asked = 0;
        let source = std::iter::repeat_with(|| asked += 1);
        let flow = flow! { #![observe] from(source) -> take(n as usize) -> count() };
        let watch = flow.watch();
        assert_eq!(flow.run() as u64, n);
        assert_eq!(items(&watch), [n, n]);
        assert_eq!(asked, n);
    }
}

#[test]
fn an_error_leaves_what_was_counted() {
    for n in SIZES {
        let check = |x: u64| if x < n { Ok(x) } else { Err("too large") };
        let flow = flow! { #![observe] from(0..5000_u64) -> map(check)? -> count() };
        let watch = flow.watch();
        assert!(flow.run().is_err());
        assert_eq!(items(&watch), [n + 1, n]);
        assert!(ended(&watch).ends_with("too large"));
    }
}

#[test]
fn a_panic_leaves_what_was_published() {
    let flow = flow! {
        #![observe]
        from(0..5000_u64) -> inspect(|x| assert!(*x < 3000)) -> count()
    };
    let watch = flow.watch();
    assert!(catch_unwind(AssertUnwindSafe(|| flow.run())).is_err());
    assert_eq!(items(&watch), [2048, 2048]);
    assert_eq!(ended(&watch), "panic");
}

#[test]
fn what_leaves_a_union_is_all_that_comes_to_it() {
    let flow = flow! {
        #![observe]
        x = from(0..3000_u64);
        twice = union(x, x -> filter(|x| x % 3 == 0) -> map(|x| x + 1), x);
        union(twice -> filter(|x| x % 2 == 0), x) -> map(|x| x * 2) -> count()
    };
    let watch = flow.watch();
    let mut all = 3000;
    for x in 0..3000_u64 {
        let twice = [Some(x), (x % 3 == 0).then_some(x + 1), Some(x)];
        all += twice.iter().flatten().filter(|x| *x % 2 == 0).count();
    }
    assert_eq!(flow.run(), all);
    let snapshot = watch.snapshot();
    let to = |name: &str| -> u64 {
        let edges = snapshot.edges.iter().filter(|edge| edge.to == name);
        edges.map(|edge| edge.items).sum()
    };
    assert_eq!(to("twice"), 7000);
    let last = snapshot
        .edges
        .iter()
        .find(|edge| edge.to.starts_with("count"));
    assert_eq!(last.map(|edge| edge.items), Some(all as u64));
    let filters = snapshot
        .edges
        .iter()
        .filter(|edge| edge.to.starts_with("filter"));
    assert_eq!(filters.map(|edge| edge.items).sum::<u64>(), 3000 + 7000);
}
