//! `keep` needs the source that resumes by the same snapshots.
use flow_runtime::{Offsets, Snapshots, flow};

fn main() {
    let snapshots = Snapshots::<u64>::open("a").unwrap();
    let others = Snapshots::<u64>::open("b").unwrap();
    let offsets = Offsets::open("c").unwrap();
    let _ = flow! {
        from(0..9_u64) -> accumulate(0, |sum, n| *sum += n, keep = &snapshots) -> count()
    };
    let _ = flow! {
        lines("x", resume = &others)? -> accumulate(0, |sum, _| *sum += 1, keep = &snapshots) -> count()
    };
    let _ = flow! {
        lines("x", resume = &snapshots)? -> partition(2)
            -> accumulate(0, |sum, _| *sum += 1, keep = &snapshots) -> count()
    };
    let _ = flow! {
        lines("x", resume = &snapshots)? -> then(async |line| line, concurrency = 2, ordered = false)
            -> accumulate(0, |sum, _| *sum += 1, keep = &snapshots) -> count()
    };
    let _ = flow! {
        all = lines("x", resume = &snapshots)?;
        all -> accumulate(0, |sum, _| *sum += 1, keep = &snapshots) -> drain();
        all -> accumulate(0, |sum, _| *sum += 1, keep = snapshots) -> drain();
    };
    let _ = flow! {
        lines("x", resume = &snapshots)? -> accumulate(0, |sum, _| *sum += 1, every = 9) -> count()
    };
    let _ = flow! {
        lines("x", resume = &snapshots)? -> accumulate(0, |sum, _| *sum += 1, keep = &snapshots, every = 0)
            -> count()
    };
}
