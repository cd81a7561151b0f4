//! Fingerprints, the list of failures, and plans.

#[path = "it/fingerprints.rs"]
mod fingerprints;
