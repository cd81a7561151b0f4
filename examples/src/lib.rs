//! Parts that the examples share, and that are not their subject; they are in `examples/`.

mod options;
mod simulated;

pub use options::Options;
pub use simulated::{Place, Places, chance, number_of_this_run};
