//! Time in the items: what puts items in order by it, and windows of it.
//!
//! [`in_order`] sorts what comes a little out of order. Behind it the
//! [`windows`] stand: they check that their input is sorted, and work with the time of
//! the newest item alone. No clock of the machine is asked.
//!
//! ```text
//! source ──▶ in_order ──▶ tumbling | hopping | session | sliding ──▶ (span, batch)
//! ```
//!
//! A window is one of two kinds. Items *enter* a tumbling window or a session and stay:
//! its [`Content`](content::Content) is open until it is given. Windows that overlap
//! are views of one [`Run`](run::Run) of items, at the end of which items enter and at
//! the beginning of which they leave. Either has batches in it or what an
//! [`aggregate`](super::aggregate) makes of them.

pub(crate) mod content;
pub(crate) mod hopping;
pub(crate) mod in_order;
pub(crate) mod in_order_idle;
pub(crate) mod keys;
pub(crate) mod late;
pub(crate) mod limit;
pub(crate) mod run;
pub(crate) mod session;
pub(crate) mod sliding;
pub(crate) mod sorted;
pub(crate) mod sorter;
mod spanned;
pub(crate) mod time;
pub(crate) mod tumbling;
pub(crate) mod windows;

#[cfg(test)]
mod models;
