//! Many at a time: batches and windows.

pub(crate) mod batch;
pub(crate) mod group_by;
pub(crate) mod inline_batch;
pub(crate) mod list;
pub(crate) mod partition;
pub(crate) mod partition_by;
pub(crate) mod partition_timeout;
pub(crate) mod partition_unique;
pub(crate) mod pool;
pub(crate) mod sliding_window;
pub(crate) mod sliding_window_array;
pub(crate) mod supply;
pub(crate) mod timed_window;
pub(crate) mod window;
pub(crate) mod window_by;
