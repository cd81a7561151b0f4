//! Commands that change a store: `retry`, `forget`, `rm`, `compact`.

use std::io::Write;

use serde_json::{Value, json};

use super::args::Args;
use super::failures::is_meant;
use super::place::{Place, is_stale, keys, wanted};
use super::summary::size_of;
use super::table::size;
use super::{Outcome, Trouble, print_json};
use crate::block_on::block_on;
use crate::store::untyped::JsonKey;
use crate::store::{FailedKey, Write as StoreWrite};

/// Opens the store to be changed, or, where nothing is going to be, to be read.
fn open(args: &Args) -> Result<Place, Trouble> {
    let place = match args.options.dry_run {
        true => Place::look(args),
        false => Place::change(args),
    };
    Ok(place?)
}

/// `retry`: without its failure a key is one that was never tried.
pub(super) fn retry(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = open(args)?;
    let rows = place.failures()?.into_iter();
    let rows: Vec<_> = rows.filter(|row| is_meant(row, &args.options)).collect();
    if !args.options.dry_run {
        let forgotten = rows.iter().map(|row| FailedKey {
            failure: Vec::new(),
            ..row.kept.clone()
        });
        block_on(
            place
                .storage
                .commit_failures(forgotten.collect(), Vec::new()),
        )?;
    }
    let keys = rows.iter().map(|row| &row.key);
    told(args, "retried by the next run", keys, output)?;
    Ok(Outcome::Done)
}

/// `forget KEY…`.
pub(super) fn forget(
    args: &Args,
    words: &[String],
    output: &mut dyn Write,
) -> Result<Outcome, Trouble> {
    let place = open(args)?;
    let (rows, failures) = (place.rows()?, place.failures()?);
    let (mut found, mut writes) = (Vec::new(), Vec::new());
    let mut outcome = Outcome::Done;
    for word in words {
        let said = keys(word);
        let failed = failures.iter().find(|row| said.contains(&row.key));
        let there = match (place.find(&rows, word), failed) {
            (Some(row), _) => Some((&row.key, &row.bytes)),
            (None, Some(row)) => Some((&row.key, &row.kept.key)),
            (None, None) => None,
        };
        match there {
            Some((key, bytes)) => {
                found.push(key);
                writes.push(StoreWrite::Remove { key: bytes.clone() });
            }
            None => {
                eprintln!("flow-store: {word} is not in `{}`", args.path.display());
                outcome = Outcome::No;
            }
        }
    }
    if !args.options.dry_run && !writes.is_empty() {
        block_on(place.storage.commit(writes))?;
    }
    told(args, "forgotten", found.into_iter(), output)?;
    Ok(outcome)
}

/// `rm --stale`.
pub(super) fn remove(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = open(args)?;
    let rows = place.rows()?;
    let wanted = wanted(&rows, &args.options);
    let stale: Vec<_> = rows.iter().filter(|row| is_stale(row, wanted)).collect();
    if !args.options.dry_run && !stale.is_empty() {
        let removed = stale.iter().map(|row| StoreWrite::Remove {
            key: row.bytes.clone(),
        });
        block_on(place.storage.commit(removed.collect()))?;
    }
    told(args, "removed", stale.iter().map(|row| &row.key), output)?;
    Ok(Outcome::Done)
}

/// `compact`.
pub(super) fn compact(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::change(args)?;
    let before = size_of(&args.path);
    block_on(place.storage.compact())?;
    drop(place);
    let after = size_of(&args.path);
    match args.options.json {
        true => print_json(output, &json!({ "before": before, "after": after }))?,
        false => writeln!(output, "{} before, {} after", size(before), size(after))?,
    }
    Ok(Outcome::Done)
}

/// Says what became of some keys, or would become.
fn told<'k>(
    args: &Args,
    what: &str,
    keys: impl Iterator<Item = &'k JsonKey>,
    output: &mut dyn Write,
) -> Result<(), Trouble> {
    /// The number of keys that are named.
    const NAMED: usize = 10;
    let keys: Vec<&Value> = keys.map(|key| &key.0).collect();
    let dry = args.options.dry_run;
    if args.options.json {
        print_json(output, &json!({ "keys": keys, "dry_run": dry }))?;
        return Ok(());
    }
    let would = if dry { "would be " } else { "" };
    let noun = if keys.len() == 1 { "key" } else { "keys" };
    write!(output, "{} {noun} {would}{what}", keys.len())?;
    let named: Vec<String> = keys.iter().take(NAMED).map(|key| key.to_string()).collect();
    if !named.is_empty() {
        let more = if keys.len() > NAMED { ", …" } else { "" };
        write!(output, ": {}{more}", named.join(", "))?;
    }
    writeln!(output)?;
    Ok(())
}
