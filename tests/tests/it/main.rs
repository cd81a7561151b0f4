//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod fan_in;
mod operators;
mod regions;
mod stores;
mod versions;
