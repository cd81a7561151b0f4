//! A token too few, too many, or in another's place is one mistake.

use super::one_each;

#[test]
fn an_arrow_on_the_other_side() {
    one_each(&[
        (
            "from(v) map ¦->(f) -> drain();",
            &["stands behind `map`", "-> map(…)"],
        ),
        (
            "from(v) -> map(f) sum ¦->::<u32>()",
            &["stands behind `sum`"],
        ),
        ("from(v) ¦enumerate -> drain();", &["missing `->`"]),
        (
            "from(v) -> map(f)¦, -> drain();",
            &["`,` stands before", "remove it"],
        ),
    ]);
}

#[test]
fn arguments_twice() {
    one_each(&[
        (
            "from(v) -> take(3) ¦(3) -> drain();",
            &["`take` has two lists"],
        ),
        (
            "from(v) -> map()¦(f) -> drain();",
            &["`map` has two lists", "empty one"],
        ),
        (
            "from(v) -> map()¦(f)? -> drain();",
            &["`map` has two lists"],
        ),
        (
            "from(v) -> max()¦(order = f64::total_cmp)",
            &["`max` has two lists"],
        ),
        ("from(v) -> enumerate() ¦() -> drain();", &["two lists"]),
    ]);
}

#[test]
fn an_else_is_missing() {
    one_each(&[(
        "from(v) -> map(f)? ¦bad -> drain(); bad = drain();",
        &["missing `else`", "? else bad"],
    )]);
}

#[test]
fn another_token_ends_a_statement() {
    one_each(&[
        (
            "a = from(v) -> map(f)¦. b = a -> count(); b",
            &["expected `;`, not `.`"],
        ),
        (
            "a = from(v) -> map(f)¦, b = a -> count(); b",
            &["expected `;`, not `,`"],
        ),
    ]);
}

#[test]
fn an_unknown_name_is_told_once() {
    one_each(&[(
        "¦many -> drain(); many -> count();",
        &["unknown name `many`"],
    )]);
}

#[test]
fn keywords_name_no_stage() {
    one_each(&[
        (
            "¦match = from(v) -> count(); match",
            &["`match` is a keyword", "match_stage"],
        ),
        (
            "¦self = from(v) -> map(f); self -> drain();",
            &["`self` is a keyword"],
        ),
        ("¦else = from(v) -> count(); else", &["`else` is a keyword"]),
        (
            "¦_ = from(v) -> drain();",
            &["`_` names no stage", "chain;"],
        ),
    ]);
}

#[test]
fn values_and_async_closures_are_no_functions() {
    one_each(&[
        (
            "from(v) -> map(¦x|| x + 1) -> drain();",
            &["a `|` is missing", "map(|item| …)"],
        ),
        ("from(v) -> map(¦|| x + 1) -> drain();", &["takes no item"]),
        (
            "from(v) -> filter(¦true) -> drain();",
            &["expected a function"],
        ),
        (
            "from(v) -> fold(0, ¦1 + 2)",
            &["expected a function", "fold"],
        ),
        (
            "from(v) -> filter(¦async |n| true) -> drain();",
            &["`filter` awaits nothing", "then"],
        ),
        (
            "from(v) -> inspect(¦async |n| ()) -> drain();",
            &["`inspect` awaits nothing", "then"],
        ),
        (
            "from(v) -> for_each(¦|n| async move { n });",
            &["`for_each` awaits nothing", "sink("],
        ),
    ]);
}

#[test]
fn a_name_with_a_question_mark() {
    one_each(&[
        (
            "a = from(v) -> map(f); a¦? -> drain();",
            &["a name cannot carry `?`"],
        ),
        ("from(v) -> a¦?; a = drain();", &["a name cannot carry `?`"]),
    ]);
}
