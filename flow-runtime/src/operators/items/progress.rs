//! `progress`: a bar that says how far a flow is.
//!
//! An item costs a load and a store. A ticker of its own, started by the first
//! item, reads the count some times a second and draws the bar to standard
//! error. Where that is no terminal nothing is drawn and no thread started.
//! Behind stages with a budget it says what is spent, and what it will be.
//! Without the feature `progress` the bar is a line that counts.

#[cfg(feature = "progress")]
mod drawn;
#[cfg(not(feature = "progress"))]
mod plain;
mod ticker;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use self::ticker::Ticker;
use super::spending::Spending;
use crate::{Budget, terminal::Escaped, ty::Ty};
#[cfg(feature = "progress")]
use drawn::drawing;
#[cfg(not(feature = "progress"))]
use plain::drawing;

/// Shows a progress bar while items pass; `total = n` says how many will.
#[inline]
pub fn progress<T, M>(
    ty: Ty<T, M>,
    label: impl Into<Cow<'static, str>>,
    total: Option<u64>,
) -> Progress {
    progress_spending(ty, label, total, [])
}

/// [`progress`] behind stages with budgets.
#[inline]
pub fn progress_spending<T, const N: usize, M>(
    _: Ty<T, M>,
    label: impl Into<Cow<'static, str>>,
    total: Option<u64>,
    budgets: [Option<Budget>; N],
) -> Progress {
    let spending = Spending::new(budgets.into_iter().flatten(), total);
    Progress {
        position: Arc::default(),
        label: Escaped(label.into()).to_string().into(),
        total,
        spending,
        ticker: Ticker::default(),
    }
}

/// The count of the items that passed, and the bar that shows it.
pub struct Progress {
    /// Written by this operator alone, so that a load and a store suffice.
    position: Arc<AtomicU64>,
    label: Cow<'static, str>,
    total: Option<u64>,
    spending: Spending,
    ticker: Ticker,
}

impl Progress {
    /// Counts one item.
    #[inline]
    pub fn tick(&mut self) {
        let position = self.position();
        if position == 0 {
            self.start();
        }
        self.position.store(position + 1, Relaxed);
    }

    /// Leaves the bar as it is at the end of input.
    #[inline]
    pub fn finish(&mut self) {
        self.ticker.finish();
    }

    fn start(&mut self) {
        let (label, total) = (&self.label, self.total);
        let (spending, position) = (&self.spending, &self.position);
        self.ticker
            .start(|| drawing(label.clone(), total, spending.clone(), Arc::clone(position)));
    }

    /// Returns how many items passed.
    #[inline]
    fn position(&self) -> u64 {
        self.position.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted() {
        let mut progress = progress(Ty::<u8>::new(), "rows", Some(3));
        for _ in 0..3 {
            progress.tick();
        }
        progress.finish();
        assert_eq!(progress.position(), 3);
    }

    #[test]
    fn labels_may_be_made_at_run_time() {
        let mut progress = progress(Ty::<u8>::new(), format!("part {}", 1), None);
        progress.finish();
        assert_eq!(progress.position(), 0);
    }
}
