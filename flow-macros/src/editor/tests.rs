//! Defines what an editor is shown of small flows.

use quote::quote;

use crate::compile;

fn shown(flow: &str) -> String {
    let flow = flow.parse().expect("a flow is tokens");
    compile::flow_in_editor(&quote!(::flow_runtime), flow).to_string()
}

#[test]
fn operators_and_options_are_paths() {
    let text = shown("from(x) -> then(f, concurrency = 2) -> drain()");
    for word in ["from", "then", "drain", "options :: then :: concurrency"] {
        let path = format!("use :: flow_runtime :: __private :: words :: {word} as _ ;");
        assert!(text.contains(&path), "{word} in {text}");
    }
}

#[test]
fn stages_are_locals_whatever_was_reported() {
    for flow in [
        "a = from(x) -> map(f); a -> drain();",
        "a = from(x) -> nothing(f); a -> drain();",
        "a = from(x) -> map(f) a -> drain();",
    ] {
        let text = shown(flow);
        assert!(text.contains("let a ="), "{text}");
        assert!(text.contains("let _ = & a ;"), "{text}");
    }
}

#[test]
fn words_that_are_typed_stand_where_what_fits_is_offered() {
    for (flow, place) in [
        ("a = from(x) -> ma", "behind :: ma ;"),
        ("a = from(x) ->", "behind :: gather ;"),
        ("a = fr", "head :: fr ;"),
        ("a = from(x) -> map(f)? else re", "segments :: re ;"),
        ("a = from(x); zip(a, re) -> drain()", "head :: re ;"),
        (
            "from(x) -> then(f, con) -> drain()",
            "options :: then :: con ;",
        ),
        (
            "from(x) -> then(f, con = 2) -> drain()",
            "options :: then :: con ;",
        ),
        ("from(x) -> by_key(f) { ma } -> drain()", "behind :: ma ;"),
        ("from(x) -> match { _ => ma, } -> drain()", "behind :: ma ;"),
    ] {
        let text = shown(flow);
        assert!(text.contains(place), "{flow}: {text}");
    }
}

#[test]
fn a_compiler_is_shown_none_of_it() {
    let flow = quote!(a = from(x) -> map(f); a -> drain(););
    let text = compile::flow(&quote!(::flow_runtime), flow).to_string();
    assert!(!text.contains("words"), "{text}");
}
