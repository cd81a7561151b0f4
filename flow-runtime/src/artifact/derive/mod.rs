//! The parts that `#[derived]` expansions are made of.
//!
//! The struct that the attribute writes holds a key, a [`Memo`](super::Memo) and
//! the arguments. Asked for the value it gets its sources, hands its arguments
//! out and calls the function, all inside [`derive`](run::derive()).

mod argument;
mod blocking;
mod judged;
mod made;
mod promised;
mod run;
mod sources;

pub use argument::{Argument, Cloned, HandClone, HandOnce, Handing, given_again};
pub use blocking::{Shared, blocking, finished, shared};
pub use judged::{attempts, failure, judged};
pub use made::{Made, made};
use promised::Kind;
pub use promised::Promised;
pub use run::derive;
pub use sources::{Told, check_source, join, source};

pub(crate) use run::check_key;
