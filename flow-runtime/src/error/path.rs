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

/// Returns the error of a line that is not UTF-8, by its number.
#[cold]
pub(crate) fn not_text(number: u64, path: &Path) -> io::Error {
    not_utf8(&format!("line {number}"), path)
}

/// Returns the error of a line, `which`, that is not UTF-8.
#[cold]
pub(crate) fn not_utf8(which: &str, path: &Path) -> io::Error {
    let wrong = format!("{which} of `{}` is not UTF-8", path.display());
    io::Error::new(io::ErrorKind::InvalidData, wrong)
}
