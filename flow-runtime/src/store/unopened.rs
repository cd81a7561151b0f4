//! The error of rustc about databases, where the feature for them is off.

/// `Store::open` without the feature `redb`.
#[diagnostic::on_unimplemented(
    message = "`Store::open` needs the feature `redb` of flow-runtime",
    label = "the embedded database is not compiled in",
    note = "in Cargo.toml: `flow-runtime = {{ …, features = [\"redb\"] }}`; or keep the records in a JSONL file: `Store::jsonl(path)`"
)]
pub trait OpensDatabases {}
