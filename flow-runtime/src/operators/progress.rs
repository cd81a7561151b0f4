//! `progress`: a bar that says how far a flow is.
//!
//! An item costs a load and a store. A ticker of its own, started by the first
//! item, reads the count some times a second and draws the bar to standard
//! error. Where that is no terminal nothing is drawn and no thread started.
//! Behind stages with a budget it says what is spent, and what it will be.
//! Without the feature `progress` the bar is a line that counts.

#[cfg(not(feature = "progress"))]
mod plain;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::spending::Spending;
use crate::{Budget, ty::Ty};
#[cfg(not(feature = "progress"))]
use plain as bar;

/// Shows a progress bar while items pass; `total = n` says how many will.
#[inline]
pub fn progress<T>(ty: Ty<T>, label: impl Into<Cow<'static, str>>, total: Option<u64>) -> Progress {
    progress_spending(ty, label, total, [])
}

/// [`progress`] behind stages with budgets.
#[inline]
pub fn progress_spending<T, const N: usize>(
    _: Ty<T>,
    label: impl Into<Cow<'static, str>>,
    total: Option<u64>,
    budgets: [Option<Budget>; N],
) -> Progress {
    let spending = Spending::new(budgets.into_iter().flatten(), total);
    Progress {
        position: Arc::default(),
        bar: bar::Bar::new(label.into(), total, spending),
    }
}

/// The count of the items that passed, and the bar that shows it.
pub struct Progress {
    /// Written by this operator alone, so that a load and a store suffice.
    position: Arc<AtomicU64>,
    bar: bar::Bar,
}

impl Progress {
    /// Counts one item.
    #[inline]
    pub fn tick(&mut self) {
        let position = self.position();
        if position == 0 {
            self.bar.start(&self.position);
        }
        self.position.store(position + 1, Relaxed);
    }

    /// Leaves the bar as it is at the end of input.
    #[inline]
    pub fn finish(&mut self) {
        self.bar.finish();
    }

    /// Returns how many items passed.
    #[inline]
    fn position(&self) -> u64 {
        self.position.load(Relaxed)
    }
}

#[cfg(feature = "progress")]
mod bar {
    use std::borrow::Cow;
    use std::io::{IsTerminal, stderr};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

    use indicatif::{ProgressBar, ProgressStyle};

    use crate::operators::spending::Spending;

    const REDRAW: Duration = Duration::from_millis(100);
    const KNOWN: &str = "{prefix} {wide_bar} {pos}/{len} {per_sec} {eta} {msg}";
    const UNKNOWN: &str = "{prefix} {spinner} {pos} {per_sec} {elapsed} {msg}";

    /// A bar, and the thread that draws it.
    pub(super) struct Bar {
        label: Cow<'static, str>,
        total: Option<u64>,
        spending: Spending,
        /// There while the bar is drawn. Dropping the sender ends the thread.
        ticker: Option<(Sender<()>, JoinHandle<()>)>,
    }

    impl Bar {
        pub(super) fn new(
            label: Cow<'static, str>,
            total: Option<u64>,
            spending: Spending,
        ) -> Self {
            Self {
                label,
                total,
                spending,
                ticker: None,
            }
        }

        /// Starts drawing, where there is someone to see it.
        #[cold]
        pub(super) fn start(&mut self, position: &Arc<AtomicU64>) {
            if self.ticker.is_some() || !stderr().is_terminal() {
                return;
            }
            let template = self.total.map_or(UNKNOWN, |_| KNOWN);
            let style = ProgressStyle::with_template(template).expect("templates are well-formed");
            let bar = match self.total {
                Some(total) => ProgressBar::new(total),
                None => ProgressBar::no_length(),
            }
            .with_style(style)
            .with_prefix(self.label.clone());
            let (position, spending) = (Arc::clone(position), self.spending.clone());
            let (stop, stopped) = channel();
            let draw = move || {
                let spent = || {
                    if let Some(text) = spending.text(position.load(Relaxed)) {
                        bar.set_message(text);
                    }
                };
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(REDRAW) {
                    spent();
                    bar.update(|state| state.set_pos(position.load(Relaxed)));
                }
                spent();
                bar.set_position(position.load(Relaxed));
                bar.abandon();
            };
            // A flow works without a bar where no thread is to be had.
            self.ticker = thread::Builder::new()
                .name("flow progress".to_owned())
                .spawn(draw)
                .ok()
                .map(|thread| (stop, thread));
        }

        /// Draws the bar a last time.
        pub(super) fn finish(&mut self) {
            if let Some((stop, thread)) = self.ticker.take() {
                drop(stop);
                // It fails only if it panicked, and has said so itself.
                let _ = thread.join();
            }
        }
    }

    impl Drop for Bar {
        fn drop(&mut self) {
            self.finish();
        }
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
