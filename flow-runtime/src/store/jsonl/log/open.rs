//! From files as they are found to rows that can be added to.
//!
//! All is read before anything is changed, so that a refusal leaves every byte.

use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use serde_core::de::IgnoredAny;

use super::fields::Fields;
use super::finished::Finished;
use super::numbers::NumbersFile;
use super::resume::{Header, Mark, Read};
use super::{Index, Log, Tail};
use crate::store::disk::Disk;
use crate::store::fnv;
use crate::store::jsonl::recover::{Expected, Recovered, Scan};
use crate::store::jsonl::unsynced::{Note, Untrusted};
use crate::store::jsonl::{failure, lock, name};
use crate::{Error, ErrorKind};

/// The means by which the rows of a file are known.
pub(crate) enum Opening {
    /// By the keys in this column.
    Keys(String),
    /// By the lines of a source.
    Lines(Header),
}

/// A file of rows, and what was found of it.
pub(super) struct Opened<D: Disk> {
    pub(super) log: Log<D>,
    pub(super) recovered: Option<Recovered>,
    /// There are rows of which it is not known whether they are of the source.
    pub(super) is_lost: bool,
}

impl<D: Disk> Log<D> {
    /// Opens and locks the file, and repairs its end where a crash tore it.
    pub(super) fn open(disk: D, path: &Path, opening: Opening) -> Result<Opened<D>, Error> {
        let (file, path) = lock::open(&disk, path)?;
        let column = match &opening {
            Opening::Keys(key) => Some(key.clone()),
            Opening::Lines(header) => header.key.clone(),
        };
        let mut index = match &opening {
            Opening::Keys(_) => Some(Index::new(&path)?),
            Opening::Lines(_) => None,
        };
        let read = |index: &mut Index| NumbersFile::read(&disk, &path, &mut index.numbers);
        let mut numbers = index.as_mut().map(read).transpose()?;
        let resume = match opening {
            Opening::Keys(_) => None,
            Opening::Lines(header) => Some(Read::new(&disk, &path, header)?),
        };
        let mut marks = Marks::new(resume.as_ref());
        let expected = expected(column.is_none() && marks.has_settled);
        let scan = Scan::read(&*file, &path, &expected, |offset, line| {
            if let Some(column) = &column {
                let key = Fields::parse(line)?.key(column)?;
                if let Some(index) = &mut index {
                    index.count(&key, offset, &path)?;
                }
            } else {
                serde_json::from_slice::<IgnoredAny>(line)
                    .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON", error))?;
            }
            marks.row(offset, line);
            Ok(())
        })?;
        let mut note = Note::new(&path);
        let untrusted = note
            .found(&disk)
            .map_err(|error| failure(&path, "has a note that cannot be read", error))?;
        let verdict = marks.verdict(column.is_some(), &path)?;
        let scan = match verdict.cut {
            Some(end) => scan.cut_off(&*file, &path, end)?,
            None => scan,
        };
        let recovered = scan.keep(&disk, &path)?;
        // From here on the files are changed.
        let tails = match untrusted {
            Some(Untrusted::Tails { records, side }) => Some((records, side)),
            Some(Untrusted::Names) => Some((0, 0)),
            None => None,
        };
        scan.repair(&*file, &path, b"", tails.map(|(records, _)| records))?;
        let mut finished = Finished::default();
        let mut resume = match resume {
            Some(mut read) => {
                if !verdict.is_lost {
                    finished = std::mem::take(&mut read.finished);
                    for (line, _) in &read.promised[..verdict.kept] {
                        finished.insert(*line);
                    }
                }
                Some(read.repair(tails.map(|(_, side)| side))?)
            }
            None => None,
        };
        if let (Some(file), Some(index)) = (&mut numbers, &mut index)
            && (index.tidy(&path)? || !file.is_whole() || tails.is_some())
        {
            file.settle(&disk, &index.numbers)?;
        }
        let mark = Mark {
            end: scan.end,
            sum: verdict.sum,
        };
        if let Some(resume) = &mut resume
            && !verdict.is_lost
            && !resume.is_settled()
        {
            resume.settle(&disk, &finished, mark)?;
        }
        note.settle();
        note.clear(&disk);
        let log = Self {
            disk,
            path,
            file: Arc::new(file),
            index: RwLock::new(index),
            finished: RwLock::new(finished),
            tail: Mutex::new(Tail {
                mark,
                rows: verdict.rows,
                resume,
                numbers,
                note,
            }),
        };
        Ok(Opened {
            log,
            recovered,
            is_lost: verdict.is_lost,
        })
    }
}

