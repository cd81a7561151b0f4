//! A stand-in for a world that is slow and fails now and then.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A number from 0 to 1, always the same for the same thing.
pub fn chance(of: impl Hash) -> f64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish() as f64 / u64::MAX as f64
}

/// The number of times that an example was run with its files in this folder.
pub fn number_of_this_run(folder: &Path) -> io::Result<u64> {
    let path = folder.join("runs.txt");
    let mut runs = File::options().create(true).append(true).open(path)?;
    runs.write_all(b".")?;
    Ok(runs.metadata()?.len())
}

/// The places of a service that takes so many at once, and refuses all others.
pub struct Places {
    all: usize,
    taken: AtomicUsize,
    refused: AtomicUsize,
}

impl Places {
    pub fn new(all: usize) -> Self {
        Self {
            all,
            taken: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        }
    }

    /// A place until it is dropped; `None` where there is none.
    pub fn take(&self) -> Option<Place<'_>> {
        let next = |taken| (taken < self.all).then_some(taken + 1);
        match self.taken.fetch_update(Relaxed, Relaxed, next) {
            Ok(_) => Some(Place(self)),
            Err(_) => {
                self.refused.fetch_add(1, Relaxed);
                None
            }
        }
    }

    /// The number of those refused so far.
    pub fn refused(&self) -> usize {
        self.refused.load(Relaxed)
    }
}

/// A place that is taken.
pub struct Place<'a>(&'a Places);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Relaxed);
    }
}
