//! The line of `progress`: one line of a terminal, written over and over.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::super::spending::Spending;
use super::ticker::Stopped;

const REWRITE: Duration = Duration::from_millis(250);

/// Returns what writes the line until it is stopped.
pub(super) fn drawing(
    label: Cow<'static, str>,
    total: Option<u64>,
    spending: Spending,
    position: Arc<AtomicU64>,
) -> impl FnOnce(Stopped) {
    let began = Instant::now();
    let write = move |end: &str| {
        let position = position.load(Relaxed);
        let mut line = line(&label, position, total, began.elapsed());
        if let Some(text) = spending.text(position) {
            let _ = write!(line, " {text}");
        }
        // Back to the start of the line, and to its end cleared.
        let _ = write!(stderr(), "\r{line}\x1b[K{end}");
    };
    move |stopped| {
        while stopped.within(REWRITE) {
            write("");
        }
        write("\n");
    }
}

/// Returns the line: `answers 120/3000 4 % 37/s 3s`.
fn line(label: &str, position: u64, total: Option<u64>, passed: Duration) -> String {
    let mut line = format!("{label} {position}");
    // Writing to a string never fails.
    if let Some(total) = total {
        let done = position
            .saturating_mul(100)
            .checked_div(total)
            .unwrap_or(100);
        let _ = write!(line, "/{total} {done} %");
    }
    let millis = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX).max(1);
    let speed = position.saturating_mul(1000) / millis;
    let _ = write!(line, " {speed}/s {}s", passed.as_secs());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        let passed = Duration::from_millis(2500);
        assert_eq!(
            line("rows", 50, Some(200), passed),
            "rows 50/200 25 % 20/s 2s"
        );
        assert_eq!(line("rows", 50, None, passed), "rows 50 20/s 2s");
    }

    #[test]
    fn nothing_of_nothing_is_all() {
        assert_eq!(
            line("rows", 0, Some(0), Duration::ZERO),
            "rows 0/0 100 % 0/s 0s"
        );
    }
}
