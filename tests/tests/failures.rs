//! Fingerprints, the list of failures, and plans.

#[path = "it/failure_list.rs"]
mod failure_list;
#[path = "it/fingerprints.rs"]
mod fingerprints;
#[path = "it/plans.rs"]
mod plans;
#[path = "it/read_only.rs"]
mod read_only;
