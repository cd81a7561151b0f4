//! The operators a flow calls, one a file, in rooms as the reference has chapters.
//!
//! Each constructor takes the witness of what flows in, and gives the operator
//! with the witness of what flows out. What they give is of three kinds: a
//! closure, which the step calls; a value with `push` and `finish`, where
//! something is held; a value with `is_over`, where a branch may end early.

#![allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]

pub(crate) mod aggregate;
pub(crate) mod event_time;
mod fan_in;
mod items;
mod many;
mod nested;
mod parts;
mod sinks;
mod sources;
mod time;

pub(crate) use self::fan_in::{
    chain, cogroup, combine_latest, edge, failed, fatal, latest_of, merge_keyed, rest, side, zip,
    zip_latest,
};
pub(crate) use self::items::{
    accumulate, dedup, enumerate, filter, flat_map, function, keep_item, map, progress, skip, take,
    then, unique, unseen,
};
pub(crate) use self::many::{
    batch, group_by, inline_batch, partition, partition_by, partition_timeout, partition_unique,
    sliding_window, sliding_window_array, timed_window, window, window_by,
};
pub(crate) use self::nested::{
    by_key, by_key_idle, by_key_recent, by_key_waiting, scatter, via, via_async,
};
pub(crate) use self::parts::gives;
pub(crate) use self::sinks::{
    collect, extreme, feed, fold, for_each, reduce, send, sum, tap, top, write_lines,
};
pub(crate) use self::sources::{from, interval, lines, receive, stream, tail};
pub(crate) use self::time::{buffer, debounce, delay, hidden, newest, rate_limit, sample};
