//! `<path>.numbers`: which of the rows of its key a row is, where its place does not say.
//!
//! ```text
//! {"key":7,"row":0,"number":1}
//! ```
//!
//! The rows of a key have numbers, from 0 on, by which they are asked for. A row does not say
//! its own. Mostly it is the least that the key lacks, and nothing is said of it. Where a
//! later one is there first, for an earlier one failed or takes longer, a line says of the
//! row at a place among those of its key which number it has: the first row of the key 7 is
//! the one with the number 1.
//!
//! So the numbers of a key are those that are said, and the least others, as many as there
//! are rows of which nothing is said. A line is synced before its row is written, and counts
//! when that is there. When the rows of all keys are the first ones again, the file goes.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::fields::Fields;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::jsonl::recover::{Expected, Scan};
use crate::store::jsonl::{beside, failure, replaced};
use crate::{Error, ErrorKind};

const EXPECTED: Expected = Expected {
    what: "what is said of the numbers of rows (without this file the rows of a key count as its first ones)",
    begins: |_| false,
};

/// The numbers that are said of rows, by their keys and their places among the rows of those.
#[derive(Default)]
pub(super) struct Numbers(HashMap<Vec<u8>, BTreeMap<u64, u64>>);

/// The number of a row at a place among those of its key.
pub(super) struct Said {
    pub(super) key: Vec<u8>,
    pub(super) row: u64,
    pub(super) number: u64,
}

impl Numbers {
    /// Notes the row with this number that comes behind `count` rows of its key. Returns what
    /// has to be said of it.
    pub(super) fn note(&mut self, key: &[u8], count: u64, number: u64) -> Option<Said> {
        if self.lacking(key, count, u64::MAX).next() == Some(number) {
            return None;
        }
        let said = Said {
            key: key.to_vec(),
            row: count,
            number,
        };
        self.say(&said);
        Some(said)
    }

    /// Returns whether something is said of rows of a key.
    pub(super) fn says_of(&self, key: &[u8]) -> bool {
        self.0.contains_key(key)
    }

    fn say(&mut self, said: &Said) {
        let of_key = self.0.entry(said.key.clone()).or_default();
        of_key.insert(said.row, said.number);
    }

    /// Returns the numbers below `n` that a key with `count` rows lacks to have `n` rows.
    pub(super) fn lacking(&self, key: &[u8], count: u64, n: u64) -> Lacking {
        let of_key = self.0.get(key);
        let there = of_key.into_iter().flat_map(|said| said.range(..count));
        let mut said: Vec<_> = there.map(|(_, number)| *number).collect();
        said.sort_unstable();
        said.dedup();
        let mut lacking = Lacking {
            numbers: 0..n,
            most: n.saturating_sub(count),
            said,
        };
        let first = count - lacking.said.len() as u64;
        if lacking.said.is_empty() {
            lacking.numbers.start = first.min(n);
        } else {
            for _ in 0..first {
                lacking.free();
            }
        }
        lacking
    }

    /// Forgets what is said of rows that are not there, and of keys whose rows are their first
    /// ones. Returns whether there was any.
    pub(super) fn tidy(
        &mut self,
        mut count: impl FnMut(&[u8]) -> Result<u64, Error>,
    ) -> Result<bool, Error> {
        let mut has_changed = false;
        for key in self.0.keys().cloned().collect::<Vec<_>>() {
            has_changed |= self.tidy_key(&key, count(&key)?);
        }
        Ok(has_changed)
    }

    /// [`tidy`](Self::tidy) of a key with `count` rows.
    pub(super) fn tidy_key(&mut self, key: &[u8], count: u64) -> bool {
        let next = self.lacking(key, count, u64::MAX).next();
        let Some(said) = self.0.get_mut(key) else {
            return false;
        };
        let before = said.len();
        said.retain(|row, _| *row < count && next != Some(count));
        let has_changed = said.len() < before;
        if said.is_empty() {
            self.0.remove(key);
        }
        has_changed
    }
}

