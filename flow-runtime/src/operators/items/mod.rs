//! One item at a time.

pub(crate) mod accumulate;
pub(crate) mod dedup;
pub(crate) mod enumerate;
pub(crate) mod filter;
pub(crate) mod flat_map;
pub(crate) mod function;
pub(crate) mod keep_item;
pub(crate) mod map;
pub(crate) mod progress;
pub(crate) mod skip;
mod spending;
pub(crate) mod take;
pub(crate) mod then;
pub(crate) mod unique;
pub(crate) mod unseen;
