//! Time in the items: lengths of nothing, words of `aggregate`, and where it stands.

use super::{one_each, said};

#[test]
fn no_time_is_zero() {
    one_each(&[
        (
            "from(v) -> tumbling_window(¦0, at)? -> drain();",
            &["`d` of `tumbling_window`", "zero"],
        ),
        (
            "from(v) -> tumbling_window(¦Duration::ZERO, at)? -> drain();",
            &["must not be zero"],
        ),
        (
            "from(v) -> hopping_window(d, ¦0_u64, at)? -> drain();",
            &["`every` of `hopping_window`"],
        ),
        (
            "from(v) -> session_window(¦Duration::from_secs(0), at)? -> drain();",
            &["`gap`"],
        ),
        (
            "from(v) -> sliding_window(¦std::time::Duration::ZERO, at)? -> drain();",
            &["`d` of `sliding_window`"],
        ),
        (
            "from(v) -> in_order(at, late = d, idle = ¦Duration::ZERO)? -> drain();",
            &["`idle`"],
        ),
        (
            "from(v) -> in_order(at, late = d, capacity = ¦0)? -> drain();",
            &["`capacity`"],
        ),
    ]);
    assert_eq!(
        said("from(v) -> in_order(at, late = Duration::ZERO)? -> drain();"),
        []
    );
}

#[test]
fn arguments_and_options_are_known() {
    one_each(&[
        (
            "from(v) -> ¦in_order(at)? -> drain();",
            &["how late", "late = d"],
        ),
        (
            "from(v) -> ¦in_order(late = d)? -> drain();",
            &["takes 1 argument, not 0"],
        ),
        (
            "from(v) -> in_order(at, late = d, ¦clock = f)? -> drain();",
            &["`clock` needs `ahead`"],
        ),
        (
            "from(v) -> in_order(at, late = d, ¦by = f)? -> drain();",
            &["no option `by`"],
        ),
        (
            "from(v) -> ¦tumbling_window(d)? -> drain();",
            &["takes 2 arguments, not 1"],
        ),
        (
            "from(v) -> hopping_window(d, every, at, ¦more)? -> drain();",
            &["takes 3 arguments, not 4"],
        ),
        (
            "from(v) -> sliding_window(d, at, ¦more)? -> drain();",
            &["takes 2 arguments, not 3"],
        ),
        (
            "from(v) -> sliding_window(d, at, ¦partial = true)? -> drain();",
            &["no option `partial`"],
        ),
        (
            "from(v) -> sliding_window(3)¦? -> drain();",
            &["cannot fail"],
        ),
        (
            "from(v) -> session_window(d, at, ¦key = f)? -> drain();",
            &["no option `key`"],
        ),
    ]);
}

#[test]
fn aggregate_stands_behind_a_window() {
    one_each(&[
        (
            "from(v) -> ¦aggregate(count()) -> drain();",
            &["behind a window"],
        ),
        (
            "from(v) -> partition(3) -> ¦aggregate(count()) -> drain();",
            &["behind a window"],
        ),
        (
            "w = from(v) -> tumbling_window(d, at)? -> map(f); w -> ¦aggregate(count()) -> drain();",
            &["behind a window"],
        ),
        (
            "from(v) -> sliding_window(3) -> aggregate(count()) -> ¦aggregate(count()) -> drain();",
            &["behind a window"],
        ),
        (
            "from(v) -> sliding_window(3) -> by_key(f) { ¦aggregate(count()) } -> drain();",
            &["behind a window"],
        ),
        (
            "e = ¦aggregate(count()) -> drain(); from(v) -> tumbling_window(d, at)? else e -> drain();",
            &["behind a window"],
        ),
    ]);
    for flow in [
        "w = from(v) -> tumbling_window(d, at)?; w -> aggregate(count()) -> drain(); w -> drain();",
        "from(v) -> hopping_window(d, e, at) -> aggregate(count())? -> drain();",
        "from(v) -> sliding_window(d, at)? else e -> aggregate(sum(|x| x), own) -> drain(); e = drain();",
        "from(v) -> by_key(f) { session_window(d, at)? -> aggregate(own()) } -> drain();",
        "from(v) -> session_window(d, at)? -> s; s = aggregate(max(f)) -> drain();",
    ] {
        assert_eq!(said(flow), [], "{flow}");
    }
}

#[test]
fn the_words_of_aggregate_take_what_they_take() {
    let window = "from(v) -> sliding_window(3) -> ";
    let flows = [
        ("¦aggregate() -> drain();", "nothing to tell"),
        ("¦aggregate -> drain();", "nothing to tell"),
        (
            "aggregate(¦sum()) -> drain();",
            "`sum` in `aggregate` takes 1 argument, not 0",
        ),
        (
            "aggregate(¦count(f)) -> drain();",
            "`count` in `aggregate` takes no argument, not 1",
        ),
        (
            "aggregate(mean(f), ¦max(f, g)) -> drain();",
            "takes 1 argument, not 2",
        ),
        ("aggregate(count(), ¦by = f) -> drain();", "no option `by`"),
        ("aggregate::¦<u8>(count()) -> drain();", "takes no `::<…>`"),
        ("aggregate(count())¦? -> drain();", "nothing to unwrap"),
    ];
    for (flow, words) in flows {
        one_each(&[(&format!("{window}{flow}"), &[words])]);
    }
    one_each(&[(
        "from(v) -> tumbling_window(d, at)? -> aggregate(count())¦? -> drain();",
        &["has unwrapped"],
    )]);
    let thirteen = ["count()"; 12].join(", ") + ", ¦count()";
    let flow = format!("{window}aggregate({thirteen}) -> drain();");
    one_each(&[(&flow, &["up to 12 aggregates, not 13"])]);
}
