//! What `ensure` says of an artifact once it is durable.

/// An artifact that is in durable storage now: its key, and whether it was
/// there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ensured<K> {
    /// The key.
    pub key: K,
    outcome: Outcome,
}

/// What had to be done to have an artifact durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing: it was stored already.
    Extant,
    /// It was made and written.
    Derived,
    /// There is none for this key: its function said so, now or in an earlier
    /// run.
    Absent,
}

impl<K> Ensured<K> {
    pub(crate) fn new(key: K, outcome: Outcome) -> Self {
        Self { key, outcome }
    }

    /// The key.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// What had to be done.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it was stored already.
    pub fn is_extant(&self) -> bool {
        self.outcome == Outcome::Extant
    }

    /// Whether it was made and written now.
    pub fn is_derived(&self) -> bool {
        self.outcome == Outcome::Derived
    }
}
