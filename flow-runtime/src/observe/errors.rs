//! The errors of a stage: how many, and what the last ones said.
//!
//! To write a message takes longer than to carry an item through a loop. So of a stage that
//! fails without end not all are written: a thousand, and a thousand more after each
//! snapshot.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::StageErrors;

/// Says how many messages are kept.
const KEPT: usize = 4;

/// Says how many messages are written before somebody has read them.
const WRITTEN: u64 = 1000;

#[derive(Default)]
pub(super) struct Errors {
    count: AtomicU64,
    /// The messages are written up to this number.
    written_to: AtomicU64,
    last: Mutex<VecDeque<String>>,
}

impl Errors {
    pub(super) fn new() -> Self {
        Self {
            written_to: AtomicU64::new(WRITTEN),
            ..Self::default()
        }
    }

    /// Counts an error; `said` writes its message.
    pub(super) fn add(&self, said: impl FnOnce(&mut String)) {
        let number = self.count.fetch_add(1, Relaxed);
        if number < self.written_to.load(Relaxed) {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            // The oldest leaves its memory to the newest.
            let mut message = match last.len() {
                KEPT => last.pop_front().unwrap_or_default(),
                _ => String::new(),
            };
            message.clear();
            said(&mut message);
            last.push_back(message);
        }
    }

    pub(super) fn told(&self, stage: &str) -> Option<StageErrors> {
        let count = self.count.load(Relaxed);
        if count == 0 {
            return None;
        }
        self.written_to.store(count + WRITTEN, Relaxed);
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Some(StageErrors {
            stage: stage.into(),
            count,
            last: last.iter().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_messages_are_kept_and_all_are_counted() {
        let errors = Errors::new();
        assert_eq!(errors.told("a"), None);
        for n in 0..10 {
            errors.add(|to| to.push_str(&n.to_string()));
        }
        let told = errors.told("a").unwrap();
        assert_eq!((told.count, told.last.join(" ")), (10, "6 7 8 9".into()));
    }

    #[test]
    fn a_flood_is_written_as_often_as_it_is_read() {
        let errors = Errors::new();
        let mut written = 0;
        (0..5000).for_each(|_| errors.add(|_| written += 1));
        assert_eq!(written, 1000);
        errors.told("a");
        (0..5000).for_each(|_| errors.add(|_| written += 1));
        assert_eq!((written, errors.told("a").unwrap().count), (2000, 10_000));
    }
}
