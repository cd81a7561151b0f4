//! Defines what `#![observe]` adds to a flow: numbers on its graph.
//!
//! ```text
//! the flow: Owner, Counter ──▶ Shared ◀── Watch: whoever looks
//! ```

pub(crate) mod about;
pub(crate) mod awaits;
mod blocks;
pub(crate) mod copy_fills;
pub(crate) mod counters;
mod errors;
pub(crate) mod job;
mod jobs;
mod log;
#[cfg(all(loom, test))]
mod model;
mod moments;
pub(crate) mod owner;
mod read;
pub(crate) mod runs;
pub(crate) mod said;
pub(crate) mod shared;
mod sketch;
mod slow;
mod snapshot;
mod tickets;
mod times;
mod waited;
mod watch;
mod watched;

pub use snapshot::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, OldestJob, QueueFill, RegionShares,
    Snapshot, StageErrors,
};
pub use watch::Watch;
pub use watched::{Observed, Watched, WatchedJob};
