//! The operators a flow calls, one a file.
//!
//! Each constructor takes the witness of what flows in, and gives the operator
//! with the witness of what flows out. What they give is of three kinds: a
//! closure, which the step calls; a value with `push` and `finish`, where
//! something is held; a value with `is_over`, where a branch may end early.

#![allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]

pub(crate) mod accumulate;
pub(crate) mod aggregate;
pub(crate) mod batch;
pub(crate) mod beat;
pub(crate) mod buffer;
pub(crate) mod by_key;
pub(crate) mod by_key_idle;
pub(crate) mod by_key_recent;
pub(crate) mod by_key_waiting;
pub(crate) mod chain;
pub(crate) mod cogroup;
pub(crate) mod collect;
pub(crate) mod combine_latest;
pub(crate) mod debounce;
pub(crate) mod decides;
pub(crate) mod dedup;
pub(crate) mod delay;
pub(crate) mod distinct;
pub(crate) mod edge;
pub(crate) mod enumerate;
pub(crate) mod event_time;
pub(crate) mod extreme;
pub(crate) mod fatal;
pub(crate) mod feed;
pub(crate) mod filter;
pub(crate) mod flat_map;
pub(crate) mod fold;
pub(crate) mod for_each;
pub(crate) mod fresh;
pub(crate) mod from;
pub(crate) mod function;
pub(crate) mod gives;
pub(crate) mod group_by;
pub(crate) mod hidden;
pub(crate) mod inline_batch;
pub(crate) mod interval;
pub(crate) mod keep_item;
pub(crate) mod lane;
pub(crate) mod latest_of;
pub(crate) mod lines;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod merge_keyed;
pub(crate) mod newest;
pub(crate) mod partition;
pub(crate) mod partition_by;
pub(crate) mod partition_timeout;
pub(crate) mod partition_unique;
pub(crate) mod pending;
pub(crate) mod pool;
pub(crate) mod progress;
pub(crate) mod queue;
pub(crate) mod rank;
pub(crate) mod rate_limit;
pub(crate) mod receive;
pub(crate) mod recent;
pub(crate) mod reduce;
pub(crate) mod sample;
pub(crate) mod scatter;
pub(crate) mod send;
pub(crate) mod settle;
pub(crate) mod side;
pub(crate) mod skip;
pub(crate) mod sliding_window;
pub(crate) mod sliding_window_array;
mod spending;
pub(crate) mod stream;
pub(crate) mod sum;
pub(crate) mod tail;
pub(crate) mod take;
pub(crate) mod tap;
pub(crate) mod then;
pub(crate) mod timed_window;
pub(crate) mod top;
pub(crate) mod twin;
pub(crate) mod unique;
pub(crate) mod unseen;
pub(crate) mod via;
pub(crate) mod via_async;
pub(crate) mod window;
pub(crate) mod window_by;
pub(crate) mod write_lines;
pub(crate) mod zip;
pub(crate) mod zip_latest;
