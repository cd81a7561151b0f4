//! Values that may be read and set while a program runs: what [`inspect`](crate::inspect) has
//! for users of them, and what operators read.

mod bounds;
mod described;
mod ears;
pub(crate) mod exposed;
pub(crate) mod field;
mod followed;
mod gauge;
mod knob;
mod policy;
mod refused;
mod steer;
mod user;
mod view;

pub use bounds::Bounds;
pub use described::{Described, Kind};
pub use exposed::{Exposed, Fields};
pub use gauge::Gauge;
pub use knob::Knob;
pub use policy::Policy;
pub use refused::Refused;
pub use steer::Steer;
pub use user::User;
pub use view::View;

pub(crate) use ears::Hears;
pub(crate) use followed::Followed;
pub(crate) use steer::{Demand, Setting};
