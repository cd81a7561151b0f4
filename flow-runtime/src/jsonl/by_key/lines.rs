//! The lines of a source that are not finished, and what is to be done for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde_json::Value;

use super::Task;
use super::known::{Known, State};
use crate::jsonl::source::{Lines, read};
use crate::store::log::{
    Fields, Fingerprint, Finished, NewRow, Noted, RowFile, Table, key_bytes, scratch,
};
use crate::{Error, ErrorKind};

/// The work that is to be done for a line.
pub(super) enum Step {
    /// Its key was made.
    Copy(Made),
    Ask(Asked),
}

/// A row that is to be written.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) line: u64,
    pub(super) row: Vec<u8>,
}

/// A key that is to be made, and the first line that has it.
pub(super) struct Asked {
    pub(super) bytes: Vec<u8>,
    pub(super) line: u64,
    pub(super) key: Value,
    pub(super) row: Value,
    fields: Fields,
}

impl Asked {
    /// Returns the row, with the fields of what the function gave.
    pub(super) fn made(&self, task: &Task, value: &Value) -> Result<Made, Error> {
        let Value::Object(given) = value else {
            let message = format!("{value} was given, which is no object");
            return Err(Error::new(ErrorKind::Record, message));
        };
        if let Some(key) = given.get(&task.key)
            && key_bytes(key)? != self.bytes
        {
            let message = format!("a row of the key {key} was made for the key {}", self.key);
            return Err(Error::new(ErrorKind::Key, message));
        }
        let mut row = task.begun(&self.fields)?;
        for (name, value) in given {
            if *name != task.key {
                row.put(name, &value.to_string());
            }
        }
        Ok(Made {
            bytes: self.bytes.clone(),
            line: self.line,
            row: task.ended(row, &self.fields)?,
        })
    }
}

impl Task {
    /// Returns a row that has the key.
    fn begun(&self, fields: &Fields) -> Result<NewRow, Error> {
        let mut row = NewRow::default();
        row.put(&self.key, fields.column(&self.key)?.get());
        Ok(row)
    }

    /// Returns the row with the columns that are kept.
    fn ended(&self, mut row: NewRow, fields: &Fields) -> Result<Vec<u8>, Error> {
        for name in &self.keep {
            row.put(name, fields.column(name)?.get());
        }
        Ok(row.to_json())
    }

    /// Returns the row of a line whose key was made, by another row with the key.
    fn copied(&self, fields: &Fields, other: &[u8]) -> Result<Vec<u8>, Error> {
        let mut row = self.begun(fields)?;
        for (name, value) in Fields::parse(other)?.iter() {
            if name != self.key && !self.keep.iter().any(|kept| kept == name) {
                row.put(name, value.get());
            }
        }
        self.ended(row, fields)
    }

    /// Returns the bytes that are equal in a row and the lines it may be of.
    fn of_line(&self, fields: &Fields) -> Result<Vec<u8>, Error> {
        let mut bytes = fields.key(&self.key)?;
        for name in &self.keep {
            bytes.push(b'\n');
            if let Some(value) = fields.get(name) {
                let value: Value = serde_json::from_str(value.get())
                    .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON", error))?;
                canonical(&value, &mut bytes);
            }
        }
        Ok(bytes)
    }
}

/// Adds the JSON of a value, the fields of objects in the order of their names.
fn canonical(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            bytes.push(b'[');
            for item in items {
                canonical(item, bytes);
                bytes.push(b',');
            }
            bytes.push(b']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            bytes.push(b'{');
            for (name, value) in fields {
                bytes.extend(Value::from(name.as_str()).to_string().bytes());
                bytes.push(b':');
                canonical(value, bytes);
                bytes.push(b',');
            }
            bytes.push(b'}');
        }
        plain => bytes.extend(plain.to_string().bytes()),
    }
}

