//! The order of statements: no order makes a correct flow a mistake, and every one is
//! compiled to its end.
//!
//! Here the phases of the macro run alone, on thousands of orders a second; the
//! oracle of the integration tests runs what they make. `SHUFFLES` says how many
//! orders of each flow, `SHUFFLE_SEED` which ones.

mod found;
mod random;

use std::{collections::BTreeSet, env, sync::mpsc, thread, time::Duration};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use self::random::Random;
use crate::{check, errors::Errors, expand, parse, plan, resolve};

/// Says how long one flow may take. The slowest takes some milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The mistakes of a flow, sorted: their order is that of the text.
fn mistakes(flow: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    let syntax = parse::flow(flow, &mut errors);
    let mut graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &mut graph, &mut errors);
    if errors.gate().is_ok() {
        let plan = plan::plan(&graph).expect("a flow without mistakes can be planned");
        expand::flow(&plan, &quote!(::flow_runtime), syntax.settings());
    } else {
        let graph = graph.remains();
        let plan = plan::plan(&graph);
        plan.map(|plan| expand::remains(&plan, &quote!(::flow_runtime), syntax.settings()));
    }
    let mut texts: Vec<String> = errors.texts().into_iter().map(str::to_owned).collect();
    texts.sort();
    texts
}

/// As [`mistakes`], and fails where there is no end, or a panic.
fn mistakes_in_time(flow: &str) -> Vec<String> {
    let (done, given) = mpsc::channel();
    let text = flow.to_string();
    thread::spawn(move || done.send(mistakes(text.parse().expect("a flow is tokens"))));
    let given = given.recv_timeout(PATIENCE);
    given.unwrap_or_else(|error| panic!("{error}, compiling:\n{flow}"))
}

/// The statements of a flow, each with its `;`, and what stays in its place: inner
/// attributes before them, the result behind.
struct Statements {
    first: String,
    statements: Vec<String>,
    result: String,
}

impl Statements {
    fn of(flow: TokenStream) -> Self {
        let mut statements = vec![TokenStream::new()];
        let mut first = TokenStream::new();
        let mut tokens = flow.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let begins = statements.last().is_some_and(TokenStream::is_empty);
            let is = |token: &TokenTree, char| matches!(token, TokenTree::Punct(it) if it.as_char() == char);
            let inner = tokens.peek().is_some_and(|next| is(next, '!'));
            if begins && is(&token, '#') && inner {
                first.extend([token]);
                first.extend(tokens.by_ref().take(2));
                continue;
            }
            let ends = is(&token, ';');
            statements.last_mut().expect("there is one").extend([token]);
            if ends {
                statements.push(TokenStream::new());
            }
        }
        let result = statements
            .pop()
            .map_or_else(String::new, |it| it.to_string());
        Self {
            first: first.to_string(),
            statements: statements.iter().map(TokenStream::to_string).collect(),
            result,
        }
    }

    fn text(&self) -> String {
        let statements = self.statements.join("\n");
        format!("{}\n{statements}\n{}", self.first, self.result)
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    let value = env::var(name).ok().and_then(|value| value.parse().ok());
    let value = value.unwrap_or(otherwise);
    println!("{name}={value}");
    value
}

#[test]
fn every_order_of_the_statements_of_a_flow_in_this_repository_compiles() {
    let mut random = Random(setting("SHUFFLE_SEED", 1));
    let orders = setting("SHUFFLES", 2);
    let (mut flows, mut seen) = (0, BTreeSet::new());
    for flow in found::flows() {
        let mut statements = Statements::of(flow);
        let original = statements.text();
        // Flows with a mistake are there on purpose.
        if !seen.insert(original.clone()) || !mistakes_in_time(&original).is_empty() {
            continue;
        }
        flows += 1;
        if statements.statements.len() < 2 {
            continue;
        }
        for _ in 0..orders {
            random.shuffle(&mut statements.statements);
            let text = statements.text();
            let wrong = mistakes_in_time(&text);
            assert!(
                wrong.is_empty(),
                "{wrong:?} in this order of\n{original}:\n{text}"
            );
        }
    }
    assert!(flows > 500, "{flows} flows are found only");
}

