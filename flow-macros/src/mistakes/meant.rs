//! Mistakes after which something else may have been meant, and Rust values as the result.

use super::one_each;

#[test]
fn a_rust_value_is_no_result() {
    const ENDS: &str = "x = from(v); a = x -> count(); b = x -> sum::<u32>(); ";
    let cases = [
        (
            "¦Report { a, b }",
            "write `(a, b)`, and make `Report { a, b }`",
        ),
        ("¦a + b", "write `(a, b)`"),
        ("¦Some((b, a))", "write `(a, b)`"),
        ("¦Report::new(a, b)", "write `(a, b)`"),
        ("¦[a, b]", "write `(a, b)`"),
        ("¦format!(\"{}\", a + b)", "write `(a, b)`"),
        ("c = x -> count(); ¦!a", "write `a`"),
    ];
    for (value, help) in cases {
        one_each(&[(&format!("{ENDS}{value}"), &["no Rust value", help])]);
    }
}

#[test]
fn a_missing_arrow_may_be_another_mistake() {
    let missing = "missing `->`";
    one_each(&[
        ("from(x) -> sum ¦sum::<f64>()", &[missing]),
        ("from(x) -> count() ¦sum::<f64>()", &[missing]),
        ("from(x) -> map(f) ¦store? -> count()", &[missing]),
        ("from(x) -> map(f) ¦partition -> drain();", &[missing]),
        ("from(x) -> map(f) ¦map(g) -> drain();", &[missing]),
    ]);
}

#[test]
fn an_input_that_is_missing_may_be_any_stage() {
    let missing = "expected an operator or a name";
    one_each(&[
        (
            "a = from(x); b = from(y); union(¦, a) -> drain();",
            &[missing],
        ),
        (
            "a = from(x); b = from(y); merge_keyed(¦, a)? -> drain();",
            &[missing],
        ),
        (
            "a = from(x); b = from(y); c = from(z); zip(a, ¦, c) -> drain();",
            &[missing],
        ),
    ]);
}

#[test]
fn capacity_stands_where_the_cycle_comes_back() {
    one_each(&[
        (
            "from(x) -> a; a = map(f) -> b; #[capacity(¦2)] b = match { Some(x) => a, None => drop };",
            &["does not come back to", "comes back at `a`"],
        ),
        (
            "from(x) -> found; found = map(f) -> mid; #[capacity(¦2)] mid = buffer(3) -> low; low = flat_map(f) -> found;",
            &["does not come back to", "comes back at `found`"],
        ),
        (
            "from(x) -> a; #[capacity(¦2)] a = map(f); a -> drain();",
            &["in no cycle", "remove it"],
        ),
    ]);
}

#[test]
fn errors_of_what_cannot_fail_feed_their_segment() {
    one_each(&[
        (
            "from(x) -> filter(p)¦? else e -> drain(); e = drain();",
            &["cannot fail"],
        ),
        (
            "from(x) -> ¦mapp(f)? else e -> drain(); e = drain();",
            &["unknown operator `mapp`"],
        ),
        (
            "from(x) -> scatter(2) -> map(f) -> gather()¦? else e -> drain(); e = drain();",
            &["cannot fail"],
        ),
    ]);
}

#[test]
fn an_arm_has_no_braces() {
    one_each(&[
        (
            "from(x) -> match { Some(x) => ¦{ map(f) }, None => drop } -> drain();",
            &["leave out the braces: `map(f)`"],
        ),
        (
            "from(x) -> match { Some(x) => ¦{ f(x) }, None => drop } -> drain();",
            &["make an operator of it: `map(|x|"],
        ),
        (
            "from(x) -> match { Some(x) => ¦{ map(f) -> filter(p) }, None => drop } -> drain();",
            &["not braces", "leave them out"],
        ),
    ]);
}
