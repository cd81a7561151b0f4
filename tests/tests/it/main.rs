//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod concurrency;
mod crash;
mod cycles;
mod documents;
mod errors;
mod extant_flows;
mod fan_in;
mod flows;
mod guard;
mod language;
mod latest;
mod lazy_flows;
mod matches;
mod mistakes;
mod open_flows;
mod operators;
mod pictures;
mod pieces;
mod regions;
mod regressions;
mod sinks;
mod stores;
mod time;
mod versions;
