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

#[test]
fn what_waits_for_its_turn_needs_a_bound() {
    one_each(&[
        (
            "a = from(x); b = a -> map(f); chain(a, ¦b) -> drain();",
            &[
                "items of `b` have to wait",
                "same source as those of `a`",
                "chain(…, capacity = n)",
            ],
        ),
        (
            "a = from(x); chain(from(y), a, a -> ¦map(f)) -> drain();",
            &["items of `map` have to wait", "same source as those of `a`"],
        ),
        (
            "a = from(x); b = from(y); chain(a -> buffer(2), ¦b) -> drain(); zip(a, b) -> drain();",
            &["have to wait"],
        ),
        (
            "chain(from(x), ¦<u32>) -> drain();",
            &["the program pushes them"],
        ),
        (
            "a = <u8>; b = <u8>; chain(a -> buffer(2), b -> ¦buffer(2)) -> drain();",
            &["the program pushes them"],
        ),
        (
            "b = from(y); c = chain(from(x), ¦b); zip(c, b) -> drain();",
            &["they meet again"],
        ),
        (
            "chain(from(x), from(y))¦? -> drain();",
            &["cannot fail here, without `capacity`"],
        ),
    ]);
    for flow in [
        "chain(from(x), from(y), from(z) -> buffer(2)) -> drain();",
        "a = from(x); b = from(y); chain(a, b) -> drain(); b -> drain(); a -> drain();",
        "chain(<u8>, from(y)) -> drain();",
        "a = from(x); chain(a, a, capacity = 2) -> for_each(f);",
    ] {
        assert_eq!(said(flow), [], "{flow}");
    }
}

#[test]
fn words_of_other_libraries_are_known() {
    one_each(&[
        (
            "from(x) -> ¦throttle(d) -> drain();",
            &["rate_limit(d)", "sample(d)"],
        ),
        (
            "from(x) -> ¦chunks_timeout(3, d) -> drain();",
            &["here it is `partition(n, timeout = d)`"],
        ),
        (
            "from(x) -> ¦sort() -> drain();",
            &["all has to be there first"],
        ),
        ("from(x) -> ¦mean() -> drain();", &["fold"]),
        (
            "from(x) -> ¦sink_to_list();",
            &["here it is `collect::<Vec<_>>()`"],
        ),
        (
            "¦zip_longest(from(x), from(y)) -> drain();",
            &["`zip` ends with the shorter"],
        ),
        ("from(x) -> ¦batches -> drain();", &["partition(n)"]),
        // A stage or a value of the name comes first.
        (
            "mean = from(x); from(y) -> ¦mean(); mean -> drain();",
            &["is a stage"],
        ),
        ("¦batches -> drain();", &["from(batches) -> …"]),
    ]);
}

#[test]
fn likeness_of_letters_alone_suggests_nothing() {
    for word in [
        "quantile",
        "sort_it",
        "caches",
        "lookup",
        "interleaved",
        "normalize",
        "median",
        "flat",
        "maps_to",
    ] {
        let said = said(&format!("from(x) -> {word}(3) -> drain();"));
        let [(_, text)] = said.as_slice() else {
            panic!("{word}: {said:?}");
        };
        assert!(!text.contains("did you mean"), "{text}");
    }
}

/// Nearest names were misleading for these, or there was nothing to say.
#[test]
fn words_that_were_not_known_say_what_to_write() {
    for word in [
        "mean",
        "sort",
        "sorted",
        "cache",
        "zip_longest",
        "interleave",
        "par_map",
        "batches",
        "throttle",
        "chunks_timeout",
        "ready_chunks",
        "for_each_concurrent",
        "take_until",
        "kmerge",
        "sink_to_list",
        "map_err",
        "once",
        "repeat",
        "rev",
    ] {
        let said = said(&format!("from(x) -> {word}(3) -> drain();"));
        let [(_, text)] = said.as_slice() else {
            panic!("{word}: {said:?}");
        };
        assert!(
            text.contains("help: here it is") || text.contains("help: write"),
            "{text}"
        );
    }
}

#[test]
fn a_name_that_is_read_and_fed_is_one_mistake() {
    one_each(&[
        (
            "good = from(v) -> map(f)? else failed; union(good, ¦failed) -> drain();",
            &["unknown name `failed`"],
        ),
        (
            "from(v) -> map(f)? else failed -> drain(); ¦failed -> for_each(g);",
            &["unknown name `failed`"],
        ),
        (
            "from(v) -> map(f)? else ¦failed -> map(g)? else failed -> drain();",
            &["unknown segment `failed`"],
        ),
    ]);
}
