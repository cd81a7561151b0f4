//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod fan_in;
mod mistakes;
mod operators;
mod regions;
mod stores;
