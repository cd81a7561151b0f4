//! Passes: each reads the tree of a step and writes what concerns all operators alike.

mod held;
mod made;
pub mod tokens;

use crate::names::Writer;

/// The tokens of items: which block has one, and what is done with it.
struct Tokens<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
}
