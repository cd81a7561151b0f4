//! Infers the fields that are the key of the records in a JSONL file.
//!
//! The file does not say it. What lies beside the records names keys, so the fields that
//! hold those are the key; where nothing lies there, it is guessed.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The number of bytes that are looked at.
const SAMPLE: usize = 2000;

/// The longest first line of a file that lies beside records.
const HEADER: u64 = 1 << 16;

/// The number of fields a record may have to be tried in twos and threes.
const FIELDS: usize = 16;

/// The fields that are the key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) fields: Vec<String>,
    pub(super) known: Known,
}

/// The source of the knowledge of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The user says so.
    Said,
    /// The files beside the records say so.
    Told,
    /// Nobody does.
    Guessed,
}

/// The fields of a record, in the order in which they are written.
struct Record(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Record, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Record(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

impl Record {
    fn get(&self, name: &str) -> Option<&Value> {
        let mut fields = self.0.iter();
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| value)
    }
}

/// Finds the fields that are the key of the records in a file.
///
/// # Errors
///
/// Where a file cannot be read.
pub(super) fn infer(path: &Path) -> io::Result<Key> {
    let records: Vec<Record> = lines(path)?;
    let mut keys = keys(&beside(path, ".meta"))?;
    keys.extend(keys_of_failures(path)?);
    let told = told(&records, &keys);
    let known = if told.is_some() {
        Known::Told
    } else {
        Known::Guessed
    };
    let fields = told.or_else(|| guessed(&records)).unwrap_or_default();
    Ok(Key { fields, known })
}

fn keys_of_failures(path: &Path) -> io::Result<Vec<Value>> {
    keys(&beside(path, ".failed"))
}

/// A file beside the records.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The first lines of a file that are what they are to be. What is wrong with the others
/// is said by whoever opens the store.
fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<Vec<T>> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut found, mut line) = (Vec::new(), Vec::new());
    while found.len() < SAMPLE && reader.read_until(b'\n', &mut line)? > 0 {
        found.extend(serde_json::from_slice(&line).ok());
        line.clear();
    }
    Ok(found)
}

/// The first line of a file, as far as one that says what the file is may be long.
pub(super) fn first_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut reader = BufReader::new(File::open(path)?.take(HEADER));
    reader.read_until(b'\n', &mut line)?;
    Ok(line)
}

/// The number of bytes behind the last line of a file that are no record: torn by a crash,
/// or being written.
pub(super) fn torn_end(path: &Path) -> io::Result<usize> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut line, mut last) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        let is_whole = line.ends_with(b"\n") || serde_json::from_slice::<Record>(&line).is_ok();
        last = if is_whole { 0 } else { line.len() };
        line.clear();
    }
    Ok(last)
}

/// The keys in a file beside the records.
fn keys(path: &Path) -> io::Result<Vec<Value>> {
    match lines::<Record>(path) {
        Ok(rows) => Ok(rows
            .iter()
            .filter_map(|row| row.get("key").cloned())
            .collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The fields that hold the most of these keys.
fn told(records: &[Record], keys: &[Value]) -> Option<Vec<String>> {
    let parts = match keys.first()? {
        // A key of one field may be a list itself.
        Value::Array(parts) if (2..=3).contains(&parts.len()) => parts.len(),
        _ => 1,
    };
    let names: Vec<&str> = names(records).into_iter().take(FIELDS).collect();
    let single = names.iter().map(|name| vec![*name]);
    let several = combinations(&names, parts);
    let text = |value: &Value| value.to_string();
    let wanted: HashSet<String> = keys.iter().map(text).collect();
    let held = |fields: &[&str]| {
        let key = |record: &Record| match fields {
            [one] => record.get(one).map(text),
            several => {
                let parts: Option<Vec<Value>> = several
                    .iter()
                    .map(|name| record.get(name).cloned())
                    .collect();
                parts.map(|parts| text(&Value::Array(parts)))
            }
        };
        let found: HashSet<String> = records.iter().filter_map(key).collect();
        found.intersection(&wanted).count()
    };
    let mut best: Option<(usize, Vec<&str>)> = None;
    for fields in single.chain(several) {
        let count = held(&fields);
        if count > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((count, fields));
        }
    }
    let (_, fields) = best?;
    Some(fields.into_iter().map(str::to_owned).collect())
}

/// Several names, in every order.
fn combinations<'n>(names: &[&'n str], parts: usize) -> Vec<Vec<&'n str>> {
    if parts < 2 {
        return Vec::new();
    }
    let mut found: Vec<Vec<&str>> = names.iter().map(|name| vec![*name]).collect();
    for _ in 1..parts {
        let longer = |begun: &Vec<&'n str>| {
            let begun = begun.clone();
            let others = names.iter().filter({
                let begun = begun.clone();
                move |name| !begun.contains(name)
            });
            let longer = others.map(|name| [&*begun, &[*name]].concat());
            longer.collect::<Vec<_>>()
        };
        found = found.iter().flat_map(longer).collect();
    }
    found
}

