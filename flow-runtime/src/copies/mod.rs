//! Copies of operators: as they were built, and with what they hold.

pub(crate) mod fresh;
pub(crate) mod twin;
