//! Run it with `cargo run -p flow-examples --example fibonacci`
//!
//! The smallest cycle: a pair makes the next pair. It would never end, but
//! behind it `take` does, and so the whole flow.

use flow_runtime::flow;

fn main() {
    let numbers = flow! {
        pairs = map(|(a, b): (u64, u64)| (b, a + b));
        from([(0, 1)]) -> pairs;
        pairs -> pairs;

        pairs -> map(|(number, _)| number) -> take(20)     // no sink: an iterator
    };

    for number in numbers {
        print!("{number} ");
    }
    println!();
}
