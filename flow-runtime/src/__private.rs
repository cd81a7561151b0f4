//! What expansions name. Outside semver: nothing here is for users.

/// What `timeout = …` and `retry = …` expand to.
pub use crate::attempts::{Attempts, timed};

/// The loops of a flow with cuts in it.
pub mod region {
    /// One loop.
    pub use crate::region::Region;
    /// A cut in which futures run.
    pub use crate::region::{Jobs, jobs};
    /// What the regions of one flow share, and what runs them.
    pub use crate::region::{Pulse, sweep};
    /// A cut in which items wait.
    pub use crate::region::{Ring, ring};
    /// Reading one stream, or several in turns.
    pub use crate::region::{next, pause, poll_now};
}
