//! The bar of `progress`, as `indicatif` draws it.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::ticker::{Stopped, Ticker};
use crate::operators::spending::Spending;

const REDRAW: Duration = Duration::from_millis(100);
const KNOWN: &str = "{prefix} {wide_bar} {pos}/{len} {per_sec} {eta} {msg}";
const UNKNOWN: &str = "{prefix} {spinner} {pos} {per_sec} {elapsed} {msg}";

/// A bar that a thread draws.
pub(super) struct Bar {
    label: Cow<'static, str>,
    total: Option<u64>,
    spending: Spending,
    ticker: Ticker,
}

impl Bar {
    pub(super) fn new(label: Cow<'static, str>, total: Option<u64>, spending: Spending) -> Self {
        Self {
            label,
            total,
            spending,
            ticker: Ticker::default(),
        }
    }

    /// Starts drawing, where there is someone to see it.
    pub(super) fn start(&mut self, position: &Arc<AtomicU64>) {
        let (label, total, spending) = (&self.label, self.total, &self.spending);
        self.ticker.start(|| {
            let bar = bar(label.clone(), total);
            let (position, spending) = (Arc::clone(position), spending.clone());
            move |stopped: Stopped| {
                let spent = || {
                    if let Some(text) = spending.text(position.load(Relaxed)) {
                        bar.set_message(text);
                    }
                };
                while stopped.within(REDRAW) {
                    spent();
                    bar.update(|state| state.set_pos(position.load(Relaxed)));
                }
                spent();
                bar.set_position(position.load(Relaxed));
                bar.abandon();
            }
        });
    }

    /// Draws the bar a last time.
    pub(super) fn finish(&mut self) {
        self.ticker.finish();
    }
}

fn bar(label: Cow<'static, str>, total: Option<u64>) -> ProgressBar {
    let template = total.map_or(UNKNOWN, |_| KNOWN);
    let style = ProgressStyle::with_template(template).expect("templates are well-formed");
    total
        .map_or_else(ProgressBar::no_length, ProgressBar::new)
        .with_style(style)
        .with_prefix(label)
}
