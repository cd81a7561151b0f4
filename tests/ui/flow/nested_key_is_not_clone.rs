use std::time::Duration;

use flow_runtime::flow;

#[derive(PartialEq, Eq, Hash)]
struct Key(u32);

fn main() {
    let second = Duration::from_secs(1);
    // A key that is kept once need not be.
    flow! { from([1]) -> by_key(|x| x % 2) { by_key(|x| Key(*x)) { map(|x| x + 1) } } -> drain() }
        .run();
    let _ = flow! {
        from([1]) -> by_key(|x| x % 2) { by_key(|x| Key(*x), idle = second) { map(|x| x + 1) } } -> drain();
    }
    .run();
    flow! { from([1]) -> by_key(|x| x % 2) { unique(by = |x| Key(*x)) } -> drain() }.run();
}
