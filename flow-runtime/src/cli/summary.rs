//! Commands about a store as a whole: none, and `verify`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::args::Args;
use super::infer::{self, Known, beside};
use super::place::{Place, is_stale, wanted};
use super::records::value;
use super::table::size;
use super::{Outcome, Trouble, print_json};
use crate::block_on::block_on;
use crate::record::origin::fingerprint_text;
use crate::store::locked;
use crate::{Error, ErrorKind};

/// The files of a store in a JSONL file, beside the one with the records.
const BESIDE: [&str; 7] = [
    ".meta",
    ".failed",
    ".unsynced",
    ".torn",
    ".meta.torn",
    ".failed.torn",
    ".rewriting",
];

/// The store, counted.
pub(super) fn summary(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    let (rows, failures) = (place.rows()?, place.failures()?);
    let wanted = wanted(&rows, &args.options);
    let stale = rows.iter().filter(|row| is_stale(row, wanted)).count();
    let transient = failures.iter().filter(|row| row.failed.transient).count();
    let attempts: u64 = failures
        .iter()
        .map(|row| u64::from(row.failed.attempts))
        .sum();
    let mut versions: BTreeMap<Option<u32>, usize> = BTreeMap::new();
    let mut fingerprints: BTreeMap<u64, usize> = BTreeMap::new();
    for row in &rows {
        *versions.entry(row.meta.origin.version).or_default() += 1;
        if let Some(fingerprint) = row.meta.origin.fingerprint {
            *fingerprints.entry(fingerprint).or_default() += 1;
        }
    }
    let files = files(&place.path);
    let kind = if place.is_database {
        "database"
    } else {
        "JSONL file"
    };
    if args.options.json {
        let versions = versions
            .iter()
            .map(|(version, count)| json!({ "version": version, "records": count }));
        let fingerprints = fingerprints.iter().map(|(fingerprint, count)| {
            json!({ "fingerprint": fingerprint_text(*fingerprint), "records": count })
        });
        let line = json!({
            "path": args.path.display().to_string(),
            "kind": kind,
            "key": place.key.as_ref().map(|key| &key.fields),
            "key_is_guessed": place.key.as_ref().is_some_and(|key| key.known == Known::Guessed),
            "held_by": holder(&place.path),
            "records": rows.len(),
            "stale": stale,
            "versions": versions.collect::<Value>(),
            "fingerprints": fingerprints.collect::<Value>(),
            "failed": failures.len(),
            "transient": transient,
            "attempts": attempts,
            "bytes": files.iter().map(|(_, bytes)| bytes).sum::<u64>(),
        });
        print_json(output, &line)?;
        return Ok(Outcome::Done);
    }
    writeln!(output, "store    {} ({kind})", args.path.display())?;
    writeln!(output, "held by  {}", held(&place.path))?;
    if let Some(key) = place.key.as_ref().filter(|key| !key.fields.is_empty()) {
        let known = match key.known {
            Known::Guessed => " (guessed; `--key FIELD` says otherwise)",
            Known::Said | Known::Told => "",
        };
        writeln!(output, "key      {}{known}", key.fields.join(", "))?;
    }
    writeln!(output, "records  {}", rows.len())?;
    for (version, count) in &versions {
        let Some(version) = version else {
            if versions.len() > 1 {
                writeln!(output, "         {count} of an unknown version")?;
            }
            continue;
        };
        let stale = if Some(*version) == wanted {
            ""
        } else {
            ", stale"
        };
        writeln!(output, "         {count} of version {version}{stale}")?;
    }
    for (fingerprint, count) in &fingerprints {
        let text = fingerprint_text(*fingerprint);
        writeln!(output, "         {count} with fingerprint {text}")?;
    }
    writeln!(output, "stale    {stale}")?;
    match failures.len() {
        0 => writeln!(output, "failed   0")?,
        failed => {
            let more = format!("{transient} transient, {attempts} tries");
            writeln!(output, "failed   {failed} ({more})")?;
        }
    }
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    writeln!(output, "size     {}", size(total))?;
    for (suffix, bytes) in files.iter().filter(|_| files.len() > 1) {
        let name = if suffix.is_empty() { "records" } else { suffix };
        writeln!(output, "         {} {name}", size(*bytes))?;
    }
    Ok(Outcome::Done)
}

/// The files of a store that are there, by what is behind its name, and their sizes.
fn files(path: &Path) -> Vec<(&'static str, u64)> {
    let length = |suffix: &'static str| {
        let found = beside(path, suffix).metadata().ok()?;
        Some((suffix, found.len()))
    };
    std::iter::once("")
        .chain(BESIDE)
        .filter_map(length)
        .collect()
}

/// Returns how many bytes a store takes, what was torn off it included.
pub(super) fn size_of(path: &Path) -> u64 {
    files(path).iter().map(|(_, bytes)| bytes).sum()
}

/// The process that has the store open for writing, where the system tells.
fn holder(path: &Path) -> Option<u32> {
    // A database that is read is locked by who reads it.
    locked::holder(path).filter(|process| *process != std::process::id())
}

fn held(path: &Path) -> String {
    match holder(path) {
        Some(process) => {
            let name = std::fs::read_to_string(format!("/proc/{process}/comm"));
            let name = name.map_or_else(|_| String::new(), |name| format!(" ({})", name.trim()));
            format!("process {process}{name}")
        }
        None if cfg!(target_os = "linux") => "nobody".to_owned(),
        None => "not known on this system".to_owned(),
    }
}

/// A number of things.
fn counted_as(number: usize, name: &str) -> String {
    match number {
        1 => format!("1 {name}"),
        _ => format!("{number} {name}s"),
    }
}

/// `verify`.
pub(super) fn verify(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    let (rows, failures) = (place.rows()?, place.failures()?);
    for row in &rows {
        value(&row.key, &place.record(row)?)?;
    }
    let counted = block_on(place.storage.count())?;
    if counted != rows.len() {
        let message = format!("{} keys were found of {counted}", rows.len());
        return Err(Error::new(ErrorKind::Corrupt, message).into());
    }
    let torn: Vec<&str> = files(&place.path)
        .into_iter()
        .filter(|(suffix, _)| suffix.ends_with(".torn"))
        .map(|(suffix, _)| suffix)
        .collect();
    let torn_end = match place.is_database {
        true => 0,
        false => infer::torn_end(&place.path)?,
    };
    let (records, failed) = (rows.len(), failures.len());
    if args.options.json {
        let line = json!({
            "ok": true,
            "records": records,
            "failed": failed,
            "torn": torn,
            "torn_end": torn_end,
        });
        print_json(output, &line)?;
        return Ok(Outcome::Done);
    }
    writeln!(
        output,
        "ok: {} and {} were read",
        counted_as(records, "record"),
        counted_as(failed, "failure")
    )?;
    if torn_end > 0 {
        writeln!(
            output,
            "the last {} are being written, or were torn off by a crash: the next job moves \
             them to {}",
            counted_as(torn_end, "byte"),
            beside(&place.path, ".torn").display()
        )?;
    }
    for suffix in torn {
        let path = beside(&place.path, suffix);
        writeln!(
            output,
            "torn ends of earlier crashes are in {}",
            path.display()
        )?;
    }
    Ok(Outcome::Done)
}
