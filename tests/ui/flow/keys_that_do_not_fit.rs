use std::time::Duration;

use flow_runtime::flow;

struct Key;

fn main() {
    flow! { from([1]) -> partition(3, by = |_| Key) -> drain() }.run();
    flow! { from([1]) -> partition_unique(3, by = |_| Key) -> drain() }.run();
    flow! { from([1.0]) -> partition_unique(3) -> drain() }.run();
    flow! { from([1.0]) -> partition_unique(100) -> drain() }.run();
    flow! { from([1]) -> group_by(|_| Key) -> drain() }.run();
    flow! { from([1]) -> dedup(by = |_| Key) -> drain() }.run();
    flow! { from([1]) -> map(|_| Key) -> dedup() -> drain() }.run();
    flow! { from([1_u64]) -> tumbling_window(3, |x| *x, by = |_| Key)? -> drain() }.run().unwrap();
    let second = Duration::from_secs(1);
    let _ = flow! { from([1]) -> partition(3, by = |_| Key, timeout = second) -> drain() }.run();
    let _ = flow! { from([1]) -> timed_window(second, by = |_| Key, keep = last) -> drain() }.run();
}
