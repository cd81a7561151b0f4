//! Defines what is said of mistakes: each once, on the token to edit, with what to write.

mod attributes;
mod chains;
mod meant;
mod slips;
mod timed;

use crate::{check, errors::Errors, parse, resolve};

/// Stands before the token to blame.
const MARK: char = '¦';

/// The columns and texts of the mistakes of a flow.
fn said(flow: &str) -> Vec<(usize, String)> {
    let mut errors = Errors::default();
    let syntax = parse::flow(flow.parse().expect("a flow is tokens"), &mut errors);
    let mut graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &mut graph, &mut errors);
    let places = errors.places().into_iter();
    places
        .map(|(column, text)| (column, text.to_string()))
        .collect()
}

/// Each flow has one mistake, at the mark; its text has these words.
fn one_each(flows: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (flow, words) in flows {
        let column = flow.chars().position(|each| each == MARK).expect("a mark");
        let flow = flow.replace(MARK, "");
        let said = said(&flow);
        let fits = matches!(said.as_slice(), [(at, text)] if *at == column && words.iter().all(|word| text.contains(word)));
        if !fits {
            wrong += &format!("{flow}\n  at {column}: {words:?}\n  not {said:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_rust_value_is_no_source() {
    one_each(&[
        (
            "¦v -> map(f) -> drain();",
            &["unknown name `v`", "from(v) -> …"],
        ),
        ("n = ¦v -> map(f); n -> drain();", &["from(v) -> …"]),
        ("n = ¦v; n -> drain();", &["from(v) -> …"]),
        (
            "¦v.iter() -> map(f) -> drain();",
            &["Rust value", "from(v.iter()) -> …"],
        ),
        (
            "¦v.lines().map(g) -> map(f) -> drain();",
            &["from(v.lines().map(g)) -> …"],
        ),
        ("¦v.map(g) -> map(f) -> drain();", &["from(v.map(g)) -> …"]),
        ("¦v.items -> map(f) -> drain();", &["from(v.items) -> …"]),
        (
            "¦self.items -> map(f) -> drain();",
            &["from(self.items) -> …"],
        ),
        ("¦self -> map(f) -> drain();", &["from(self) -> …"]),
        ("¦0..3 -> map(f) -> drain();", &["from(0..3) -> …"]),
        ("¦a..b -> map(f) -> drain();", &["from(a..b) -> …"]),
        ("¦(0..3) -> map(f) -> drain();", &["from(0..3) -> …"]),
        (
            "¦(0..3).rev() -> map(f) -> drain();",
            &["from((0..3).rev()) -> …"],
        ),
        ("¦[1, 2] -> map(f) -> drain();", &["from([1, 2]) -> …"]),
        (
            "¦vec![1, 2] -> map(f) -> drain();",
            &["from(vec![1, 2]) -> …"],
        ),
        ("¦&v -> map(f) -> drain();", &["from(&v) -> …"]),
        (
            "¦\"text\".chars() -> map(f) -> drain();",
            &["from(\"text\".chars()) -> …"],
        ),
        (
            "¦f(x)? -> map(f) -> drain();",
            &["unknown operator `f`", "from(f(x)?) -> …"],
        ),
        (
            "¦f(x) -> map(f) -> drain();",
            &["unknown operator `f`", "from(f(x)) -> …"],
        ),
        (
            "¦Vec::<u8>::new() -> map(f) -> drain();",
            &["from(Vec::<u8>::new()) -> …"],
        ),
        (
            "¦fs::read(p)? -> map(f) -> drain();",
            &["from(fs::read(p)?) -> …"],
        ),
        (
            "¦if a { b } else { c } -> map(f) -> drain();",
            &["from(if a { b } else { c }) -> …"],
        ),
        (
            "¦future.await -> map(f) -> drain();",
            &["from(future.await) -> …"],
        ),
        ("¦v[0] -> map(f) -> drain();", &["from(v[0]) -> …"]),
        ("¦v.0 -> map(f) -> drain();", &["from(v.0) -> …"]),
        (
            "a = from(x); union(a, ¦v.iter()) -> drain();",
            &["from(v.iter()) -> …"],
        ),
        ("a = from(x); zip(a, ¦0..) -> drain();", &["from(0..) -> …"]),
        (
            "a = from(x); zip(a, ¦v) -> drain();",
            &["unknown name `v`", "from(v) -> …"],
        ),
        (
            "a = from(x); zip(¦[1, 2] -> map(f), a) -> drain();",
            &["from([1, 2]) -> …"],
        ),
        ("¦v.iter() -> collect::<Vec<_>>()", &["from(v.iter()) -> …"]),
        ("¦0..3 -> map(f)", &["from(0..3) -> …"]),
        ("¦(0..3) -> map(f)", &["from(0..3) -> …"]),
        (
            "¦v.iter() -> map(f) -> n; n = for_each(g);",
            &["from(v.iter()) -> …"],
        ),
        (
            "¦v -> map(f)? else bad -> drain(); bad = drain();",
            &["from(v) -> …"],
        ),
        (
            "#[capacity(3)] ¦v.iter() -> map(f) -> drain();",
            &["from(v.iter()) -> …"],
        ),
    ]);
}

#[test]
fn a_stage_or_an_operator_is_no_rust_value() {
    one_each(&[
        ("from(x)¦.map(f) -> drain();", &["expected `->`, not `.`"]),
        (
            "n = from(x); n¦.map(f) -> drain();",
            &["expected `->`, not `.`"],
        ),
        (
            "from(x) -> map(f)¦.map(g) -> drain();",
            &["expected `->`, not `.`"],
        ),
        (
            "readings = from(x); ¦redings -> drain();",
            &["did you mean `readings`?"],
        ),
        ("¦form(x) -> drain();", &["did you mean `from`?"]),
        (
            "a = from(x); zip(a, from(y)¦.map(f)) -> drain();",
            &["expected `->`, not `.`"],
        ),
    ]);
}

#[test]
fn an_arm_is_no_rust_value() {
    one_each(&[
        (
            "from(x) -> match { A(n) => ¦n + 1, B => drop } -> drain();",
            &["map(|n| n + 1)"],
        ),
        (
            "from(x) -> match { A(n) => ¦n.len(), B => drop } -> drain();",
            &["map(|n| n.len())"],
        ),
        (
            "from(x) -> match { A(n) => ¦f(n), B => drop } -> drain();",
            &["map(|n| f(n))"],
        ),
        (
            "from(x) -> match { A(n) => ¦n, B => drop } -> drain();",
            &["map(|n| n)"],
        ),
        (
            "from(x) -> match { A(a, b) => ¦a * b, B => drop } -> drain();",
            &["map(|(a, b)| a * b)"],
        ),
        (
            "from(x) -> match { A(n) => map(f), B => ¦0 } -> drain();",
            &["map(|_| 0)"],
        ),
        (
            "from(x) -> match { A(n) => map(f), B => ¦Some(0) } -> drain();",
            &["unknown operator `Some`"],
        ),
        (
            "from(x) -> match { A(n) => map(f)¦ B => drop } -> drain();"
                .replace("f)¦", "f¦)")
                .leak(),
            &["missing `,`"],
        ),
        (
            "from(x) -> match { A(n) if n > 1 => map(f¦) A(n) if n > 0 => drop, _ => drop } -> drain();",
            &["missing `,`"],
        ),
    ]);
}

#[test]
fn a_stage_is_named_by_an_equals_sign() {
    one_each(&[
        (
            "readings ¦from(x) -> map(f); readings -> drain();",
            &["missing `=`", "readings = chain;"],
        ),
        (
            "readings ¦union(from(x), from(y)); readings -> drain();",
            &["missing `=`"],
        ),
        (
            "readings¦: from(x) -> map(f); readings -> drain();",
            &["not `:`", "readings = chain;"],
        ),
        (
            "readings ¦:= from(x) -> map(f); readings -> drain();",
            &["not `:=`", "readings = chain;"],
        ),
        (
            "readings ¦== from(x) -> map(f); readings -> drain();",
            &["not `==`", "readings = chain;"],
        ),
        (
            "readings¦: Vec<u8> = from(x) -> map(f); readings -> drain();",
            &["type", "readings = chain;"],
        ),
        (
            "¦let readings = from(x) -> map(f); readings -> drain();",
            &["`let`"],
        ),
    ]);
}
