//! The messages of `flow!` to mistakes: one message a mistake, on the token to edit.
//!
//! `TRYBUILD=overwrite` writes what is said now.

#[test]
fn every_mistake_is_reported_once() {
    trybuild::TestCases::new().compile_fail("ui/flow/*.rs");
}
