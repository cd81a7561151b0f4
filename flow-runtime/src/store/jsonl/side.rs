//! Metadata that is kept beside the records, in a file beside theirs.
//!
//! ```text
//! {"format":"flow-store-meta","version":1}
//! {"key":1,"version":3}
//! {"key":2,"none":true,"version":3}
//! {"key":1,"replaces":"85944171f73967e8","version":4}
//! {"key":1}
//! ```
//!
//! The first line names the format. Of several rows with one key the latest
//! counts; one with nothing but the key takes back what was said before. A torn
//! end is moved away as one of the records is. The lock of the records' file
//! guards this one too.
//!
//! A row is durable before its record. That of a new record promises none: a
//! crash between the two leaves a row that means nothing. One that replaces
//! something says [what](Replaced): as long as that is there, the row means
//! nothing, and the one before it counts. A record without
//! its row, as an editor may leave it, is adopted. Where the two contradict each
//! other, the record is right.
//!
//! Rows hold more in later releases: fields that are unknown here stay.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::found::{Format, Found};
use super::notes::says_none;
use super::recover::{Expected, Recovered};
use super::{Bare, Index, Row, beside, failure};
use crate::Error;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::encode::{Identified, Identify, Noted};
use crate::store::meta::{Replaced, says_nothing};

/// The first line.
pub(super) const HEADER: &[u8] = b"{\"format\":\"flow-store-meta\",\"version\":1}\n";

const FORMAT: Format = Format {
    header: HEADER,
    name: "flow-store-meta",
    expected: Expected {
        what: "metadata of a record (without this file, all records count as they are)",
        begins: |_| false,
    },
};

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

/// The metadata as it was found.
pub(super) struct Read<F> {
    found: Found<F>,
    /// The latest row of each key that means something.
    latest: Bare,
    /// The keys whose last row means nothing: its record did not come.
    overruled: Keys,
}

/// Keys and their JSON.
type Keys = BTreeMap<Vec<u8>, Vec<u8>>;

impl<F: DiskFile> Read<F> {
    /// Reads the file beside `records`, where there is one; changes nothing.
    /// `live` gives what is under a key.
    pub(super) fn new<D: Disk<File = F>>(
        disk: &D,
        open: Open,
        records: &Path,
        identify: &Identify,
        live: impl Fn(&[u8]) -> Result<Replaced, Error>,
    ) -> Result<Self, Error> {
        let (mut latest, mut overruled) = (Bare::new(), Keys::new());
        let path = beside(records, ".meta");
        let found = Found::read(disk, open, path, &FORMAT, |line| {
            let Noted { of, replaces, meta } = (identify.meta)(line)?;
            let Identified { key, key_json } = of;
            if replaces.is_some() && replaces == Some(live(&key)?) {
                overruled.insert(key, key_json);
            } else {
                overruled.remove(&key);
                latest.insert(key, Row { key_json, meta });
            }
            Ok(())
        })?;
        Ok(Self {
            found,
            latest,
            overruled,
        })
    }

    /// Moves a torn end to a file of its own.
    pub(super) fn keep<D: Disk<File = F>>(&self, disk: &D) -> Result<Option<Recovered>, Error> {
        self.found.keep(disk)
    }

    /// Puts the end of the file right, and the rows to their records. Gives the
    /// file and the rows without a record.
    pub(super) fn repair(
        mut self,
        index: &mut Index,
        untrusted: Option<u64>,
    ) -> Result<(Side<F>, Bare), Error> {
        // What is true now is said again, so that the next record of the key
        // does not give a meaning to a row that was not written for it.
        let mut rows = Rows::default();
        for (key, key_json) in &self.overruled {
            let meta = self.latest.get(key).map_or(&b""[..], |row| &row.meta);
            rows.push(key_json, None, meta);
        }
        self.found.repair(&rows, untrusted)?;
        Ok(self.put_to(index))
    }

    /// Puts the rows to their records. Gives the file as it is and the rows without a
    /// record.
    pub(super) fn put_to(self, index: &mut Index) -> (Side<F>, Bare) {
        let Self { found, latest, .. } = self;
        let mut bare = Bare::new();
        for (key, row) in latest {
            if says_nothing(&row.meta) {
                continue;
            }
            if says_none(&row) || !index.set_meta(&key, &row.meta) {
                bare.insert(key, row);
            }
        }
        (found.side, bare)
    }
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
