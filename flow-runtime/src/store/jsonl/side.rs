//! What is kept beside the records, in a file beside theirs.
//!
//! ```text
//! {"format":"flow-store-meta","version":1}
//! {"key":1,"version":3}
//! {"key":2,"none":true,"version":3}
//! {"key":1}
//! ```
//!
//! The first line names the format. Of several rows with one key the latest
//! counts; one with nothing but the key takes back what was said before. A torn
//! last line is moved away as one of the records is. The lock of the records'
//! file guards this one too.
//!
//! The row of a new record is durable before the record, and promises none: a
//! crash between the two leaves a row that means nothing. Where a record is
//! replaced or goes, its row follows it: a crash between the two leaves the
//! record with the row of the one before, stale where the versions differ. A
//! record without its row, as an editor may leave it, is adopted. Where the two
//! contradict each other, the record is right.
//!
//! Rows hold more in later releases: fields that are unknown here stay.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::recover::{Recovered, Scan};
use super::{Bare, Index, Row, beside, failure, name};
use crate::store::disk::{is_same, sync_directory_of, write_all_at};
use crate::store::encode::Identify;
use crate::store::meta::{self, says_nothing};
use crate::{Error, ErrorKind};

/// The first line.
pub(super) const HEADER: &[u8] = b"{\"format\":\"flow-store-meta\",\"version\":1}\n";
const FORMAT: &str = "flow-store-meta";
const VERSION: u64 = 1;

/// The file beside the records, made when there is something to say.
pub(super) struct Side {
    pub(super) path: PathBuf,
    pub(super) file: Option<File>,
    /// Where the next row begins.
    pub(super) end: u64,
    /// How many rows it has, those included that later ones take back.
    pub(super) rows: usize,
}

/// The file as it was found, before its end is put right.
pub(super) struct Read {
    side: Side,
    scan: Option<Scan>,
    /// The latest row of each key.
    latest: Bare,
}

impl Read {
    /// Reads the file beside `records`, where there is one; changes nothing.
    pub(super) fn new(records: &Path, identify: Identify) -> Result<Self, Error> {
        let path = beside(records, ".meta");
        let mut read = Self {
            side: Side {
                path,
                file: None,
                end: 0,
                rows: 0,
            },
            scan: None,
            latest: Bare::new(),
        };
        let path = &read.side.path;
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(failure(path, "could not be opened", error)),
        };
        let mut is_first = true;
        let what = "metadata of a record (without this file, all records count as they are)";
        let scan = Scan::read(&file, path, what, |_, line| {
            if std::mem::take(&mut is_first) {
                return check_header(path, line);
            }
            let (identified, meta) = (identify.meta)(line)?;
            let key_json = identified.key_json;
            read.latest.insert(identified.key, Row { key_json, meta });
            read.side.rows += 1;
            Ok(())
        })?;
        let has_no_header = is_first
            && match scan.torn() {
                Some(torn) => scan.end > 0 || !is_of_header(torn),
                None => scan.end > 0,
            };
        if has_no_header {
            return Err(foreign(path));
        }
        read.side.end = scan.end;
        read.side.file = Some(file);
        read.scan = Some(scan);
        Ok(read)
    }

    /// Puts the end of the file right, and the rows to their records. Gives the
    /// file, the rows without a record, and the torn line.
    pub(super) fn repair(
        self,
        index: &mut Index,
    ) -> Result<(Side, Bare, Option<Recovered>), Error> {
        let Self { side, scan, latest } = self;
        let mut recovered = None;
        if let (Some(file), Some(scan)) = (&side.file, scan) {
            recovered = scan.repair(file, &side.path)?;
            if side.end > 0 {
                // As with the records: what counts has to be durable.
                file.sync_data()
                    .map_err(|error| failure(&side.path, "could not be synced", error))?;
            }
        }
        let mut bare = Bare::new();
        for (key, row) in latest {
            let says_none = || meta::Meta::from_json(&row.meta).is_ok_and(|meta| meta.none);
            match index.get_mut(&key) {
                _ if says_nothing(&row.meta) => {}
                Some(line) if !says_none() => line.meta = row.meta.into(),
                _ => {
                    bare.insert(key, row);
                }
            }
        }
        Ok((side, bare, recovered))
    }
}

impl Side {
    /// Whether the file is as it was left. One that was removed is none; another
    /// change is an error.
    pub(super) fn is_there(&self) -> Result<bool, Error> {
        let Some(file) = &self.file else {
            return Ok(true);
        };
        let lost = |error| failure(&self.path, "is lost", error);
        let there = match self.path.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            there => there.map_err(lost)?,
        };
        if is_same(&file.metadata().map_err(lost)?, &there) && there.len() == self.end {
            return Ok(true);
        }
        let message = format!("{} was changed while it was open", name(&self.path));
        Err(Error::new(ErrorKind::Store, message))
    }

    /// Appends rows in one write, and syncs them.
    pub(super) fn append(&mut self, records: &Path, rows: &Rows) -> Result<(), Error> {
        let written = self.try_append(records, rows);
        written.map_err(|error| failure(&self.path, "could not be written", error))
    }

    fn try_append(&mut self, records: &Path, rows: &Rows) -> io::Result<()> {
        let header = if self.end == 0 { HEADER } else { b"" };
        let bytes = [header, &rows.bytes].concat();
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut options = OpenOptions::new();
                let options = options.read(true).write(true).create_new(true);
                none.insert(options.open(&self.path)?)
            }
        };
        if self.end == 0 {
            // Keys are as private as their records.
            file.set_permissions(fs::metadata(records)?.permissions())?;
        }
        write_all_at(file, &bytes, self.end)?;
        file.sync_data()?;
        if self.end == 0 {
            sync_directory_of(&self.path)?;
        }
        self.end += bytes.len() as u64;
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
    pub(super) fn push(&mut self, key_json: &[u8], meta: &[u8]) {
        self.count += 1;
        self.bytes.extend_from_slice(b"{\"key\":");
        self.bytes.extend_from_slice(key_json);
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

/// Whether a cut-off line is the beginning of the first one.
fn is_of_header(torn: &[u8]) -> bool {
    HEADER.starts_with(torn) || torn.contains(&0)
}

fn check_header(path: &Path, line: &[u8]) -> Result<(), Error> {
    let fields = meta::fields(line).unwrap_or_default();
    let text = |field: &str| fields.get(field).map_or("", |value| value.get());
    if serde_json::from_str::<&str>(text("format")).ok() != Some(FORMAT) {
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
