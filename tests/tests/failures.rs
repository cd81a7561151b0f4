//! Fingerprints, the list of failures, and plans.

#[path = "it/failure_list.rs"]
mod failure_list;
#[path = "it/fingerprints.rs"]
mod fingerprints;
#[path = "it/plans.rs"]
mod plans;
