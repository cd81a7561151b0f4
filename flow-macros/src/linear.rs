//! The size of an expansion grows with that of the flow, and so does the time.

use std::{thread, time::Instant};

use quote::quote;

use crate::compile;

/// The bytes of an expansion.
fn size(flow: &str) -> usize {
    let tokens = flow.parse().expect("a flow is tokens");
    let begin = Instant::now();
    let expansion = compile::flow(&quote!(::flow_runtime), tokens);
    println!("{:.3} s", begin.elapsed().as_secs_f64());
    let text = expansion.to_string();
    assert!(!text.contains("compile_error"));
    text.len()
}

/// Asserts that a flow four times as large has an expansion at most 4.4 times as long.
fn is_linear(flow: impl Fn(usize) -> String, n: usize) {
    let [small, large] = [flow(n), flow(n * 4)].map(|flow| {
        // As rustc has, and not as a test has.
        let stack = thread::Builder::new().stack_size(8 << 20);
        let sized = stack.spawn(move || size(&flow));
        sized.expect("a thread begins").join().expect("it compiles")
    });
    println!("{n}: {small} bytes, {}: {large} bytes", n * 4);
    assert!(large * 10 <= small * 44, "{small} bytes become {large}");
}

fn in_a_row(head: &str, element: &str, n: usize) -> String {
    format!("{head}{} -> drain();", format!(" -> {element}").repeat(n))
}

#[test]
fn operators_that_hold_in_a_row() {
    is_linear(|n| in_a_row("from(0..9)", "partition(2)", n), 40);
}

#[test]
fn operators_that_hold_with_awaits_between() {
    is_linear(|n| in_a_row("from(0..9)", "partition(2) -> then(f)", n), 40);
}

#[test]
fn operators_that_hold_behind_two_sources() {
    let head = "a = from(0..9); b = from(0..9); union(a, b)";
    is_linear(|n| in_a_row(head, "partition(2)", n), 40);
}

#[test]
fn chains_of_keys_in_chains_of_keys() {
    let nested = |n: usize| {
        let (open, close) = ("by_key(f) { ".repeat(n), " }".repeat(n));
        format!("from(0..9) -> {open}partition(2){close} -> drain();")
    };
    is_linear(nested, 3);
}

#[test]
fn a_union_of_many() {
    let many = |n: usize| {
        let sources: String = (0..n).map(|i| format!("s{i} = from(0..9);")).collect();
        let names: Vec<String> = (0..n).map(|i| format!("s{i}")).collect();
        format!(
            "{sources} union({}) -> map(f) -> drain();",
            names.join(", ")
        )
    };
    is_linear(many, 250);
}

#[test]
fn a_union_of_many_branches() {
    let many = |n: usize| {
        let branches: String = (0..n).map(|i| format!("b{i} = s -> map(f);")).collect();
        let names: Vec<String> = (0..n).map(|i| format!("b{i}")).collect();
        format!(
            "s = from(0..9); {branches} union({}) -> map(f) -> drain();",
            names.join(", ")
        )
    };
    is_linear(many, 250);
}

/// Sources that take turns, of which each item may give several.
fn rivals(element: &str, n: usize) -> String {
    let sources: String = (0..n)
        .map(|i| format!("s{i} = from(0..9){element};"))
        .collect();
    let names: Vec<String> = (0..n).map(|i| format!("s{i}")).collect();
    let names = names.join(", ");
    format!("{sources} zip(union({names}), from(0..)) -> drain();")
}

#[test]
fn sources_that_take_turns() {
    is_linear(|n| rivals("", n), 40);
    is_linear(|n| rivals(" -> flat_map(f)", n), 40);
}

#[test]
fn operators_in_a_row() {
    is_linear(|n| in_a_row("from(0..9)", "map(f)", n), 175);
}

/// Two branches of operators that hold, which meet again.
#[test]
fn operators_that_hold_in_branches_that_meet() {
    let branches = |n: usize| {
        let held = " -> partition(2)".repeat(n);
        format!("s = from(0..9); zip(s{held}, s{held}) -> drain();")
    };
    is_linear(branches, 40);
}
