//! What expansions name. Outside semver: nothing here is for users.

/// What `#[extant]` and `#[derived]` expand to.
pub mod artifacts {
    /// Whether a record and its key can be what they are to be.
    pub use crate::artifact::checks::{KeyOnce, RecordOnce, key, record};
    /// Arguments, kept until the function is called.
    pub use crate::artifact::derive::{Argument, HandClone, HandOnce, Handing, given_again};
    /// Running the function.
    pub use crate::artifact::derive::{Made, Promised, blocking, derive, finished, made};
    /// Getting its sources.
    pub use crate::artifact::derive::{join, source};
    /// Keys in errors.
    pub use crate::artifact::keyed_item::{describe, describe_record_key};
    /// The value, once it is made.
    pub use crate::artifact::memo::Memo;
    /// What lets records be merged by key.
    pub use crate::artifact::{KeyedItem, Mergeable};

    /// The operators of flows, each made by the function of its name.
    pub mod operators {
        pub use crate::artifact::operators::{Ensure, ensure};
        pub use crate::artifact::operators::{Get, get};
        pub use crate::artifact::operators::{Keep, store};
        pub use crate::artifact::operators::{Missing, missing};
        pub use crate::artifact::operators::{StoredKeys, stored};
    }
}

pub use crate::ty::Ty;

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
