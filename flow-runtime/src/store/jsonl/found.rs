//! Files beside the records as they are found: their first line, their rows, their end.

use std::io;
use std::path::{Path, PathBuf};

use super::recover::{Expected, Recovered, Scan};
use super::side_file::{Rows, Side};
use super::{failure, name};
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::meta;
use crate::{Error, ErrorKind};

/// A kind of file beside the records.
pub(super) struct Format {
    pub(super) header: &'static [u8],
    /// The name in the header.
    pub(super) name: &'static str,
    pub(super) expected: Expected,
}

/// A file beside the records as it was found, before its end is put right.
pub(super) struct Found<F> {
    pub(super) side: Side<F>,
    scan: Option<Scan>,
}

impl<F: DiskFile> Found<F> {
    /// Reads the file, where there is one, and gives each row but the first to `row`;
    /// changes nothing.
    pub(super) fn read<D: Disk<File = F>>(
        disk: &D,
        open: Open,
        path: PathBuf,
        format: &Format,
        mut row: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut side = Side::new(path, format.header);
        let path = &side.path;
        let file = match disk.open(path, open) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { side, scan: None });
            }
            Err(error) => return Err(failure(path, "could not be opened", error)),
        };
        let (mut is_first, mut rows) = (true, 0);
        let scan = Scan::read(&file, path, &format.expected, |_, line| {
            if std::mem::take(&mut is_first) {
                return check_header(path, line, format.name);
            }
            rows += 1;
            row(line)
        })?;
        if is_first {
            check_begun(path, &scan, format.header)?;
        }
        (side.end, side.rows, side.file) = (scan.end, rows, Some(file));
        let scan = Some(scan);
        Ok(Self { side, scan })
    }

    /// Moves a torn end to a file of its own.
    pub(super) fn keep<D: Disk<File = F>>(&self, disk: &D) -> Result<Option<Recovered>, Error> {
        match &self.scan {
            Some(scan) => scan.keep(disk, &self.side.path),
            None => Ok(None),
        }
    }

    /// Puts the end of the file right, where there is one, and writes `rows` there.
    pub(super) fn repair(&mut self, rows: &Rows, untrusted: Option<u64>) -> Result<(), Error> {
        if let (Some(file), Some(scan)) = (&self.side.file, &self.scan) {
            scan.repair(file, &self.side.path, &rows.bytes, untrusted)?;
            self.side.end += rows.bytes.len() as u64;
            self.side.rows += rows.count;
        }
        Ok(())
    }
}

/// Sees that a file without a first line is one that was begun, and no other's.
fn check_begun(path: &Path, scan: &Scan, header: &[u8]) -> Result<(), Error> {
    let is_of_header = |torn: &[u8]| header.starts_with(torn) || torn.contains(&0);
    let is_begun = scan.end == 0 && scan.torn().is_none_or(is_of_header);
    if is_begun { Ok(()) } else { Err(foreign(path)) }
}

/// Sees that the first line is that of this format.
fn check_header(path: &Path, line: &[u8], format: &str) -> Result<(), Error> {
    const VERSION: u64 = 1;

    let fields = meta::fields(line).unwrap_or_default();
    let text = |field: &str| fields.get(field).map_or("", |value| value.get());
    if serde_json::from_str::<&str>(text("format")).ok() != Some(format) {
        return Err(match line.contains(&0) {
            true => Error::new(ErrorKind::Corrupt, "no first line"),
            false => foreign(path),
        });
    }
    match text("version").parse::<u64>() {
        Ok(VERSION) => Ok(()),
        _ => {
            let message = format!(
                "{} is of format {}, which a later release wrote; this one reads {VERSION}",
                name(path),
                text("version")
            );
            Err(Error::new(ErrorKind::Store, message))
        }
    }
}

fn foreign(path: &Path) -> Error {
    let message = format!(
        "{} is of another program; here lies what is kept beside records",
        name(path)
    );
    Error::new(ErrorKind::Store, message)
}
