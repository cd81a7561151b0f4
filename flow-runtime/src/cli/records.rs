//! Commands that look at records: `ls`, `get`, `export`, `diff`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::args::Args;
use super::place::{Place, Row, is_stale, keys, wanted};
use super::table::Table;
use super::{Outcome, Trouble, print_json};
use crate::record::origin::fingerprint_text;
use crate::store::untyped::JsonKey;
use crate::terminal::Escaped;
use crate::{Error, ErrorKind};

/// `ls`.
pub(super) fn list(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    let rows = place.rows()?;
    let wanted = wanted(&rows, &args.options);
    let mut table = Table::new(&["key", "version", "fingerprint", ""], &[1]);
    for row in &rows {
        let is_stale = is_stale(row, wanted);
        if args.options.stale && !is_stale {
            continue;
        }
        let origin = row.meta.origin;
        let fingerprint = origin.fingerprint.map(fingerprint_text);
        if args.options.json {
            let (version, key) = (origin.version, &row.key.0);
            let line = json!({
                "key": key, "version": version, "fingerprint": fingerprint, "stale": is_stale,
            });
            print_json(output, &line)?;
            continue;
        }
        table.row([
            row.key.0.to_string(),
            origin
                .version
                .map_or("-".to_owned(), |version| version.to_string()),
            fingerprint.unwrap_or_else(|| "-".to_owned()),
            if is_stale { "stale" } else { "" }.to_owned(),
        ]);
    }
    if !args.options.json {
        write!(output, "{table}")?;
    }
    Ok(Outcome::Done)
}

/// `get KEY`.
pub(super) fn get(args: &Args, key: &str, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    let rows = place.rows()?;
    if let Some(row) = place.find(&rows, key) {
        let record = place.record(row)?;
        match args.options.json {
            true => writeln!(output, "{record}")?,
            false => writeln!(output, "{:#}", value(&row.key, &record)?)?,
        }
        return Ok(Outcome::Done);
    }
    let said = keys(key);
    let failed = place
        .failures()?
        .into_iter()
        .find(|row| said.contains(&row.key));
    let why = failed.map_or_else(String::new, |row| {
        let (attempts, error) = (row.failed.attempts, row.failed.error);
        format!("; it failed {attempts} times, at last: {error}")
    });
    let (path, why) = (args.path.display(), Escaped(why));
    eprintln!("flow-store: {key} is not in `{path}`{why}");
    Ok(Outcome::No)
}

/// `export`.
pub(super) fn export(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    for row in place.rows()? {
        writeln!(output, "{}", place.record(&row)?)?;
    }
    Ok(Outcome::Done)
}

/// `diff OTHER`.
pub(super) fn diff(args: &Args, other: &Path, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let here = Place::look(args)?;
    let there = Place::look_at(other, &args.options)?;
    let by_key = |rows: Vec<Row>| -> BTreeMap<JsonKey, Row> {
        rows.into_iter().map(|row| (row.key.clone(), row)).collect()
    };
    let (ours, mut theirs) = (by_key(here.rows()?), by_key(there.rows()?));
    let mut differences: Vec<(JsonKey, &str)> = Vec::new();
    for (key, row) in ours {
        match theirs.remove(&key) {
            None => differences.push((key, "-")),
            Some(other) => {
                let (one, other) = (here.record(&row)?, there.record(&other)?);
                // Another order of fields makes no other record.
                if one != other && value(&key, &one)? != value(&key, &other)? {
                    differences.push((key, "~"));
                }
            }
        }
    }
    differences.extend(theirs.into_keys().map(|key| (key, "+")));
    differences.sort();
    for (key, sign) in &differences {
        match args.options.json {
            true => print_json(output, &json!({ "key": key.0, "difference": sign }))?,
            false => writeln!(output, "{sign} {}", key.0)?,
        }
    }
    match differences.is_empty() {
        true => Ok(Outcome::Done),
        false => Ok(Outcome::No),
    }
}

/// A record, read.
pub(super) fn value(key: &JsonKey, record: &str) -> Result<Value, Error> {
    serde_json::from_str(record).map_err(|error| {
        let message = format!("the record {} is no JSON", key.0);
        Error::with_source(ErrorKind::Corrupt, message, error)
    })
}
