//! Passes: each reads the tree of a step and writes what concerns all operators alike.

mod held;
mod made;
mod observe;
mod tokens;

use crate::{expand::names::Writer, lower::Step};

/// All passes, in their order.
pub fn write(writer: &Writer<'_, '_, '_>, step: &mut Step) {
    observe::write(writer, step);
    tokens::write(writer, step);
}