/// The names of the fields that every record has and a key could be.
fn names(records: &[Record]) -> Vec<&str> {
    let Some(first) = records.first() else {
        return Vec::new();
    };
    let names = first.0.iter().map(|(name, _)| name.as_str());
    let is_key = |value: Option<&Value>| match value {
        Some(Value::Number(number)) => !number.is_f64(),
        Some(Value::Null) | None => false,
        Some(_) => true,
    };
    let everywhere = |name: &&str| records.iter().all(|record| is_key(record.get(name)));
    names.filter(everywhere).collect()
}

/// The field that tells records apart: `id` or `key`, where it does, else the first one
/// that does.
fn guessed(records: &[Record]) -> Option<Vec<String>> {
    let names = names(records);
    let tells_apart = |name: &&&str| {
        let values = records.iter().filter_map(|record| record.get(name));
        let distinct: HashSet<String> = values.map(Value::to_string).collect();
        distinct.len() == records.len()
    };
    let usual = ["id", "key"]
        .into_iter()
        .find(|usual| names.contains(usual));
    let apart = || names.iter().find(tells_apart).copied();
    let name = usual.or_else(apart).or_else(|| names.first().copied())?;
    Some(vec![name.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(records: &str, meta: &str) -> (Vec<String>, Known) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("rows.jsonl");
        std::fs::write(&path, records).unwrap();
        if !meta.is_empty() {
            std::fs::write(beside(&path, ".meta"), meta).unwrap();
        }
        let Key { fields, known } = infer(&path).unwrap();
        (fields, known)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_lies_beside_tells_the_key() {
        let records = "{\"n\":1,\"id\":7,\"lang\":\"de\"}\n{\"n\":2,\"id\":7,\"lang\":\"en\"}\n";
        let head = "{\"format\":\"flow-store-meta\",\"version\":1}\n";
        for (row, fields) in [
            ("{\"key\":2,\"version\":1}\n", &["n"][..]),
            ("{\"key\":\"en\",\"version\":1}\n", &["lang"]),
            ("{\"key\":[\"en\",7],\"version\":1}\n", &["lang", "id"]),
            (
                "{\"key\":[1,7,\"de\"],\"version\":1}\n",
                &["n", "id", "lang"],
            ),
        ] {
            let found = inferred(records, &format!("{head}{row}"));
            assert_eq!(found, (names(fields), Known::Told), "{row}");
        }
    }

    #[test]
    fn else_it_is_guessed() {
        let guessed = |records: &str| inferred(records, "");
        let id = "{\"text\":\"a\",\"id\":1}\n{\"text\":\"b\",\"id\":2}\nbroken\n";
        assert_eq!(guessed(id), (names(&["id"]), Known::Guessed));
        let first = "{\"kind\":\"x\",\"word\":\"a\"}\n{\"kind\":\"x\",\"word\":\"b\"}\n";
        assert_eq!(guessed(first), (names(&["word"]), Known::Guessed));
        assert_eq!(
            guessed("{\"a\":1.5,\"b\":1}\n"),
            (names(&["b"]), Known::Guessed)
        );
        assert_eq!(guessed(""), (Vec::new(), Known::Guessed));
    }
}
