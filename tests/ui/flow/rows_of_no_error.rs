//! The function of a row tool fails with an error.
use flow_runtime::{BoxError, jsonl};
use serde_json::Value;

fn main() {
    let make = async |_: u32, _: usize| -> Result<Value, u8> { Err(5) };
    let _ = jsonl::create_or_resume("rows.jsonl", "id", 1, [1], make);
}

fn generic<E: Into<BoxError>>(make: impl AsyncFn(u32, usize) -> Result<Value, E>) {
    let _ = jsonl::create_or_resume("rows.jsonl", "id", 1, [1], make);
}
