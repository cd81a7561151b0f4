//! Floats have no total order, nor have keys that are floats.

use flow_runtime::flow;

fn main() {
    let _ = flow! { from([(1, 2.5)]) -> max(by = |pair: &(u8, f64)| pair.1) }.run();
    let _ = flow! { from([2.5]) -> top(3) }.run();
    let _ = flow! { from([2.5]) -> min(order = |a: &f64, b: &f64| a < b) }.run();
}
