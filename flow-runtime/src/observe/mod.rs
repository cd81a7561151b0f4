//! Defines what `#![observe]` adds to a flow: numbers on its graph.

mod snapshot;
mod watch;
mod watched;

pub use snapshot::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, OldestJob, QueueFill, RegionShares,
    Snapshot, StageErrors,
};
pub use watch::Watch;
pub use watched::{Watched, WatchedJob};
