//! `<path>.resume`: which lines of a source have their rows in the file.
//!
//! ```text
//! {"format":"flow-resume","version":1,"source":{"bytes":52,"lines":4,"sum":"9ae16a3b2f90404f"},"key":"id","keep":["other"]}
//! {"lines":[[1,2],[4,4]],"end":61,"sum":"85944171f73967e8"}
//! {"line":3,"end":80,"sum":"c3a4a8a35c1f8d05"}
//! ```
//!
//! The first line names the source, the second says of ranges of its lines that they
//! are finished, and each further one says it of one line more. `end` is the length of
//! the file of the rows with that line's rows in it, `sum` that of the rows up to
//! there: so it is seen where somebody edits them.
//!
//! A line is promised before its rows are written, durably, and counts when they are
//! there. So a crash leaves promises of rows that did not come, which mean nothing,
//! and never rows of which nobody knows the line. Now and then, and at the end, the
//! promises become ranges, in a new file that takes the name.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_core::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::finished::Finished;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::fnv;
use crate::store::jsonl::commit::check;
use crate::store::jsonl::recover::{Expected, Scan};
use crate::store::jsonl::{beside, failure, name, replaced};
use crate::{Error, ErrorKind};

const FORMAT: &str = "flow-resume";
const VERSION: u64 = 1;

const EXPECTED: Expected = Expected {
    what: "what is said of finished lines (without this file it is made anew from the rows, where these have keys)",
    begins: |_| false,
};

/// Returns the path of the file beside these rows.
pub(crate) fn resume_path(rows: &Path) -> PathBuf {
    beside(rows, ".resume")
}

/// The number of lines that are promised one by one before they become ranges.
const PROMISES: usize = 4096;

/// Tells a source from all others, and from itself before somebody edited it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// Of its bytes.
    pub(crate) sum: u64,
}

/// The source that the rows of a file are made of, and the columns they are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The source, as errors name it.
    pub(crate) path: PathBuf,
    pub(crate) source: Fingerprint,
    /// The column of the key, where the rows have one.
    pub(crate) key: Option<String>,
    /// The columns that are copied.
    pub(crate) keep: Vec<String>,
}

/// The end of the file of the rows with the rows of a line, and their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) end: u64,
    pub(super) sum: u64,
}

impl Mark {
    pub(super) const NOTHING: Self = Self {
        end: 0,
        sum: fnv::EMPTY,
    };
}

/// The file while rows are written.
pub(super) struct Resume<D: Disk> {
    path: PathBuf,
    header: Header,
    /// There once something was said.
    file: Option<D::File>,
    /// Its length.
    pub(super) end: u64,
    /// The number of lines that it promises one by one.
    promises: usize,
}

/// The file as it was found, before its end is put right.
pub(super) struct Read<D: Disk> {
    resume: Resume<D>,
    scan: Option<Scan>,
    /// The lines that are said in ranges.
    pub(super) finished: Finished,
    /// The end of their rows; `None` where nothing is said at all.
    pub(super) settled: Option<Mark>,
    pub(super) promised: Vec<(u64, Mark)>,
}

impl<D: Disk> Read<D> {
    /// Reads the file beside `rows`, where there is one; changes nothing.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Stale`] where it is of another source, or of this one
    /// before it was edited, [`ErrorKind::Corrupt`] where it is another file.
    pub(super) fn new(disk: &D, rows: &Path, header: Header) -> Result<Self, Error> {
        let mut read = Self {
            resume: Resume {
                path: resume_path(rows),
                header,
                file: None,
                end: 0,
                promises: 0,
            },
            scan: None,
            finished: Finished::default(),
            settled: None,
            promised: Vec::new(),
        };
        let path = read.resume.path.clone();
        let file = match disk.open(&path, Open::Existing) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(read),
            Err(error) => return Err(failure(&path, "could not be opened", error)),
        };
        let mut other = None;
        let mut number = 0;
        let scan = Scan::read(&file, &path, &EXPECTED, |_, line| {
            number += 1;
            match number {
                1 => other = read.resume.header.compare(line, rows)?,
                2 => {
                    let ranges = field(line, "lines")?;
                    read.finished = serde_json::from_str(&ranges).map_err(broken)?;
                    read.settled = Some(mark(line)?);
                }
                _ => {
                    let line_number = number_in(&field(line, "line")?)?;
                    read.promised.push((line_number, mark(line)?));
                }
            }
            Ok(())
        })?;
        if let Some(error) = other {
            return Err(error);
        }
        read.resume.end = scan.end;
        read.resume.promises = read.promised.len();
        (read.resume.file, read.scan) = (Some(file), Some(scan));
        Ok(read)
    }

    /// Puts the end of the file right, where it is used on.
    pub(super) fn repair(self, untrusted: Option<u64>) -> Result<Resume<D>, Error> {
        if let (Some(scan), Some(file)) = (&self.scan, &self.resume.file) {
            scan.repair(file, &self.resume.path, b"", untrusted)?;
        }
        Ok(self.resume)
    }
}

