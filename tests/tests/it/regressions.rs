//! Faults that random graphs have found, each in the smallest program that shows it.

use flow_runtime::flow;

#[test]
fn branches_of_what_a_filter_lets_pass_meet_in_a_zip() {
    let pairs: Vec<_> = flow! {
        odd = from(1..=5) -> filter(|x| x % 2 == 1);
        zip(odd -> map(|x| x * 10), odd) -> collect()
    }
    .run();
    assert_eq!(pairs, [(10, 1), (30, 3), (50, 5)]);
    let pairs: Vec<_> = flow! {
        first = from(1..=5) -> take(2);
        zip(zip(first, first -> inspect(|_| {})) -> map(|(a, b)| a + b), first) -> collect()
    }
    .run();
    assert_eq!(pairs, [(2, 1), (4, 2)]);
}

#[test]
fn branches_that_never_wait_meet_beside_another_source() {
    let pairs: Vec<_> = flow! {
        items = from(1..=3);
        zip(zip(items, items -> map(|x| x * 10)), from(["a", "b"])) -> collect()
    }
    .run();
    assert_eq!(pairs, [((1, 10), "a"), ((2, 20), "b")]);
}

#[test]
fn nothing_is_lost_where_an_arm_of_several_items_joins_and_meets() {
    let items: Vec<_> = flow! {
        joined = from([1, 2]) -> match {
            1 => map(|x| x),
            x => flat_map(|x| [x, x + 1]),
        };
        union(joined, joined -> map(|x| x * 10)) -> collect()
    }
    .run();
    assert_eq!(items, [1, 10, 2, 20, 3, 30]);
}
