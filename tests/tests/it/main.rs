//! Behaviour, one module a theme.

mod artifacts;
mod attributes;
mod crash;
mod documents;
mod fan_in;
mod operators;
mod regions;
mod stores;