impl<D: Disk> Resume<D> {
    /// Promises the rows of these lines, durably.
    pub(super) fn promise(&mut self, disk: &D, lines: &[(u64, Mark)]) -> Result<(), Error> {
        let path = &self.path;
        let Some(file) = &self.file else {
            let message = format!("{} is not there", name(path));
            return Err(Error::new(ErrorKind::Store, message));
        };
        check(disk, file, path, self.end)?;
        let mut text = Vec::new();
        for (line, mark) in lines {
            let Mark { end, sum } = mark;
            writeln!(
                text,
                "{{\"line\":{line},\"end\":{end},\"sum\":\"{sum:016x}\"}}"
            )
            .expect("memory takes all");
        }
        file.write_all_at(&text, self.end)
            .map_err(|error| failure(path, "could not be written", error))?;
        file.sync_data()
            .map_err(|error| failure(path, "could not be synced", error))?;
        self.end += text.len() as u64;
        self.promises += lines.len();
        Ok(())
    }

    /// Returns whether there are so many promises that they should become ranges.
    pub(super) fn is_long(&self) -> bool {
        self.promises >= PROMISES
    }

    /// Returns whether it says all that is finished in ranges.
    pub(super) fn is_settled(&self) -> bool {
        self.file.is_some() && self.promises == 0
    }

    /// Says in ranges what is finished, in a new file that takes the name.
    pub(super) fn settle(
        &mut self,
        disk: &D,
        finished: &Finished,
        mark: Mark,
    ) -> Result<(), Error> {
        let refused = |error| failure(&self.path, "could not be rewritten", error);
        let mut text = self.header.to_json();
        text.extend_from_slice(b"\n{\"lines\":[");
        for (index, (first, last)) in finished.ranges().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(text, "{comma}[{first},{last}]").expect("memory takes all");
        }
        let Mark { end, sum } = mark;
        writeln!(text, "],\"end\":{end},\"sum\":\"{sum:016x}\"}}").expect("memory takes all");
        self.file = Some(replaced(disk, &self.path, &text).map_err(refused)?);
        (self.end, self.promises) = (text.len() as u64, 0);
        Ok(())
    }
}

impl Header {
    fn to_json(&self) -> Vec<u8> {
        let Fingerprint { bytes, lines, sum } = self.source;
        let source = json!({"bytes": bytes, "lines": lines, "sum": format!("{sum:016x}")});
        let header = json!({
            "format": FORMAT, "version": VERSION, "source": source,
            "key": self.key, "keep": self.keep,
        });
        header.to_string().into_bytes()
    }

    /// Reads the header of a file; gives the error where it is of other rows.
    fn compare(&self, line: &[u8], rows: &Path) -> Result<Option<Error>, Error> {
        let there: Map<String, Value> = serde_json::from_slice(line).map_err(broken)?;
        if there.get("format") != Some(&json!(FORMAT)) {
            return Err(Error::new(ErrorKind::Corrupt, "it is another file"));
        }
        if there.get("version") != Some(&json!(VERSION)) {
            return Err(Error::new(ErrorKind::Store, "a later release wrote it"));
        }
        let here: Map<String, Value> = serde_json::from_slice(&self.to_json()).map_err(broken)?;
        let differs = |name: &str| there.get(name) != here.get(name);
        let (rows, source) = (rows.display(), self.path.display());
        let message = if differs("source") {
            format!(
                "`{source}` was edited since `{rows}` was begun: the rows there are of other \
                 lines; begin with a new file, or put the source back"
            )
        } else if differs("key") || differs("keep") {
            let said = |of: &Map<String, Value>| {
                let key = of.get("key").cloned().unwrap_or_default();
                let keep = of.get("keep").cloned().unwrap_or_default();
                format!("key {key} and columns {keep}")
            };
            format!(
                "`{rows}` was begun with {}, and now {} are asked for; begin with a new file",
                said(&there),
                said(&here)
            )
        } else {
            return Ok(None);
        };
        Ok(Some(Error::new(ErrorKind::Stale, message)))
    }
}

fn mark(line: &[u8]) -> Result<Mark, Error> {
    let end = number_in(&field(line, "end")?)?;
    let sum: String = serde_json::from_str(&field(line, "sum")?).map_err(broken)?;
    let sum = u64::from_str_radix(&sum, 16);
    let sum = sum.map_err(|error| Error::with_source(ErrorKind::Corrupt, "no sum", error))?;
    Ok(Mark { end, sum })
}

fn number_in(text: &str) -> Result<u64, Error> {
    serde_json::from_str(text).map_err(broken)
}

fn field(line: &[u8], name: &str) -> Result<String, Error> {
    let fields = Fields::parse(line)?;
    fields.column(name).map(RawValue::get).map(str::to_owned)
}

fn broken(error: serde_json::Error) -> Error {
    Error::with_source(ErrorKind::Corrupt, "it does not say so", error)
}

impl<'de> Deserialize<'de> for Finished {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Ranges)
    }
}

struct Ranges;

impl<'de> Visitor<'de> for Ranges {
    type Value = Finished;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ranges of lines")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut ranges: A) -> Result<Finished, A::Error> {
        /// More lines have no file; a broken number must not take all memory.
        const MOST: u64 = 1 << 40;
        let mut finished = Finished::default();
        while let Some((first, last)) = ranges.next_element::<(u64, u64)>()? {
            if first == 0 || first > last || last > MOST {
                return Err(serde_core::de::Error::custom("no range of lines"));
            }
            finished.insert_range(first, last);
        }
        Ok(finished)
    }
}
