//! New behaviours, and the changes that wait until a behaviour has returned.

use super::boxes::Boxes;

/// A new behaviour for a node.
pub enum New<K: Boxes> {
    /// It is there.
    Ready(Box<K::Work>),
    /// It is made, and may be made again.
    Made(Box<K::Make>),
}

/// Says what a behaviour asked for.
pub enum Change<K: Boxes> {
    /// The last word of a node whose mailbox is shut already.
    Close(usize),
    /// A new behaviour.
    New {
        index: usize,
        new: New<K>,
        /// Says whether what waits stays.
        keep: bool,
    },
}