/// Numbers that a key lacks, from the least on.
#[derive(Clone, Debug)]
pub(crate) struct Lacking {
    numbers: Range<u64>,
    /// The number of them at most.
    most: u64,
    /// The numbers that are there beside the first ones, in order.
    said: Vec<u64>,
}

impl Lacking {
    /// The next number that is not said of any row.
    fn free(&mut self) -> Option<u64> {
        let said = &self.said;
        self.numbers
            .find(|number| said.binary_search(number).is_err())
    }
}

impl Iterator for Lacking {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.most = self.most.checked_sub(1)?;
        self.free()
    }
}

/// The file while rows are written.
pub(super) struct NumbersFile<D: Disk> {
    path: PathBuf,
    /// There once something was said.
    file: Option<D::File>,
    /// Its length.
    end: u64,
    /// The number of its lines, and of those at most before it is written anew.
    lines: usize,
    most: usize,
    /// It was found as it had been written.
    is_whole: bool,
}

/// The number of lines that are said before those are left out that need not be.
const LINES: usize = 4096;

impl<D: Disk> NumbersFile<D> {
    /// Reads the file beside `rows`, where there is one, into `numbers`; changes nothing.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Corrupt`] where it is another file.
    pub(super) fn read(disk: &D, rows: &Path, numbers: &mut Numbers) -> Result<Self, Error> {
        let mut read = Self {
            path: beside(rows, ".numbers"),
            file: None,
            end: 0,
            lines: 0,
            most: LINES,
            is_whole: true,
        };
        let path = &read.path;
        let file = match disk.open(path, Open::Existing) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(read);
            }
            Err(error) => return Err(failure(path, "could not be opened", error)),
        };
        let scan = Scan::read(&file, path, &EXPECTED, |_, line| {
            read.lines += 1;
            let fields = Fields::parse(line)?;
            numbers.say(&Said {
                key: fields.key("key")?,
                row: number(&fields, "row")?,
                number: number(&fields, "number")?,
            });
            Ok(())
        })?;
        let stat = file.stat();
        let stat = stat.map_err(|error| failure(path, "could not be read", error))?;
        read.is_whole = scan.end == stat.length;
        (read.file, read.end) = (Some(file), scan.end);
        Ok(read)
    }

    /// Returns whether the file was found as it had been written.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Says numbers of rows that are going to be written, durably.
    pub(super) fn say(&mut self, disk: &D, all: &[Said]) -> Result<(), Error> {
        if all.is_empty() {
            return Ok(());
        }
        let (path, text) = (&self.path, lines(all));
        let write = |file: &mut Option<D::File>, end| {
            let is_new = file.is_none();
            let file = match file {
                Some(file) => file,
                none => none.insert(disk.open(path, Open::OrMade)?),
            };
            file.write_all_at(&text, end)?;
            file.sync_all()?;
            if is_new {
                disk.sync_directory_of(path)?;
            }
            Ok(())
        };
        write(&mut self.file, self.end)
            .map_err(|error| failure(path, "could not be written", error))?;
        self.end += text.len() as u64;
        self.lines += all.len();
        Ok(())
    }

    /// Returns whether it says other than what is still to be said.
    pub(super) fn has_more_than(&self, numbers: &Numbers) -> bool {
        self.lines != numbers.0.values().map(BTreeMap::len).sum::<usize>()
    }

    /// Returns whether there are so many lines that those should go that need not be said.
    pub(super) fn is_long(&self) -> bool {
        self.lines >= self.most
    }

    /// Says in a new file what is still to be said, or takes the file away.
    pub(super) fn settle(&mut self, disk: &D, numbers: &Numbers) -> Result<(), Error> {
        let all: Vec<_> = numbers
            .0
            .iter()
            .flat_map(|(key, said)| {
                said.iter().map(|(row, number)| Said {
                    key: key.clone(),
                    row: *row,
                    number: *number,
                })
            })
            .collect();
        let text = lines(&all);
        let replace = || match all.is_empty() {
            true => disk.remove(&self.path).map(|()| None),
            false => replaced(disk, &self.path, &text).map(Some),
        };
        if self.file.is_some() {
            self.file =
                replace().map_err(|error| failure(&self.path, "could not be rewritten", error))?;
            self.end = text.len() as u64;
            self.lines = all.len();
            self.most = LINES + 2 * all.len();
        }
        Ok(())
    }
}

