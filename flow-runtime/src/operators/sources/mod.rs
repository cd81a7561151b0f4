//! Sources.

pub(crate) mod from;
pub(crate) mod interval;
pub(crate) mod lines;
pub(crate) mod receive;
pub(crate) mod stream;
pub(crate) mod tail;
