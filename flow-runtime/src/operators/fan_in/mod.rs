//! Fan-in and fan-out, and what waits there.

pub(crate) mod chain;
pub(crate) mod cogroup;
pub(crate) mod combine_latest;
pub(crate) mod edge;
pub(crate) mod failed;
pub(crate) mod fatal;
pub(crate) mod lane;
pub(crate) mod latest_of;
pub(crate) mod merge_keyed;
pub(crate) mod pending;
pub(crate) mod rest;
pub(crate) mod side;
pub(crate) mod zip;
pub(crate) mod zip_latest;
