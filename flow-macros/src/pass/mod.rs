//! Passes: each reads the tree of a step and writes what concerns all operators alike.

mod held;
mod made;
mod observe;
pub mod tokens;

use crate::{lower::Step, names::Writer};

/// All passes, in their order.
pub fn write(writer: &Writer<'_, '_, '_>, step: &mut Step) {
    observe::write(writer, step);
    tokens::write(writer, step);
}

/// The tokens of items: which block has one, and what is done with it.
struct Tokens<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
}
