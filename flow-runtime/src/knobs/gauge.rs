//! Gauges: numbers that the program shows.

use core::fmt;
use std::sync::Arc;

use crate::sync::atomic::{AtomicU64, Ordering};

/// A number that the program sets, for others to see.
///
/// A gauge is a handle: cloning it is cheap, and clones are one gauge. It has no lock.
///
/// ```
/// use flow_runtime::{flow, inspect::Gauge};
///
/// let read = Gauge::new();
/// let rows = flow! { from(["a", "bc"]) -> inspect(|row| read.add(row.len() as f64)) -> count() };
/// assert_eq!(rows.run(), 2);
/// assert_eq!(read.get(), 3.0);
/// ```
#[derive(Clone)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// A gauge at zero.
    ///
    /// ```
    /// # use flow_runtime::inspect::Gauge;
    /// assert_eq!(Gauge::new().get(), 0.0);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(0.0_f64.to_bits())))
    }

    /// Sets the number.
    ///
    /// ```
    /// # use flow_runtime::inspect::Gauge;
    /// let spent = Gauge::new();
    /// spent.clone().set(2.5);
    /// assert_eq!(spent.get(), 2.5);
    /// ```
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }

    /// Adds to the number; nothing that other threads add is lost.
    ///
    /// ```
    /// # use flow_runtime::inspect::Gauge;
    /// let spent = Gauge::new();
    /// spent.add(2.0);
    /// spent.add(-0.5);
    /// assert_eq!(spent.get(), 1.5);
    /// ```
    pub fn add(&self, more: f64) {
        let add = |bits| Some((f64::from_bits(bits) + more).to_bits());
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Returns the number.
    ///
    /// ```
    /// # use flow_runtime::inspect::Gauge;
    /// assert_eq!(Gauge::default().get(), 0.0);
    /// ```
    #[must_use]
    pub fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

impl Default for Gauge {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gauge").field(&self.get()).finish()
    }
}
