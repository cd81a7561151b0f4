//! Records, their keys, and what is kept beside them: below the stores that keep them and
//! the artifacts that make them.

pub(crate) mod events;
mod extant;
mod key;
pub(crate) mod origin;
pub(crate) mod recorded;

pub use extant::{Extant, describe_record_key};
pub use key::{Key, describe};
pub use origin::Origin;
