//! A file beside the records, and the rows that go to it.

use std::io;
use std::path::{Path, PathBuf};

use super::failure;
use crate::Error;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::meta::{Replaced, says_nothing};

/// A file beside the records, made when there is something to say.
pub(super) struct Side<F> {
    pub(super) path: PathBuf,
    /// Its first line.
    pub(super) header: &'static [u8],
    pub(super) file: Option<F>,
    /// The offset of the next row.
    pub(super) end: u64,
    /// The number of its rows, those included that later ones take back.
    pub(super) rows: usize,
}

impl<F> Side<F> {
    /// No file yet.
    pub(super) fn new(path: PathBuf, header: &'static [u8]) -> Self {
        Self {
            path,
            header,
            file: None,
            end: 0,
            rows: 0,
        }
    }
}

impl<F: DiskFile> Side<F> {
    /// Makes sure that the file is as it was left.
    pub(super) fn check<D: Disk<File = F>>(&self, disk: &D) -> Result<(), Error> {
        match &self.file {
            Some(file) => super::commit::check(disk, file, &self.path, self.end),
            None => Ok(()),
        }
    }

    /// Appends rows in one write, and syncs them.
    pub(super) fn append<D: Disk<File = F>>(
        &mut self,
        disk: &D,
        records: &Path,
        rows: &Rows,
    ) -> Result<(), Error> {
        if rows.count == 0 {
            return Ok(());
        }
        let written = self.try_append(disk, records, rows);
        written.map_err(|error| failure(&self.path, "could not be written", error))
    }

    fn try_append<D: Disk<File = F>>(
        &mut self,
        disk: &D,
        records: &Path,
        rows: &Rows,
    ) -> io::Result<()> {
        let header = if self.end == 0 { self.header } else { b"" };
        let bytes = [header, &rows.bytes].concat();
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(disk.open(&self.path, Open::New)?),
        };
        if self.end == 0 {
            // Keys are as private as their records.
            disk.copy_permissions(records, file)?;
        }
        file.write_all_at(&bytes, self.end)?;
        file.sync_data()?;
        if self.end == 0 {
            disk.sync_directory_of(&self.path)?;
        }
        self.end += bytes.len() as u64;
        self.rows += rows.count;
        Ok(())
    }

    /// Appends rows to a file that is there, in one write. They are durable with the
    /// next rows that have to be.
    pub(super) fn append_later(&mut self, rows: &Rows) -> Result<(), Error> {
        let Some(file) = self.file.as_ref().filter(|_| rows.count > 0) else {
            return Ok(());
        };
        let written = file.write_all_at(&rows.bytes, self.end);
        written.map_err(|error| failure(&self.path, "could not be written", error))?;
        self.end += rows.bytes.len() as u64;
        self.rows += rows.count;
        Ok(())
    }
}

/// Rows as they are written.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) bytes: Vec<u8>,
    pub(super) count: usize,
}

impl Rows {
    /// Adds a row, which is not true as long as what it `replaces` is there.
    pub(super) fn push(&mut self, key_json: &[u8], replaces: Option<Replaced>, meta: &[u8]) {
        self.count += 1;
        self.bytes.extend_from_slice(b"{\"key\":");
        self.bytes.extend_from_slice(key_json);
        if let Some(replaced) = replaces {
            self.bytes.extend_from_slice(b",\"replaces\":");
            self.bytes.extend_from_slice(replaced.to_json().as_bytes());
        }
        if says_nothing(meta) {
            self.bytes.push(b'}');
        } else {
            // The rest of an object, behind its brace.
            self.bytes.push(b',');
            self.bytes.extend_from_slice(&meta[1..]);
        }
        self.bytes.push(b'\n');
    }
}
