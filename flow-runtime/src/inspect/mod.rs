//! Seeing into a flow that runs.
//!
//! `#![observe]` at the top of a flow counts what goes through it. `flow.watch()` then
//! gives a [`Watch`], and [`Watch::snapshot`] tells at any time how far the flow has come,
//! where items wait, and which stage holds the others up.

pub use crate::observe::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, OldestJob, QueueFill, RegionShares,
    Snapshot, StageErrors, Watch, Watched, WatchedJob,
};
