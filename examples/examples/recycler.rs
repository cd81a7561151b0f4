//! Run it with `cargo run -p flow-examples --example recycler`
//!
//! Stages that feed each other, and `match` says which way an item goes. Even
//! numbers are doubled; odd ones are tripled or go back by turns. Here the graph is
//! known when it is compiled; in the example `tasklets` nodes choose at run time.

use flow_runtime::flow;

/// Says yes and no by turns.
fn by_turns() -> impl FnMut() -> bool {
    let mut yes = false;
    move || {
        yes = !yes;
        yes
    }
}

fn main() {
    let (mut recycles, mut restarts) = (by_turns(), by_turns());

    let products = flow! {
        from(0..5) -> start;

        start = map(|n| n + 1) -> match {
            n if n % 2 == 0    => map(|n| format!("2 x {n} = {}", 2 * n)) -> sink,
            _ if recycles()    => recycler,
            n                  => map(|n| format!("3 x {n} = {}", 3 * n)) -> sink,
        };

        // Without bindings the item itself flows on.
        recycler = match {
            _ if restarts()    => start,
            _                  => drop,
        };

        sink = collect::<Vec<_>>();
        sink
    }
    .run();

    for product in products {
        println!("{product}");
    }
}
