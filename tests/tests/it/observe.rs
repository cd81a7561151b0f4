//! `#![observe]`: the numbers of flows that run, and of those that have ended.

mod awaits;
mod ends;
mod errors;
mod fan_ins;
mod fills;
mod forms;
mod in_line;
mod inner;
mod joined;
mod numbers;
mod reading;
mod runs;
mod sides;
mod slow;

use flow_runtime::inspect::Watch;

/// The items on each edge, by the names of its ends.
fn edges(watch: &Watch) -> Vec<String> {
    let edges = watch.snapshot().edges.into_iter();
    let edges = edges.map(|edge| format!("{} -> {}: {}", edge.from, edge.to, edge.items));
    edges.collect()
}

/// The items on each edge.
fn items(watch: &Watch) -> Vec<u64> {
    let edges = watch.snapshot().edges.into_iter();
    edges.map(|edge| edge.items).collect()
}

/// The way in which the flow has ended; nothing while it has not.
fn ended(watch: &Watch) -> String {
    watch.snapshot().ended.unwrap_or_default()
}

/// Asserts that the shares of each region add up to 1.
fn assert_shares(watch: &Watch) {
    for region in watch.snapshot().regions {
        let sum = region.busy + region.waiting + region.held_up;
        assert!((sum - 1.0).abs() < 1e-9, "{region:?}");
        assert!(region.busy >= 0.0 && region.waiting >= 0.0 && region.held_up >= 0.0);
    }
}
