//! A token too few, too many, or in another's place is one mistake.

use super::{one_each, said};

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

#[test]
fn a_comma_is_missing() {
    let missing = "missing `,`";
    one_each(&[
        ("a = from(x); zip(a ¦a) -> count()", &[missing]),
        (
            "a = from(x); b = from(y); zip(a ¦b, a) -> count()",
            &[missing],
        ),
        ("union(from(x) ¦from(y)) -> count()", &[missing]),
        ("a = from(x); union(a -> map(f) ¦a) -> count()", &[missing]),
        (
            "a = from(x); union(a -> map(f) ¦a -> map(f)) -> count()",
            &[missing],
        ),
        ("zip(from(x) ¦<u32>) -> count()", &[missing]),
        (
            "a = from(x); zip(a, a ¦capacity = 3) -> count()",
            &[missing],
        ),
        ("count = from(x); zip(count ¦count) -> drain();", &[missing]),
        ("from(x) -> fold(0 ¦f)", &[missing]),
        ("from(x) -> then(f ¦retry = 3)? -> count()", &[missing]),
        (
            "from(x) -> then(f, retry = 3 ¦timeout = d)? -> count()",
            &[missing],
        ),
        (
            "from(x) -> sliding_window(3) -> aggregate(count() ¦sum(f)) -> drain();",
            &[missing],
        ),
        (
            "a = from(x) -> count(); b = from(x) -> count(); (a ¦b)",
            &[missing],
        ),
        ("from(x) -> fold(0 ¦|sum, x| *sum += x)", &[missing]),
        // An operator goes on with the chain of an input.
        (
            "a = from(x); zip(a ¦map(f), a) -> count()",
            &["missing `->`"],
        ),
        (
            "a = from(x); zip(a ¦enumerate, a) -> count()",
            &["missing `->`"],
        ),
        (
            "a = from(x); zip(a -> by_key(k) { map(f) ¦map(g) }, a) -> count()",
            &["missing `->`"],
        ),
        (
            "a = from(x); zip(a ¦{ 1 }, a) -> count()",
            &["expected `->` or `,`"],
        ),
    ]);
    let two = said("a = from(x); zip(a a a) -> count()");
    assert_eq!(two.len(), 2, "{two:?}");
}

#[test]
fn inputs_and_arguments_stand_before_options() {
    let behind = "an argument behind an option";
    one_each(&[
        (
            "a = from(x); zip(a, capacity = 3, ¦a) -> count()",
            &[behind, "options come last"],
        ),
        (
            "a = from(x); combine_latest(a, emit_on = a, ¦a -> map(f)) -> count()",
            &[behind],
        ),
        ("from(x) -> then(concurrency = 2, ¦f) -> count()", &[behind]),
    ]);
}

#[test]
fn a_result_of_several_is_made_of_names() {
    let names = "the names of ends";
    one_each(&[
        ("a = from(x); (a, ¦3)", &[names, "sum();"]),
        ("a = from(x) -> count(); (a, ¦3)", &[names]),
        ("a = from(x) -> count(); (¦from(x) -> count(), a)", &[names]),
        ("a = from(x) -> map(f); (¦a -> count(), a)", &[names]),
        (
            "a = from(x) -> count(); b = from(x) -> count(); (a, ¦(b, a))",
            &[names],
        ),
        ("a = from(x) -> count(); (¦a.len(), a)", &[names]),
    ]);
    let both = said("total = from(x) -> count(); (total, 3, totl)");
    assert!(
        both.iter().any(|(_, text)| text.contains(names)),
        "{both:?}"
    );
    assert!(
        both.iter()
            .any(|(_, text)| text.contains("did you mean `total`?")),
        "{both:?}"
    );
}

