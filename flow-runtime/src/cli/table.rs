//! Printing of tables, sizes and times.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::terminal::Escaped;

/// Rows whose columns are as wide as they have to be; the last one runs free.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// The columns that are set to the right.
    right: Vec<usize>,
}

impl Table {
    pub(super) fn new(head: &[&str], right: &[usize]) -> Self {
        Self {
            rows: vec![head.iter().map(|word| (*word).to_owned()).collect()],
            right: right.to_vec(),
        }
    }

    /// Adds a row. Line breaks would tear it, and what a terminal obeys would do as it likes.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let one_line = |cell: String| Escaped(cell.replace(['\n', '\r', '\t'], " ")).to_string();
        self.rows.push(cells.into_iter().map(one_line).collect());
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let gap = widths[column] - cell.chars().count();
                if column > 0 {
                    line.push_str("  ");
                }
                match self.right.contains(&column) {
                    true => line.extend([&*" ".repeat(gap), cell]),
                    false => line.extend([&**cell, &*" ".repeat(gap)]),
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Bytes as people say them.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        (size, unit) = (size / 1024.0, unit + 1);
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// A time as `2026-01-01 12:00:00Z`.
pub(super) fn time(when: SystemTime) -> String {
    let seconds = when
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let (days, rest) = (seconds / 86400, seconds % 86400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

/// The day so many days behind the first of January 1970: Howard Hinnant's
/// `civil_from_days`.
fn date(days: u64) -> (u64, u64, u64) {
    // From the first of March of the year 0, so that leap days come last.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&["key", "n", "error"], &[1]);
        table.row(["1".to_owned(), "100".to_owned(), "so\nit is".to_owned()]);
        table.row(["\"ü\"".to_owned(), "2".to_owned(), String::new()]);
        table.row(["2".to_owned(), "3".to_owned(), "\u{1b}[2J".to_owned()]);
        let text = "key    n  error\n1    100  so it is\n\"ü\"    2\n2      3  \\u{1b}[2J\n";
        assert_eq!(table.to_string(), text);
    }

    #[test]
    fn sizes_and_times_are_readable() {
        let sizes = [0, 1023, 1024, 1536, 5 << 20, 3 << 30].map(size);
        assert_eq!(
            sizes,
            ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "5.0 MiB", "3.0 GiB"]
        );
        let at = |seconds| time(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01 00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29 00:00:00Z");
        assert_eq!(at(1_767_225_599), "2025-12-31 23:59:59Z");
        assert_eq!(at(1_772_323_200), "2026-03-01 00:00:00Z");
    }
}
