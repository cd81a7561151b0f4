//! The options of `ensure` that are about what the store knows.

use super::{Rerun, Stale};
use crate::ty::Ty;

/// The ways of `ensure` with what the store knows of a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ensuring<C = NoEstimate> {
    /// `stale = …`.
    pub(super) stale: Stale,
    /// `rerun_failed = …`.
    pub(super) rerun: Rerun,
    /// `estimate = …`, for plans.
    pub(super) estimate: C,
}

/// The options where nothing is said.
#[must_use]
pub fn ensuring() -> Ensuring {
    Ensuring::default()
}

impl<C> Ensuring<C> {
    /// `stale = …`.
    #[must_use]
    pub fn stale(self, stale: Stale) -> Self {
        Self { stale, ..self }
    }

    /// `rerun_failed = …`.
    #[must_use]
    pub fn rerun(self, rerun: Rerun) -> Self {
        Self { rerun, ..self }
    }

    /// `estimate = …`: what it will cost to make an artifact, in any unit.
    #[must_use]
    pub fn estimate<A, F: Fn(&A) -> f64, M>(self, _: Ty<A, M>, f: F) -> Ensuring<Estimate<F>> {
        Ensuring {
            stale: self.stale,
            rerun: self.rerun,
            estimate: Estimate(f),
        }
    }
}

/// No `estimate` was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEstimate;

/// The function that gives the cost of an artifact.
#[derive(Clone, Copy)]
pub struct Estimate<F>(F);

/// An estimate of the cost of making an `A`, or none.
pub trait Estimates<A> {
    /// There is an estimate.
    const GIVEN: bool;

    /// The cost, where that is told.
    fn cost(&self, artifact: &A) -> Option<f64>;
}

impl<A> Estimates<A> for NoEstimate {
    const GIVEN: bool = false;

    fn cost(&self, _: &A) -> Option<f64> {
        None
    }
}

impl<A, F: Fn(&A) -> f64> Estimates<A> for Estimate<F> {
    const GIVEN: bool = true;

    fn cost(&self, artifact: &A) -> Option<f64> {
        Some((self.0)(artifact))
    }
}
