//! Pages to read: the language, recipes, and what versions promise.
//!
//! The operators are in the [reference](mod@crate::reference), driving a flow is told in
//! [`running`](crate::running). All code of these pages is compiled and run.

#[cfg(feature = "inspect")]
#[doc = include_str!("inspecting.md")]
pub mod inspecting {}

#[doc = include_str!("language.md")]
pub mod language {}

#[doc = include_str!("recipes.md")]
pub mod recipes {}

#[doc = include_str!("versions.md")]
pub mod versions {}
