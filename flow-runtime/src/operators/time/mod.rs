//! Time and pace.

mod beat;
pub(crate) mod buffer;
pub(crate) mod debounce;
pub(crate) mod delay;
pub(crate) mod hidden;
pub(crate) mod newest;
pub(crate) mod rate_limit;
pub(crate) mod sample;
mod settle;
