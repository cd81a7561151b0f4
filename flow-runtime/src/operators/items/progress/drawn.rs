//! The bar of `progress`, as `indicatif` draws it.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::spending::Spending;
use super::ticker::Stopped;

const REDRAW: Duration = Duration::from_millis(100);
const KNOWN: &str = "{prefix} {wide_bar} {pos}/{len} {per_sec} {eta} {msg}";
const UNKNOWN: &str = "{prefix} {spinner} {pos} {per_sec} {elapsed} {msg}";

/// Returns what draws the bar until it is stopped.
pub(super) fn drawing(
    label: Cow<'static, str>,
    total: Option<u64>,
    spending: Spending,
    position: Arc<AtomicU64>,
) -> impl FnOnce(Stopped) {
    let bar = bar(label, total);
    move |stopped| {
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
}

fn bar(label: Cow<'static, str>, total: Option<u64>) -> ProgressBar {
    let template = total.map_or(UNKNOWN, |_| KNOWN);
    let style = ProgressStyle::with_template(template).expect("templates are well-formed");
    total
        .map_or_else(ProgressBar::no_length, ProgressBar::new)
        .with_style(style)
        .with_prefix(label)
}