#[test]
fn every_random_flow_is_compiled_to_its_end_and_alike_in_every_order() {
    let mut random = Random(setting("SHUFFLE_SEED", 1));
    let orders = setting("SHUFFLES", 2);
    let mut whole = 0;
    for _ in 0..40 * orders {
        let mut statements = random::flow(&mut random);
        let original = statements.text();
        let expected = mistakes_in_time(&original);
        whole += u64::from(expected.is_empty());
        for _ in 0..3 {
            random.shuffle(&mut statements.statements);
            let text = statements.text();
            let given = mistakes_in_time(&text);
            assert!(
                given.is_empty() == expected.is_empty(),
                "{expected:?} in\n{original}\nand {given:?} in\n{text}"
            );
        }
    }
    assert!(whole > 10 * orders, "{whole} flows have no mistake only");
}

#[test]
fn edges_beside_each_other_are_edges_of_their_own() {
    for flow in [
        "n = map(collatz)? else n -> n; from([7]) -> n;",
        "a = match { 0 => a, _ => a }; from([5]) -> a;",
        "a = match { 0 => a, 1 => map(f) -> a, _ => a }; from([5]) -> a;",
        "a = map(f)? else a -> flat_map(g)? else a -> a; from([5]) -> a; from([6]) -> a;",
        "a = map(f) -> b; b = match { 0 => a, 1 => b, _ => a }; from([5]) -> a;",
        "a = filter(p); a -> a; a -> a; from([5]) -> a;",
        "a = then(f, concurrency = 2)? else a -> a; from([5]) -> a;",
    ] {
        assert_eq!(mistakes_in_time(flow), [""; 0], "{flow}");
    }
}

#[test]
fn a_circle_is_opened_where_something_else_flows_into_it() {
    for flow in [
        "retry = map(f) -> work; work = filter(p) -> retry; from([3]) -> work;",
        "a = map(f) -> b; b = map(g) -> c; c = filter(p) -> a; from([3]) -> c; from([4]) -> b;",
        "u = union(n, seg); seg = map(f); n = from([3]); u -> filter(p) -> seg;",
        "seg = map(f); u -> filter(p) -> seg; u = union(n, seg); n = from([3]);",
        "x = map(f) -> y; y = match { 0 => x, _ => z }; z = map(g)? else y -> x; from([3]) -> z;",
        "#[capacity(8)] b = map(f) -> a; a = filter(p) -> b; from([3]) -> a; from([4]) -> b;",
        "a = filter(p) -> b; #[capacity(8)] b = map(f) -> a; from([3]) -> a; from([4]) -> b;",
        "#[capacity(8)] a = filter(p) -> b; #[capacity(8)] b = map(f) -> a; from([3]) -> a; from([4]) -> b;",
    ] {
        assert_eq!(mistakes_in_time(flow), [""; 0], "{flow}");
    }
}

#[test]
fn what_nothing_starts_is_a_mistake_in_every_order() {
    for (flow, wrong) in [
        (
            "a = map(f) -> b; b = map(g) -> a;",
            "nothing flows into the segment `",
        ),
        (
            "a = map(f) -> b; b = match { 0 => a, _ => a };",
            "nothing flows into the segment `",
        ),
        (
            "x = map(f); z = zip(n, x); z -> map(g) -> x; n = from([1]);",
            "nothing flows into the segment `x` but what comes back to it",
        ),
        (
            "x = zip(n, y) -> map(f); y = x -> map(g); n = from([1]); y -> drain();",
            "these stages read each other: ",
        ),
    ] {
        let mut statements = Statements::of(flow.parse().expect("tokens"));
        let mut random = Random(1);
        for _ in 0..6 {
            let texts = mistakes_in_time(&statements.text());
            assert!(
                texts.len() == 1 && texts[0].starts_with(wrong),
                "{flow}: {texts:?}"
            );
            random.shuffle(&mut statements.statements);
        }
    }
}

#[test]
fn what_parts_and_meets_many_times_is_compiled_soon() {
    for (meets, branch) in [
        ("union", "buffer(1)"),
        ("union", "take(3)"),
        ("union", "flat_map(f) -> take(3)"),
        ("zip", "buffer(1)"),
        ("zip", "take(3)"),
        ("zip", "filter(p)"),
        ("zip_latest", "take(3)"),
        ("combine_latest", "flat_map(f)"),
    ] {
        let mut flow = "n0 = from([1]);".to_string();
        for index in 1..40 {
            let last = index - 1;
            flow += &format!("n{index} = {meets}(n{last} -> {branch}, n{last}) -> map(f);");
        }
        flow += "n39 -> take(2) -> drain();";
        assert_eq!(mistakes_in_time(&flow), [""; 0], "{meets} {branch}");
    }
}
