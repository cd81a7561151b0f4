//! Errors of files, which name the file.

use std::io;
use std::path::Path;

/// Returns the error with what was tried in its text, and the file: cannot open
/// `orders.txt`: no such file. It is of the same kind.
#[cold]
pub(crate) fn with_path(tried: &str, path: &Path, error: &io::Error) -> io::Error {
    let path = path.display();
    io::Error::new(error.kind(), format!("cannot {tried} `{path}`: {error}"))
}
