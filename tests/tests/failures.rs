//! Fingerprints, the list of failures, and plans.

#[path = "it/failure_crashes.rs"]
mod failure_crashes;
#[path = "it/failure_list.rs"]
mod failure_list;
#[path = "it/fingerprints.rs"]
mod fingerprints;
#[path = "it/plans.rs"]
mod plans;
#[path = "it/read_only.rs"]
mod read_only;

#[test]
fn uis() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/flow/plans.rs");
    cases.compile_fail("ui/attributes/derived_fingerprint.rs");
}
