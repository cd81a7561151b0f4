//! `append` writes `serde_json::Value`s, and somebody looks at what could not be.
use flow_runtime::{flow, jsonl::Rows};

fn main() {
    let rows = Rows::open("a", "id").unwrap();
    let _ = flow! { from(0..9) -> append(&rows)? -> count() };
    let _ = flow! { from([serde_json::json!({})]) -> append(&rows); };
}
