//! The lines of a source that are finished: one bit a line, ranges where written.

/// Lines of a file, by their numbers from 1 on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finished(Vec<u64>);

impl Finished {
    pub(crate) fn contains(&self, line: u64) -> bool {
        let word = usize::try_from(line / 64)
            .ok()
            .and_then(|at| self.0.get(at));
        word.is_some_and(|word| word & bit(line) != 0)
    }

    pub(crate) fn insert(&mut self, line: u64) {
        self.word(line / 64, bit(line));
    }

    /// Adds all lines from the first to the last.
    pub(crate) fn insert_range(&mut self, first: u64, last: u64) {
        for word in first / 64..=last / 64 {
            let from = first.max(word * 64) % 64;
            let to = last.min(word * 64 + 63) % 64;
            self.word(word, (u64::MAX << from) & (u64::MAX >> (63 - to)));
        }
    }

    fn word(&mut self, at: u64, bits: u64) {
        let at = at as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= bits;
    }

    /// Returns the lines as ranges of a first and a last one, in their order.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let first = self.next(from, true)?;
            let end = self.next(first, false);
            from = end.unwrap_or(self.0.len() as u64 * 64);
            Some((first, from - 1))
        })
    }

    /// Returns the next line, from this one on, that is in it, or is not.
    fn next(&self, from: u64, is_in: bool) -> Option<u64> {
        let start = from / 64;
        let words = self.0.iter().enumerate().skip(start as usize);
        for (at, word) in words {
            let mut found = if is_in { *word } else { !*word };
            if at as u64 == start {
                found &= u64::MAX << (from % 64);
            }
            if found != 0 {
                return Some(at as u64 * 64 + u64::from(found.trailing_zeros()));
            }
        }
        None
    }
}

fn bit(line: u64) -> u64 {
    1 << (line % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_the_lines() {
        let mut finished = Finished::default();
        assert_eq!(finished.ranges().count(), 0);
        for line in [1, 2, 3, 63, 64, 65, 127, 200, 255] {
            finished.insert(line);
        }
        let ranges: Vec<_> = finished.ranges().collect();
        assert_eq!(
            ranges,
            [(1, 3), (63, 65), (127, 127), (200, 200), (255, 255)]
        );
        let mut again = Finished::default();
        for (first, last) in ranges {
            again.insert_range(first, last);
        }
        assert_eq!(again, finished);
        again.insert_range(2, 300);
        assert_eq!(again.ranges().collect::<Vec<_>>(), [(1, 300)]);
        assert!(again.contains(300) && !again.contains(301) && !again.contains(0));
        assert!(!again.contains(u64::MAX));
    }
}
