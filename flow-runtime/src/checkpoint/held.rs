//! Tokens beside operators: of what waits at fan-ins, and of what users' operators hold.

mod inputs;
mod kept;

pub use inputs::Inputs;
pub use kept::Kept;

use super::{ledger::Ledger, source::Sources, token::Token};

/// A token that stands for all that these do, which go on standing for it.
fn all<'t, S: Sources>(tokens: impl IntoIterator<Item = &'t Token>, ledger: &Ledger<S>) -> Token {
    let mut all = Token::none();
    for token in tokens {
        ledger.keep(&mut all, token);
    }
    all
}
