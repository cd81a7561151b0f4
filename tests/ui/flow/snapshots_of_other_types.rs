//! States that are kept are of the snapshots' type.
use flow_runtime::{Offsets, Snapshots, flow};

struct Plain;

fn main() {
    let snapshots = Snapshots::<u64>::open("a").unwrap();
    let offsets = Offsets::open("c").unwrap();
    let _ = flow! {
        lines("x", resume = &offsets)? -> accumulate(0_u64, |sum, _| *sum += 1, keep = &offsets) -> count()
    };
    let _ = flow! {
        lines("x", resume = &snapshots)? -> accumulate("", |_, _| (), keep = &snapshots) -> count()
    };
}