#[test]
fn what_rust_would_write() {
    one_each(&[
        (
            "from(0..3) -> match ¦x { 0 => drop, x => map(f) } -> count()",
            &["of the item that comes", "`-> match { … }`"],
        ),
        (
            "from(0..3) -> match ¦(a, b) { 0 => drop, x => map(f) } -> count()",
            &["of the item that comes"],
        ),
        (
            "stream(s)¦, ack = true -> count()",
            &["options stand in the parentheses", "stream(…, ack = …)"],
        ),
        (
            "from(0..3) -> then(f)¦, concurrency = 4, ordered = false -> count()",
            &["then(…, concurrency = …)"],
        ),
        ("x = from(0..3) -> count(); x¦.len()", &["no Rust value"]),
        (
            "¦<> -> count()",
            &["no type is in `<>`", "an inlet is `<T>`"],
        ),
        (
            "from(0..3) -> ¦std::convert::identity() -> count()",
            &["one word", "map(path::to::function)"],
        ),
        (
            "from(0..3) -> drain(); ¦#![observe]",
            &["at its beginning", "in front of all statements"],
        ),
    ]);
}

#[test]
fn a_name_on_the_same_line_begins_a_statement() {
    let missing = "missing `;`";
    one_each(&[
        ("a = from(x); a -> for_each(f¦) a -> count()", &[missing]),
        (
            "a = from(x); b = a -> map(f¦) a -> drain(); b -> count()",
            &[missing],
        ),
        ("from(v) ¦enumerate -> drain();", &["missing `->`"]),
    ]);
}

#[test]
fn options_are_set_by_an_equals_sign() {
    let wrong = "expected `=`, not `:`";
    one_each(&[
        (
            "from(x) -> then(f, concurrency¦: 3)? -> count()",
            &[wrong, "concurrency = …"],
        ),
        (
            "a = from(x); zip(a, a, capacity¦: 3)? -> count()",
            &[wrong, "capacity = …"],
        ),
        (
            "from(x) -> then(f, retry = ¦-1)? -> count()",
            &["`retry` must not be negative"],
        ),
        (
            "from(x) -> ensure(s, retry = ¦-1)? -> count()",
            &["`retry` must not be negative"],
        ),
    ]);
}

#[test]
fn what_a_function_has_and_a_flow_has_not() {
    let variables = "no variables of its own";
    one_each(&[
        ("¦let v = vec![1]; from(v) -> count()", &[variables]),
        ("¦let mut v = g(1); from(v) -> count()", &[variables]),
        (
            "¦let v: Vec<u8> = w.to_vec()[..]; from(v) -> count()",
            &[variables],
        ),
        ("¦let a = from(x); a -> count()", &["without `let`"]),
        (
            "a = from(x) -> count(); ¦return a",
            &["no `return`", "without `;`"],
        ),
        ("a = from(x); ¦return a -> count()", &["no `return`"]),
        (
            "a = from(x);¦; a -> count()",
            &["nothing stands before this `;`"],
        ),
        (
            "from(x) -> ¦if a { map(f) } else { drop } -> count()",
            &["not an `if`", "match { x if"],
        ),
        ("from ¦[1] -> count()", &["missing `(` behind `from`"]),
        (
            "#![¦observ = \"x\"] from(x) -> count()",
            &["unknown attribute `observ`", "did you mean `observe`?"],
        ),
        (
            "#![¦capacity(3)] from(x) -> count()",
            &["unknown attribute", "#![error = Type]"],
        ),
    ]);
}

#[test]
fn a_scatter_and_its_gather_stand_in_one_chain() {
    let lone = "`scatter` without `gather`";
    one_each(&[
        (
            "s = from(x) -> ¦scatter(2); s -> gather() -> drain();",
            &[lone],
        ),
        (
            "s = from(x) -> ¦scatter(2) -> map(f); s -> map(f) -> gather() -> drain();",
            &[lone],
        ),
        (
            "from(x) -> by_key(k) { ¦scatter(2) -> map(f) } -> gather() -> drain();",
            &[lone],
        ),
        ("from(x) -> ¦scatter(2) -> map(f) -> drain();", &[lone]),
        (
            "from(x) -> scatter(2) -> map(f) -> ¦scatter(2) -> map(f) -> gather() -> gather() -> drain();",
            &["`scatter` within a `scatter`"],
        ),
        (
            "from(x) -> map(f) -> ¦gather() -> drain();",
            &["`gather` without `scatter`"],
        ),
    ]);
}