fn lines(all: &[Said]) -> Vec<u8> {
    let mut text = Vec::new();
    for Said { key, row, number } in all {
        // The bytes of a key are its JSON.
        text.extend_from_slice(b"{\"key\":");
        text.extend_from_slice(key);
        writeln!(text, ",\"row\":{row},\"number\":{number}}}").expect("memory takes all");
    }
    text
}

fn number(fields: &Fields, name: &str) -> Result<u64, Error> {
    serde_json::from_str(fields.column(name)?.get())
        .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no number", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes rows with these numbers one after the other. Returns the rows of which something
    /// is said.
    fn written(numbers: &mut Numbers, written: &[u64]) -> Vec<u64> {
        let rows = written.iter().enumerate();
        rows.filter_map(|(count, number)| numbers.note(b"7", count as u64, *number))
            .map(|said| said.number)
            .collect()
    }

    fn lacking(numbers: &Numbers, count: u64, n: u64) -> Vec<u64> {
        numbers.lacking(b"7", count, n).collect()
    }

    #[test]
    fn nothing_is_said_of_rows_that_come_in_order() {
        let mut numbers = Numbers::default();
        assert!(written(&mut numbers, &[0, 1, 2]).is_empty());
        assert_eq!(lacking(&numbers, 3, 5), [3, 4]);
        assert!(lacking(&numbers, 3, 2).is_empty());
    }

    #[test]
    fn whatever_the_order_what_is_lacking_is_known() {
        let orders: [&[u64]; 6] = [
            &[1],
            &[1, 0],
            &[4, 2, 0, 1],
            &[0, 2, 1, 5],
            &[3, 2, 1, 0],
            &[2, 0, 1, 4, 3, 6],
        ];
        for order in orders {
            let mut numbers = Numbers::default();
            for (count, number) in order.iter().enumerate() {
                numbers.note(b"7", count as u64, *number);
                let there = &order[..=count];
                let expected: Vec<_> = (0..8).filter(|number| !there.contains(number)).collect();
                let count = there.len() as u64;
                assert_eq!(lacking(&numbers, count, 8), expected, "{there:?}");
                numbers.tidy(|_| Ok(count)).unwrap();
                assert_eq!(lacking(&numbers, count, 8), expected, "{there:?}, tidy");
            }
        }
    }

    #[test]
    fn what_is_said_of_rows_that_did_not_come_means_nothing() {
        let mut numbers = Numbers::default();
        assert_eq!(written(&mut numbers, &[3, 2]), [3, 2]);
        assert_eq!(lacking(&numbers, 1, 5), [0, 1, 2, 4]);
        assert!(numbers.tidy(|_| Ok(1)).unwrap());
        assert_eq!(numbers.0[&b"7"[..]].len(), 1);
        assert!(!numbers.tidy(|_| Ok(1)).unwrap());
    }

    #[test]
    fn nothing_is_left_to_say_when_the_rows_are_the_first_ones() {
        let mut numbers = Numbers::default();
        written(&mut numbers, &[1, 2, 0]);
        assert!(numbers.tidy(|_| Ok(3)).unwrap());
        assert!(numbers.0.is_empty());
    }

    #[test]
    fn a_key_has_no_more_rows_than_are_wanted() {
        let mut numbers = Numbers::default();
        written(&mut numbers, &[4, 3]);
        // Two of three are there, though not the first ones.
        assert_eq!(lacking(&numbers, 2, 3), [0]);
    }
}
