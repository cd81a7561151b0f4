//! What stands in for a world that is slow and fails now and then.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::Path;

/// A number from 0 to 1, always the same for the same thing.
pub fn chance(of: impl Hash) -> f64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish() as f64 / u64::MAX as f64
}

/// How often an example was run with its files in this folder.
pub fn number_of_this_run(folder: &Path) -> io::Result<u64> {
    let path = folder.join("runs.txt");
    let mut runs = File::options().create(true).append(true).open(path)?;
    runs.write_all(b".")?;
    Ok(runs.metadata()?.len())
}
