//! Mistakes in chains: their arrows, and what stands between them.

use super::{one_each, said};

#[test]
fn an_arrow_leads_from_one_operator_to_another() {
    let behind = "nothing stands behind this `->`";
    one_each(&[
        ("a = from(x); union(a, a ¦-> ) -> drain();", &[behind]),
        ("a = from(x); union(a ¦->, a) -> drain();", &[behind]),
        (
            "from(x) -> match { _ => map(f) ¦-> } -> drain();",
            &[behind],
        ),
        (
            "from(x) -> match { 0 => map(f) ¦->, _ => drop } -> drain();",
            &[behind],
        ),
        ("from(x) -> map(f) ¦->", &[behind]),
        ("from(x) -> map(f) ¦->;", &[behind]),
        ("n = from(x) -> map(f) ¦->; n -> drain();", &[behind]),
        ("from(x) -> by_key(k) { map(f) ¦-> } -> drain();", &[behind]),
        ("from(x) -> by_key(k) { map(f) } ¦->", &[behind]),
        ("from(x) -> scatter(2) -> map(f) -> gather() ¦->", &[behind]),
        ("from(x) -> map(f)? else bad ¦->; bad = drain();", &[behind]),
        (
            "from(x) -> ¦-> map(f) -> drain();",
            &["nothing stands between two `->`"],
        ),
        (
            "from(x) -> ¦-> -> map(f) -> drain();",
            &["nothing stands between two `->`"],
        ),
        ("from(x) ¦--> map(f) -> drain();", &["not `-->`"]),
        ("from(x) -> map(f) ¦- > drain();", &["not `- >`"]),
        ("from(x) ¦>> map(f) -> drain();", &["not `>>`"]),
        ("from(x) -> map(f) ¦>> drain();", &["not `>>`"]),
        (
            "union(from(x), from(y)) ¦~> map(f) -> drain();",
            &["not `~>`"],
        ),
        ("from(x) -> map(f) ¦|> drain();", &["not `|>`"]),
        ("n = from(x); n ¦<- drain();", &["not `<-`"]),
        (
            "from(x) -> map(f)¦; -> filter(p) -> drain();",
            &["goes on behind this `;`", "remove it"],
        ),
        (
            "n = from(x) -> map(f)¦; -> map(f); n -> drain();",
            &["goes on behind this `;`"],
        ),
        (
            "from(x) -> map(f)¦; -> filter(p) -> count()",
            &["goes on behind this `;`"],
        ),
        ("¦-> map(f) -> drain();", &["a chain starts with a source"]),
        (
            "n = ¦-> map(f) -> drain(); from(x) -> n;",
            &["a chain starts with a source"],
        ),
        ("¦->;", &["a chain starts with a source"]),
        ("¦->", &["a chain starts with a source"]),
        (
            "from(x) -> by_key(k) { ¦-> map(f) } -> drain();",
            &["a chain starts"],
        ),
    ]);
}

#[test]
fn what_stands_behind_an_operator_is_in_its_place() {
    one_each(&[
        ("a = from(x) -> count(); a¦;", &["without `;`", "remove it"]),
        ("a = from(x) -> map(f); a¦;", &["without `;`", "remove it"]),
        ("from(x) -> sum::¦<>()", &["no type", "sum()", "sum::<T>()"]),
        (
            "from(x) -> collect¦<Vec<_>>()",
            &["missing `::`", "collect::<Vec<_>>(…)"],
        ),
        (
            "from(x) -> map(p) ¦else bad -> drain(); bad = drain();",
            &["missing `?`", "map(…)? else name"],
        ),
        (
            "from(x) -> map(p)? else ¦for_each(f) -> drain();",
            &["name of a segment", "rejects = for_each(…);"],
        ),
        (
            "from(x) -> map(p)? else ¦collect::<Vec<_>>() -> drain();",
            &["name of a segment"],
        ),
        ("from(x) -> map(p) -> ¦drop;", &["`drop`", "drain()"]),
        ("from(x) -> map(p) -> ¦drop();", &["`drop`", "drain()"]),
        (
            "from(x) -> map(p)? else ¦drop() -> drain();",
            &["`? else drop`"],
        ),
        (
            "from(x) -> map(p)? ¦else { drop } -> drain();",
            &["name of a segment"],
        ),
        (
            "from(x) -> map(p)? ¦else |e| f(e) -> drain();",
            &["name of a segment"],
        ),
        (
            "from(x) -> map(p)? ¦else continue -> drain();",
            &["name of a segment"],
        ),
        (
            "from(x) -> map(p)? ¦or bad -> drain(); bad = drain();",
            &["not `or`"],
        ),
        (
            "from(x) -> match { 1 => map(f) -> drain(), _ => drop, }; from(x) -> ¦n() -> drain(); n = map(f);",
            &["is a stage", "without parentheses"],
        ),
        ("n = from(x); ¦n() -> map(f) -> drain();", &["is a stage"]),
        (
            "c = count(); from(x) -> ¦c(); c",
            &["is a stage", "without parentheses"],
        ),
        (
            "a = from(x) -> count(); b = from(x) -> count(); (a, b)¦;",
            &["without `;`", "remove it"],
        ),
        (
            "a = from(x) -> count(); ¦(a, b) b = from(x) -> count();",
            &["the result is the last thing"],
        ),
    ]);
}

