//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod concurrency;
mod crash;
mod documents;
mod errors;
mod extant_flows;
mod fan_in;
mod flows;
mod guard;
mod language;
mod latest;
mod mistakes;
mod open_flows;
mod operators;
mod pictures;
mod regions;
mod regressions;
mod sinks;
mod stores;
mod versions;
