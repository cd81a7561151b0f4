//! The outcome of `ensure` for an artifact, once it is durable.

/// An artifact that is in durable storage now: its key, and whether it was
/// there before.
///
/// ```
/// # use flow_runtime::{Store, derived, extant};
/// # #[extant(key = id)]
/// # #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32, text: String }
/// use flow_runtime::{Ensured, Keyed, artifact::Outcome, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let store = Store::<Answer>::memory();
/// let yes = |id| Keyed::new(id, Answer { id, text: "yes".to_string() });
/// let flow = flow! { from([1, 1]) -> map(yes) -> ensure(&store)? -> collect::<Vec<_>>() };
/// let all: Vec<Ensured<u32>> = flow.run().await?;
/// assert!(all[0].is_derived() && all[1].is_extant());
/// assert_eq!((all[0].key(), all[1].outcome()), (&1, Outcome::Extant));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ensured<K> {
    /// The key.
    pub key: K,
    outcome: Outcome,
}

/// The work that it took to have an artifact durable.
///
/// ```
/// use flow_runtime::artifact::Outcome;
///
/// let told = |outcome| match outcome {
///     Outcome::Extant => "was there",
///     Outcome::Derived => "was made",
///     _ => "is none",
/// };
/// assert_eq!(told(Outcome::Derived), "was made");
/// ```
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

    /// Returns what had to be done.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Returns whether it was stored already.
    pub fn is_extant(&self) -> bool {
        self.outcome == Outcome::Extant
    }

    /// Returns whether it was made and written now.
    pub fn is_derived(&self) -> bool {
        self.outcome == Outcome::Derived
    }
}