/// The lines that are not finished, one after the other.
pub(super) struct Steps<'a> {
    task: &'a Task,
    file: &'a RowFile,
    known: &'a Known<'a>,
    lines: Lines,
    fingerprint: &'a Fingerprint,
    passed_over: Arc<AtomicBool>,
    is_over: bool,
}

impl<'a> Steps<'a> {
    pub(super) fn new(
        task: &'a Task,
        file: &'a RowFile,
        known: &'a Known<'a>,
        lines: Lines,
        fingerprint: &'a Fingerprint,
    ) -> Self {
        Self {
            task,
            file,
            known,
            lines,
            fingerprint,
            passed_over: Arc::default(),
            is_over: false,
        }
    }

    /// Returns what says whether lines were passed over since their keys were made.
    pub(super) fn passed_over(&self) -> Arc<AtomicBool> {
        self.passed_over.clone()
    }

    fn step(&mut self) -> Result<Option<Step>, Error> {
        while let Some((line, text)) = self.lines.next_line()? {
            if self.file.is_finished(line) {
                continue;
            }
            let step = self.task.step(self.file, self.known, line, text);
            match step.map_err(|error| self.lines.at(line, error))? {
                Some(Next::Step(step)) => return Ok(Some(step)),
                Some(Next::PassedOver) => self.passed_over.store(true, Relaxed),
                None => {}
            }
        }
        self.lines.check(self.fingerprint)?;
        Ok(None)
    }
}

enum Next {
    Step(Step),
    PassedOver,
}

impl Task {
    /// Returns what is to be done for a line; `None` where its key failed.
    fn step(
        &self,
        file: &RowFile,
        known: &Known<'_>,
        line: u64,
        text: &[u8],
    ) -> Result<Option<Next>, Error> {
        let fields = Fields::parse(text)?;
        let bytes = fields.key(&self.key)?;
        let step = match known.look_up(&bytes)? {
            State::Making => return Ok(Some(Next::PassedOver)),
            State::Failed => return Ok(None),
            State::Made(offset) => {
                let row = self.copied(&fields, &file.row(offset)?)?;
                Step::Copy(Made { bytes, line, row })
            }
            State::New => {
                let json = |text| {
                    serde_json::from_slice(text)
                        .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON", error))
                };
                Step::Ask(Asked {
                    key: json(fields.column(&self.key)?.get().as_bytes())?,
                    row: json(text)?,
                    bytes,
                    line,
                    fields,
                })
            }
        };
        Ok(Some(Next::Step(step)))
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<Step, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}

/// Finds out which lines the rows are of, by their keys and the columns that are kept.
///
/// # Errors
///
/// Of kind [`ErrorKind::Stale`] where a row is of no line of the source.
pub(super) async fn rebuild(task: &Task, file: &RowFile) -> Result<Finished, Error> {
    let failed = |error| scratch(file.path(), error);
    let mut rows = Table::new(file.path()).map_err(failed)?;
    file.each_row(|number, _, row| {
        let of = task.of_line(&Fields::parse(row)?)?;
        rows.count(&of, number).map_err(failed)
    })?;
    let mut finished = Finished::default();
    read(&task.src, |number, line| {
        let of = task.of_line(&Fields::parse(line)?)?;
        if let Some(noted) = rows.get(&of).map_err(failed)?
            && noted.count > 0
        {
            let count = noted.count - 1;
            rows.set(&of, Noted { count, ..noted }).map_err(failed)?;
            finished.insert(number);
        }
        Ok(())
    })
    .await?;
    file.each_row(|_, _, row| {
        let of = task.of_line(&Fields::parse(row)?)?;
        match rows.get(&of).map_err(failed)? {
            Some(noted) if noted.count > 0 => {
                let src = task.src.display();
                let message = format!(
                    "the row is of no line of `{src}`, which was edited since, or the row was; \
                     begin with a new file, or put the source back"
                );
                Err(Error::new(ErrorKind::Stale, message))
            }
            _ => Ok(()),
        }
    })?;
    Ok(finished)
}
