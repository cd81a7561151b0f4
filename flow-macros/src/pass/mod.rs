//! Passes: each reads the tree of a step and writes what concerns all operators alike.

mod held;
mod made;
pub mod tokens;
