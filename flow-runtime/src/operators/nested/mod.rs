//! Chains within an element: of keys, of workers, of pieces.

pub(crate) mod by_key;
pub(crate) mod by_key_idle;
pub(crate) mod by_key_recent;
pub(crate) mod by_key_waiting;
pub(crate) mod scatter;
pub(crate) mod via;
pub(crate) mod via_async;
