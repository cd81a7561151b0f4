//! The outcomes of what ran within a limit.

/// The outcome of something that began, in the eyes of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It went well.
    Done,
    /// It was refused for load.
    Refused,
    /// It went wrong for another reason.
    Failed,
    /// It was dropped.
    Dropped,
}
