use flow_runtime::flow;
use std::time::Duration;

#[derive(Clone)]
struct Visit {
    url: String,
    at: u32,
}

fn host(visit: &Visit) -> &str {
    &visit.url
}

fn hosts(visit: &Visit) -> Vec<&str> {
    vec![&visit.url]
}

fn main() {
    let visits = Vec::<Visit>::new;
    let _ = flow! { from(visits()) -> by_key(host) { enumerate() } -> count() };
    let _ = flow! { from(visits()) -> by_key(host) { buffer(5) } -> count() };
    let _ = flow! { from(visits()) -> by_key(host, capacity = 2) { enumerate() } -> count() };
    let _ = flow! { from(visits()) -> by_key(host, idle = Duration::MAX) { enumerate() } -> count() };
    let _ = flow! { from(visits()) -> by_key(|visit| &visit.url) { enumerate() } -> count() };
    let _ = flow! { from(visits()) -> group_by(host) -> count() };
    let _ = flow! { from(visits()) -> window_by(hosts) -> count() };
    let _ = flow! { from(visits()) -> unique(by = host) -> count() };
    let _ = flow! { from(visits()) -> dedup(by = host) -> count() };
    let _ = flow! { from(visits()) -> partition(2, by = host) -> count() };
    let _ = flow! { from(visits()) -> partition(2, by = host, timeout = Duration::MAX) -> count() };
    let _ = flow! { from(visits()) -> partition_unique(2, by = host) -> count() };
    let _ = flow! { from(visits()) -> timed_window(Duration::MAX, by = host) -> count() };
    let _ = flow! { from(visits()) -> session_window(2, |visit| visit.at, by = host)? -> count() };
    let _ = flow! { from(visits()) -> in_order(|visit| visit.at, late = 2, then_by = host)? -> count() };
    let _ = flow! { from(visits()) -> sliding_window(2) -> aggregate(max(host)) -> count() };
    let _ = flow! { from(visits()) -> scatter(2, by = host) -> enumerate() -> gather() -> count() };
    let _ = flow! { from(visits()) -> max(by = host) };
    let _ = flow! { from(visits()) -> top(2, by = host, order = |a, b| a.cmp(b)) };
}
