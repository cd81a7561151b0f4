//! Regions: what runs in one loop, and what joins several loops in one task.
//!
//! Where time passes between the input and the output of an operator, the
//! graph is cut. On each side of the cut runs a [`Region`], one loop; in the
//! cut stand either [`Jobs`], a set of running futures, or a [`Hold`], which
//! keeps items until it is time for them. Everything is polled in the task that
//! polls the flow: nothing is spawned, so nothing has to be `'static`, and what
//! runs in a cut goes on while the loops on both sides wait.
//!
//! [`sweep()`] polls the parts from the sinks to the sources and repeats that
//! for as long as something moved, which every part reports to the [`Pulse`].
//! The handles on a cut therefore register no wakers: whoever waits for a cut
//! is polled again after anything happened to it. A region has to poll them
//! itself, and not through an adaptor that polls only what its own waker named,
//! such as `FuturesUnordered`.
//!
//! ```text
//! upstream region ──Feed──▶ Jobs or Cut ──Results──▶ downstream region
//! ```
//!
//! Futures that run borrow from themselves, so nobody makes a reference to one, or to
//! what holds it in place, but to poll or to drop it. Miri checks that, and the
//! `unsafe` of `shared`, in small flows. It needs a nightly toolchain with the component
//! `miri`:
//!
//! ```text
//! MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test -p flow-tests --test miri
//! ```

mod body;
mod bound;
mod cut;
mod ends;
mod jobs;
mod join;
#[cfg(all(loom, test))]
mod knobs_model;
#[cfg(all(loom, test))]
mod model;
mod pulse;
pub(crate) mod queue;
mod round;
mod shared;
mod slots;
pub(crate) mod timer;
mod wait;
mod window;

pub use body::Region;
pub use bound::Bound;
pub use cut::{Cut, Hold, cut};
pub use jobs::{Jobs, jobs};
pub use join::join;
pub use pulse::{Pulse, sweep};
pub use round::{Round, ring, ring_until_full, ring_within};
pub(crate) use shared::{Entry, Exit, Giver, Lent, Shelf, Taker, handed, hatch};
pub use wait::{next, next_while, pause, poll_now};
