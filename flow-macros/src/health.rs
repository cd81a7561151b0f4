//! Marks for parts of a flow that were reported: they decide what may still be said.
//!
//! After a mistake the phases go on with what they understand. What they do not understand is
//! marked, and nothing more is reported of it: one mistake is told once.

/// The health of a part of a flow: of an element, its arguments, a node, the ends of a chain.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Health {
    /// True when something about it was reported: rules about it are silent.
    pub broken: bool,
    /// True when what should follow it was reported: it may be whole, but nothing is known of
    /// where its items go.
    pub lost: bool,
    /// True when its arguments break off, which is reported, and it can be built of what is
    /// there: types can be checked up to there.
    pub mended: bool,
}

impl Health {
    /// The health of something that was reported.
    pub const BROKEN: Self = Self {
        broken: true,
        lost: false,
        mended: false,
    };

    /// Returns whether nothing is known of what its chain gives.
    pub fn is_unclear(self) -> bool {
        self.broken || self.lost
    }
}

impl From<bool> for Health {
    /// Something that was reported, or of which all is well.
    fn from(broken: bool) -> Self {
        Self {
            broken,
            ..Self::default()
        }
    }
}
