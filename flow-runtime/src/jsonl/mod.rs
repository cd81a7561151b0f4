//! Row tools: JSONL files made of keys, or of other JSONL files, a row at a time, so that
//! work which is paid for is done once.
//!
//! | function | what it makes |
//! |---|---|
//! | [`create_or_resume`] | a file in which each key has so many rows |
//! | [`map_by_key`] | a row for every row of another file, by a function called once a key |
//! | [`flat_map`] | any number of rows for every row of another file |
//!
//! Each is a builder that is awaited. Rows are [`serde_json::Value`]s; no types are
//! needed. A row is written when it is there, in order of completion, and survives
//! `kill -9` and the loss of power once its writing is reported. Interrupted at any
//! moment and run again, a tool goes on where it was: what has its rows is not asked for
//! again, a failed key is tried again, and where nothing is missing no byte changes.
//!
//! ```
//! use flow_runtime::jsonl;
//! use serde_json::{Value, json};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), flow_runtime::Error> {
//! # let folder = tempfile::tempdir().unwrap();
//! let path = folder.path().join("answers.jsonl");
//! let make = async |word: &str, n| -> Result<Value, flow_runtime::Error> {
//!     Ok(json!({ "word": word, "text": format!("answer {n} to {word}") }))
//! };
//! let report = jsonl::create_or_resume(&path, "word", 2, ["why", "how"], make).concurrency(8).await?;
//! assert_eq!((report.written, report.extant), (4, 0));
//!
//! let report = jsonl::create_or_resume(&path, "word", 2, ["why", "how"], make).await?;
//! assert_eq!((report.written, report.extant), (0, 4));
//! # Ok(())
//! # }
//! ```
//!
//! # Files
//!
//! A file of rows is recovered when it is opened as that of a
//! [store](crate::Store::jsonl) is: a torn last line is moved to `<path>.torn`, a whole
//! one without a line break gets one, blank lines are passed over, and a broken line in
//! the middle is an error with its number. A file that is no JSONL is left alone. It is
//! locked: a second tool, or store, on it is an error of kind
//! [`Locked`](crate::ErrorKind::Locked).
//!
//! Where a tool has a source, `<dst>.resume` says which of its lines are finished. It
//! may be removed where rows have keys; the rows of [`flat_map`] have none.
//!
//! Rows of one key do not say which of them they are. Where not just the first ones are
//! there, for one failed or took longer than those behind it, `<path>.numbers` says which
//! are; it goes when nothing is to be said. Without it the rows of a key count as its first
//! ones, so it has to stay beside the file, and the rows of a key in their order.
//!
//! Keys are compared as JSON: `1` and `"1"` are two. Floats and objects are no keys.
//!
//! # Costly calls
//!
//! The builders have the options of `then`: [`limit`](Job::limit), [`units`](Job::units),
//! [`refused`](Job::refused), [`give_up`](Job::give_up), [`budget`](Job::budget) and
//! [`cost`](Job::cost), [`retry`](Job::retry), [`retry_if`](Job::retry_if),
//! [`retry_after`](Job::retry_after), [`timeout`](Job::timeout). What is refused goes back
//! in line, rows that are there cost nothing, and a limit may be shared with flows.
//!
//! # Memory
//!
//! What is known of keys lies in a nameless file beside the rows once it is more than a
//! few megabytes, and a line of a source takes one bit. So memory is bounded by what is
//! being made.

pub(crate) mod append;
mod by_key;
mod costly;
mod create;
mod flat;
mod job;
mod missing;
mod report;
mod row_error;
mod rows;
mod source;
mod tries;
mod work;

pub use by_key::map_by_key;
pub use create::create_or_resume;
pub use flat::flat_map;
pub use job::{ByKey, Create, Flat, Job, Tool};
pub use report::{OnError, Report};
pub use row_error::RowError;
pub use rows::Rows;
