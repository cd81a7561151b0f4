//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod fan_in;
mod guard;
mod operators;
mod regions;
mod sinks;
mod stores;
