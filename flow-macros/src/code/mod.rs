//! The code that steps are made of: what is asked before an item is pulled, attempts, tokens,
//! and where errors go.

pub mod attempts;
pub mod branches;
pub mod demand;
pub mod functions;
pub mod keep_item;
pub mod leaving;
pub mod observe;
pub mod rests;
pub mod rivals;
pub mod round;
pub mod routes;
mod shown;
pub mod sides;
pub mod tokens;
pub mod told;
pub mod turns;
