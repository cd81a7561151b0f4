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

mod bounds;
mod described;
mod ears;
pub(crate) mod exposed;
pub(crate) mod field;
mod followed;
mod gauge;
mod knob;
#[cfg(all(loom, test))]
mod model;
mod policy;
mod refused;
mod steer;
mod user;
mod view;

pub use bounds::Bounds;
pub use described::{Described, Kind};
pub use exposed::{Exposed, Fields};
#[doc = include_str!("derive.md")]
pub use flow_macros::Exposed;
pub use gauge::Gauge;
pub use knob::Knob;
pub use policy::Policy;
pub use refused::Refused;
pub use steer::Steer;
pub use user::User;
pub use view::View;

pub use crate::observe::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, OldestJob, QueueFill, RegionShares,
    Snapshot, StageErrors, Watch, Watched, WatchedJob,
};

pub(crate) use ears::Hears;
pub(crate) use followed::Followed;
pub(crate) use steer::{Demand, Setting};
