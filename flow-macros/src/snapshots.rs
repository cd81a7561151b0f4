//! Defines what small flows become, as a reader of `cargo expand` sees it.
//!
//! `BLESS=1 cargo test -p flow-macros` writes what they become now. Look at the
//! difference as at code: it is what users step through.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::quote;

use crate::compile;

/// Compares the expansion of a flow with the one that is kept.
fn expands(name: &str, flow: &str) {
    let expansion = expansion_of(flow);
    let item = syn::parse_str(&format!("fn expansion() {{ let flow = {expansion}; }}"));
    let text = prettyplease::unparse(&item.expect("an expansion is a block"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/snapshots/{name}.rs.txt"));
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &text).expect("a snapshot can be written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, kept, "{} differs; BLESS=1 keeps it", file.display());
}

/// Without paths, and without the graph, which is the last thing in an
/// expansion.
pub fn shortened(expansion: &TokenStream) -> String {
    let text = expansion.to_string();
    let text = match text.split_once(" . with_graph (") {
        Some((text, _)) => format!("{text} }}"),
        None => text,
    };
    let text = placed(&text);
    let long = [
        ":: flow_runtime :: __private :: ",
        ":: flow_runtime :: ",
        ":: core :: option :: Option :: ",
        ":: core :: result :: Result :: ",
    ];
    long.into_iter()
        .fold(text, |text, path| text.replace(path, ""))
}

/// With the name of a file where a test has none: that of a text is by its number.
fn placed(text: &str) -> String {
    let mut parts = text.split("<parsed string ");
    let mut placed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        placed.push_str("src/main.rs");
        placed.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    placed
}

/// Returns what a flow becomes, as one text.
fn expansion_of(flow: &str) -> String {
    let flow: TokenStream = flow.parse().expect("a flow is tokens");
    shortened(&compile::flow(&quote!(::flow_runtime), flow))
}

#[test]
fn words_that_a_later_edition_reserves_are_raw() {
    for flow in [
        "gen = from(x); zip(gen -> map(f), gen) -> count()",
        "gen = from(x) -> count(); other = from(x) -> count(); (gen, other)",
        "from(x) -> map(f)? else gen -> count(); gen = for_each(f);",
    ] {
        let expansion = expansion_of(flow);
        assert!(expansion.contains(" r#gen "), "{expansion}");
        assert!(!expansion.contains(" gen "), "{expansion}");
    }
}

#[test]
fn a_chain_is_a_loop() {
    expands(
        "chain",
        "from(numbers)
             -> filter(|n| n % 2 == 0)
             -> map(|n| n * factor)
             -> fold(0, |sum, n| *sum += n)",
    );
}

#[test]
fn an_iterator_does_what_it_has_itself() {
    expands(
        "adapted",
        "from(left.chain(right)) -> skip(1) -> step_by(2) -> take(9) -> map(|n| n * factor) -> sum::<u64>()",
    );
}

#[test]
fn an_iterator_fills_a_collection() {
    expands(
        "filled",
        "from(numbers) -> map(|n| n * factor) -> inspect(show) -> collect::<Vec<_>>()",
    );
}

#[test]
fn branches_meet_and_errors_leave() {
    expands(
        "branches",
        "readings = from(lines) -> map(parse)? else rejects;
         warmer   = readings -> map(|r| r + 1.0);
         colder   = readings -> map(|r| r - 1.0);
         rejects  = for_each(|e| eprintln!(\"{e}\"));
         zip(colder, warmer) -> collect::<Vec<_>>()",
    );
}

#[test]
fn a_concurrent_operator_parts_two_loops() {
    expands(
        "concurrent",
        "pages = from(urls) -> then(fetch, concurrency = 8)?;
         pages -> map(|page| page.len()) -> sum()",
    );
}

#[test]
fn a_stream_awaits_between_parts_of_a_turn() {
    expands(
        "parts",
        "stream(urls) -> filter(is_new) -> then(|url| client.get(url)) -> then(async |page| page.text().await) -> map(|text| text.len())",
    );
}

#[test]
fn a_stream_polls_its_source() {
    expands("polls", "stream(messages) -> filter(is_new) -> take(10)");
}

#[test]
fn an_iterator_goes_through_what_is_left_of_an_item() {
    expands(
        "levels",
        "from(files) -> flat_map(|file| lines_of(file)) -> filter(is_new) -> flat_map(words)",
    );
}

#[test]
fn an_iterator_takes_branches_one_by_one_and_ends_by_turns() {
    expands(
        "slots",
        "lengths = from(lines) -> map(parse)? -> map(|line| line.len());
         pairs   = lengths -> partition(2) -> map(|pair| pair[0]);
         union(lengths, pairs) -> filter(is_new)",
    );
}

#[test]
fn tokens_travel_behind_a_source_that_acknowledges() {
    expands(
        "acknowledged",
        "orders = lines(path, resume = offsets)? -> map(parse)?;
         orders -> partition(100) -> sink(insert);
         orders -> filter(is_large) -> buffer(8) -> for_each(report);",
    );
}

#[test]
fn a_chain_of_a_key_is_straight_line_code() {
    expands(
        "keyed",
        "from(requests)
             -> by_key(host, capacity = 100) { filter(|r| r.ok) -> sliding_window(3) -> map(average)? }
             -> collect::<Vec<_>>()",
    );
}

#[test]
fn a_chain_of_a_key_that_awaits_is_a_future() {
    expands(
        "keyed_waits",
        "from(requests) -> by_key(host, idle = minute) { rate_limit(second) -> then(fetch)? } -> collect::<Vec<_>>()",
    );
}

#[test]
fn an_observed_flow_counts_once_for_each_stretch() {
    expands(
        "observed",
        "#![observe = \"evens\"]
         numbers = from(first..last) -> map(widen) -> map(shift);
         numbers -> filter(is_even) -> map(parse)? else drop -> partition(10) -> count()",
    );
}
