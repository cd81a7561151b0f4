//! The attributes `#[extant]` and `#[derived]`.
//!
//! Each is read in three steps: the list of options, the item below it, and
//! what both mean together. Every step reports what it does not understand and
//! goes on, so that one compile shows all mistakes. The item itself is emitted
//! whatever happens, for rustc and the editor to go on.

mod derived;
mod duration;
pub(crate) mod errors;
mod extant;
mod manifest;
pub(crate) mod options;
pub(crate) mod runtime_path;
mod suggest;

pub(crate) use derived::derived;
pub(crate) use extant::extant;