#[test]
fn arguments_stand_in_parentheses() {
    one_each(&[
        ("from ¦[1, 2] -> drain();", &["`from(…)`"]),
        ("from(x) -> map ¦|n| n -> drain();", &["`map(…)`"]),
        ("from(x) -> take ¦5 -> drain();", &["`take(…)`"]),
        ("from(x) -> map ¦f -> drain();", &["`map(…)`"]),
        ("a = from(x); zip ¦a, a -> drain();", &["`zip(…)`"]),
        ("union ¦[from(x), from(y)] -> drain();", &["`union(…)`"]),
        (
            "from(x) -> by_key(k) { map ¦|n| n } -> drain();",
            &["`map(…)`"],
        ),
        ("from(x) -> ¦|n| n + 1 -> drain();", &["closure", "map(f)"]),
        (
            "from(x) -> ¦println!(\"{}\");",
            &["macro", "map(|x| println!(…))"],
        ),
        (
            "n = from(x) -> ¦vec![1] -> drain(); n -> drain();",
            &["macro"],
        ),
    ]);
}

#[test]
fn a_wait_that_is_asked_for_needs_attempts() {
    one_each(&[
        (
            "from(x) -> then(f, ¦retry_after = g) -> count();",
            &["needs `retry`"],
        ),
        (
            "from(x) -> ensure(s, retry_if = h, ¦retry_after = g)? -> count();",
            &["needs `retry`"],
        ),
    ]);
}

#[test]
fn options_of_costly_work_need_each_other() {
    one_each(&[
        (
            "from(x) -> then(f, ¦units = g) -> count();",
            &["`units` needs `limit`", "`limit = &limit`"],
        ),
        (
            "from(x) -> get(limit = &l, ¦give_up = d)? -> count();",
            &["`give_up` needs `refused`", "`refused = f`"],
        ),
        (
            "from(x) -> ensure(s, limit = &l, ¦cost = g)? -> count();",
            &["`cost` needs `budget`", "`budget = &budget`"],
        ),
        (
            "from(x) -> then(f, ¦budget = &b)? -> count();",
            &["`budget` needs `cost`", "`cost = f`"],
        ),
    ]);
    for flow in [
        "from(x) -> then(f, limit = &l, ordered = false) -> count();",
        "from(x) -> then(f, concurrency = 2, limit = &l, units = u, refused = r, give_up = d, budget = &b, cost = c)? -> count();",
    ] {
        assert_eq!(said(flow), [], "{flow}");
    }
}

#[test]
fn a_match_whose_arms_all_end_has_no_value() {
    one_each(&[
        (
            "from(x) -> ¦match { 0 => drain(), _ => drop, }",
            &["every arm", "`;`"],
        ),
        (
            "m = from(x) -> match { 0 => drain(), _ => drop, }; ¦m",
            &["no value", "name the end"],
        ),
    ]);
}

#[test]
fn errors_may_be_dropped() {
    for flow in [
        "from(x) -> map(p)? else drop -> drain();",
        "from(x) -> map(p)? else drop -> by_key(k) { map(p)? else drop } -> drain();",
    ] {
        assert_eq!(said(flow), [], "{flow}");
    }
}