/// Returns the demands on a row. One with a key is an object; one without may be anything, but
/// only where rows were promised.
fn expected(may_be_anything: bool) -> Expected {
    let what = "a row";
    let begins = if may_be_anything {
        |_: &[u8]| true
    } else {
        |_: &[u8]| false
    };
    Expected { what, begins }
}

/// Compares what is said of finished lines with the rows that are there.
struct Marks {
    /// The marks as they are said, the rows of each line behind those of the ones before.
    said: Vec<Mark>,
    /// The first is of ranges, and was durable before it was said.
    has_resume: bool,
    has_settled: bool,
    /// The number of them that are right so far.
    right: usize,
    /// Somebody edited the rows.
    is_wrong: bool,
    rows: u64,
    /// The number of rows up to the last that is right.
    known: u64,
    here: Mark,
    /// As `here`, at the last that is right.
    last: Mark,
}

/// The fate of a file.
struct Verdict {
    is_lost: bool,
    /// The number of promises that are kept.
    kept: usize,
    /// Rows behind this offset are of a line that is not finished.
    cut: Option<u64>,
    rows: u64,
    sum: u64,
}

impl Marks {
    fn new<D: Disk>(read: Option<&Read<D>>) -> Self {
        let settled = read.and_then(|read| read.settled);
        let promised = read.map_or(&[][..], |read| &read.promised);
        let said = settled.into_iter();
        let mut marks = Self {
            said: said.chain(promised.iter().map(|(_, mark)| *mark)).collect(),
            has_resume: read.is_some(),
            has_settled: settled.is_some(),
            right: 0,
            is_wrong: false,
            rows: 0,
            known: 0,
            here: Mark::NOTHING,
            last: Mark::NOTHING,
        };
        marks.compare();
        marks
    }

    fn row(&mut self, offset: u64, line: &[u8]) {
        self.rows += 1;
        let end = offset + line.len() as u64 + 1;
        let sum = fnv::add(fnv::add(self.here.sum, line), b"\n");
        self.here = Mark { end, sum };
        self.compare();
    }

    fn compare(&mut self) {
        while let Some(said) = self.said.get(self.right)
            && said.end <= self.here.end
            && !self.is_wrong
        {
            if *said == self.here {
                self.right += 1;
                (self.known, self.last) = (self.rows, self.here);
            } else {
                self.is_wrong = true;
            }
        }
    }

    /// # Errors
    ///
    /// Where rows without keys are there, and nobody knows the lines they are of.
    fn verdict(&self, has_keys: bool, path: &Path) -> Result<Verdict, Error> {
        let mut verdict = Verdict {
            is_lost: false,
            kept: self.right.saturating_sub(usize::from(self.has_settled)),
            cut: None,
            rows: self.rows,
            sum: self.here.sum,
        };
        if !self.has_resume {
            return Ok(verdict);
        }
        let is_wrong = self.is_wrong || (self.has_settled && self.right == 0);
        let broken_promises = self.right < self.said.len();
        if is_wrong || (self.rows > self.known && (has_keys || !broken_promises)) {
            if !has_keys && self.rows > 0 {
                return Err(unknown(path, self.has_settled));
            }
            verdict.is_lost = true;
        } else if self.rows > self.known {
            verdict.cut = Some(self.last.end);
            (verdict.rows, verdict.sum) = (self.known, self.last.sum);
        }
        Ok(verdict)
    }
}

fn unknown(path: &Path, has_resume: bool) -> Error {
    let file = name(path);
    let what = if has_resume {
        "has other rows than its `.resume` file says: somebody edited it"
    } else {
        "has rows, and there is no `.resume` file beside it"
    };
    let message = format!(
        "{file} {what}; rows without a key do not say which lines of the source they are of: put \
         the files back as they were, or begin with a new one"
    );
    Error::new(ErrorKind::Stale, message)
}
