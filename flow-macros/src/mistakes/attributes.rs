//! Mistakes in attributes on statements.

use super::{one_each, said};

#[test]
fn a_statement_takes_four_kinds_of_attributes() {
    one_each(&[
        (
            "#[¦inline] from(x) -> drain();",
            &["unknown attribute", "`#[cfg(…)]`", "doc comments"],
        ),
        (
            "#[¦cfg_attr(test, allow(unused))] from(x) -> drain();",
            &["unknown attribute", "`#[allow(…)]`"],
        ),
        (
            "#[¦allow] from(x) -> drain();",
            &["no lint", "#[allow(deprecated)]"],
        ),
        ("#[¦cfg] from(x) -> drain();", &["no predicate"]),
        ("#[¦cfg()] from(x) -> drain();", &["no predicate"]),
        ("#[cfg(¦1)] from(x) -> drain();", &["a predicate is"]),
        (
            "#[cfg(unix ¦windows)] from(x) -> drain();",
            &["a predicate is"],
        ),
    ]);
    for flow in [
        "#[cfg(true)] from(x) -> drain(); from(y) -> drain();",
        "#[cfg(not(any(unix, feature = \"a\")))] from(x) -> drain(); from(y) -> drain();",
        "/// Numbers.\n from(x) -> drain();",
        "/** Numbers. */ #[allow(unused, deprecated)] #[allow(dead_code)] from(x) -> drain();",
        "a = from(x) -> count(); /// The number.\n a",
    ] {
        assert_eq!(said(flow), [], "{flow}");
    }
}

#[test]
fn a_result_is_there_in_every_case() {
    one_each(&[
        (
            "a = from(x); #[¦cfg(test)] a -> count()",
            &["the flow's result", "on statements"],
        ),
        (
            "a = from(x); #[capacity(¦3)] a -> count()",
            &["the flow's result"],
        ),
    ]);
}
