//! What expansions name. Outside semver: nothing here is for users.

pub use crate::artifact::derive::{
    Argument, HandClone, HandOnce, Handing, Made, blocking, derive, given_again, join, source,
};
pub use crate::artifact::keyed_item::describe;
pub use crate::artifact::memo::{Memo, none};
pub use crate::artifact::{KeyedItem, Mergeable};
pub use crate::attempts::{Attempts, Retry};
