//! Seeing into a program that runs, and turning its knobs.
//!
//! `#![observe]` at the top of a flow counts what goes through it. `flow.watch()` then
//! gives a [`Watch`], and [`Watch::snapshot`] tells at any time how far the flow has come,
//! where items wait, and which stage holds the others up.
//!
//! A [`Knob`] is a value that operators read when they need it: `concurrency = &knob`,
//! `rate_limit(&knob)`, the sizes and rates of a [`Limit`](crate::Limit). A [`Gauge`] is a
//! number that the program shows. `#[derive(Exposed)]` says which fields of a struct may
//! be read and set from outside, and by whom; all others never leave the process.
//!
//! With the feature `inspect` an `Inspector` shows all of it on a page, and a `Site` puts an
//! application of one's own behind one.
//!
//! ```
//! use flow_runtime::{flow, inspect::{Exposed, Gauge, Knob, User}};
//! use serde_json::json;
//!
//! #[derive(Exposed)]
//! struct Knobs {
//!     #[expose(get = "viewer", set = "operator", range = 1..=64)]
//!     at_once: Knob<usize>,
//!     #[expose(get = "viewer")]
//!     spent: Gauge,
//!     api_key: String,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let knobs = Knobs { at_once: Knob::new(4), spent: Gauge::new(), api_key: "…".into() };
//! # let _ = &knobs.api_key;
//!
//! let ask = async |question: u32| {
//!     knobs.spent.add(0.25);
//!     question * 2
//! };
//! let answers = flow! {
//!     from(0..8) -> then(ask, concurrency = &knobs.at_once) -> sum::<u32>()
//! };
//! assert_eq!(answers.run().await, 56);
//!
//! let ana = knobs.as_seen_by(&User::new("ana", ["viewer", "operator"]));
//! assert_eq!(ana.get(["spent"])["spent"], Some(json!(2.0)));
//! assert_eq!(ana.get(["api_key"])["api_key"], None);
//! assert!(ana.set([("at_once", json!(8))])["at_once"]);
//! assert!(!ana.set([("at_once", json!(65))])["at_once"]);
//! assert_eq!(knobs.at_once.get(), 8);
//! # }
//! ```

#[cfg(feature = "inspect")]
mod inspector;
#[cfg(feature = "inspect")]
mod site;

#[doc = include_str!("derive.md")]
pub use flow_macros::Exposed;
#[cfg(feature = "inspect")]
pub use inspector::Inspector;
#[cfg(feature = "inspect")]
pub use site::{Behind, Bound, Site};

#[doc(no_inline)]
pub use crate::hub::Hub;
pub use crate::knobs::{
    Bounds, Described, Exposed, Fields, Gauge, Kind, Knob, Policy, Refused, Steer, User, View,
};
pub use crate::observe::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, OldestJob, QueueFill, RegionShares,
    Snapshot, StageErrors, Watch, Watched, WatchedJob,
};
