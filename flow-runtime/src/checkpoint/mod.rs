//! Checkpoints: which items of a source are done with.
//!
//! A source that can acknowledge, such as a file that is resumed or a message
//! broker, wants to know when an item and everything made of it have left the
//! flow. Beside the item travels a [`Token`](token::Token). Straight-line code
//! releases it at the end of the step, which is after every sink that is
//! awaited; an operator that holds items keeps their tokens with them, and what
//! it gives goes on with a token that joins those. When all that holds an item
//! of a source has released it, and every item before it, it is committed.
//!
//! A token is a number: what it stands for is in the ledger of the flow. So a
//! token that is merely dropped, by an error, a panic, or because the flow was
//! dropped, releases nothing, and what it stood for is never committed.
//!
//! ```text
//! source ──(item, token)──▶ steps, cuts, batches ──release──▶ ledger ──▶ ack, in order
//! ```

#![allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]

pub(crate) mod accumulate;
pub(crate) mod acked;
pub(crate) mod deputy;
pub(crate) mod held;
pub(crate) mod in_chains;
mod joins;
mod kept_states;
pub(crate) mod last_items;
pub(crate) mod ledger;
pub(crate) mod lines;
pub(crate) mod marks;
pub(crate) mod offsets;
mod offsets_file;
pub(crate) mod output;
mod position;
pub(crate) mod snapshots;
pub(crate) mod source;
pub(crate) mod token;
pub(crate) mod torn;

pub use acked::Acked;
pub use offsets::Offsets;
pub use position::Position;
pub use snapshots::Snapshots;
