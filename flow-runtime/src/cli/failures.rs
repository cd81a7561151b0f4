//! `failures`: the keys that could not be made.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::UNIX_EPOCH;

use serde_json::json;

use super::args::{Args, Options};
use super::place::{FailedRow, Place};
use super::table::{Table, time};
use super::{Outcome, Trouble, print_json};
use crate::record::origin::fingerprint_text;

/// `failures`.
pub(super) fn failures(args: &Args, output: &mut dyn Write) -> Result<Outcome, Trouble> {
    let place = Place::look(args)?;
    let rows = place.failures()?.into_iter();
    let rows: Vec<_> = rows.filter(|row| is_meant(row, &args.options)).collect();
    match args.options.group {
        true => groups(args, &rows, output)?,
        false => each(args, &rows, output)?,
    }
    Ok(Outcome::Done)
}

/// Returns whether a failure is one of those that the options speak of.
pub(super) fn is_meant(row: &FailedRow, options: &Options) -> bool {
    let like = options.like.as_ref();
    let is_like = like.is_none_or(|text| row.failed.error.contains(text.as_str()));
    is_like && (row.failed.transient || !options.transient)
}

fn each(args: &Args, rows: &[FailedRow], output: &mut dyn Write) -> Result<(), Trouble> {
    let mut table = Table::new(&["key", "tries", "when", "", "error"], &[1]);
    for FailedRow { key, failed, .. } in rows {
        if args.options.json {
            let when = failed.when.duration_since(UNIX_EPOCH).unwrap_or_default();
            let when = u64::try_from(when.as_millis()).unwrap_or(u64::MAX);
            let fingerprint = failed.origin.fingerprint.map(fingerprint_text);
            let line = json!({
                "key": key.0,
                "attempts": failed.attempts,
                "when": when,
                "transient": failed.transient,
                "version": failed.origin.version,
                "fingerprint": fingerprint,
                "error": failed.error,
            });
            print_json(output, &line)?;
            continue;
        }
        table.row([
            key.0.to_string(),
            failed.attempts.to_string(),
            time(failed.when),
            passes(failed.transient),
            failed.error.clone(),
        ]);
    }
    if !args.options.json {
        write!(output, "{table}")?;
    }
    Ok(())
}

/// Failures of one error.
#[derive(Default)]
struct Group<'r> {
    rows: Vec<&'r FailedRow>,
    attempts: u64,
    transient: usize,
}

fn groups(args: &Args, rows: &[FailedRow], output: &mut dyn Write) -> Result<(), Trouble> {
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for row in rows {
        let group = groups.entry(error_of(row)).or_default();
        group.rows.push(row);
        group.attempts += u64::from(row.failed.attempts);
        group.transient += usize::from(row.failed.transient);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.rows.len()));
    let mut table = Table::new(
        &["keys", "tries", "transient", "such as", "error"],
        &[0, 1, 2],
    );
    for (error, group) in groups {
        let example = group.rows.first().map(|row| row.key.0.clone());
        let example = example.unwrap_or_default();
        if args.options.json {
            let line = json!({
                "error": error,
                "keys": group.rows.len(),
                "attempts": group.attempts,
                "transient": group.transient,
                "example": example,
            });
            print_json(output, &line)?;
            continue;
        }
        table.row([
            group.rows.len().to_string(),
            group.attempts.to_string(),
            group.transient.to_string(),
            example.to_string(),
            error,
        ]);
    }
    if !args.options.json {
        write!(output, "{table}")?;
    }
    Ok(())
}

/// The error of a failure without what differs from key to key: the key itself, and
/// numbers.
fn error_of(row: &FailedRow) -> String {
    let key = row.key.0.to_string();
    let without_key = match row.failed.error.split_once(&format!("` {key}: ")) {
        // ``cannot derive `Answer` 7: why``
        Some((what, why)) if !what.contains(": ") => why.to_owned(),
        _ => row.failed.error.replace(&key, "…"),
    };
    let mut text = String::with_capacity(without_key.len());
    for character in without_key.chars() {
        match character.is_ascii_digit() {
            false => text.push(character),
            true if text.ends_with('#') => {}
            true => text.push('#'),
        }
    }
    text
}

fn passes(transient: bool) -> String {
    if transient { "transient" } else { "" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Origin;
    use crate::store::untyped::JsonKey;
    use crate::store::{Failed, FailedKey};

    #[test]
    fn errors_are_grouped_by_what_they_have_in_common() {
        let row = |key: serde_json::Value, error: &str| FailedRow {
            kept: FailedKey::new(Vec::new(), Vec::new(), Vec::new()),
            key: JsonKey(key),
            failed: Failed {
                attempts: 1,
                error: error.to_owned(),
                when: UNIX_EPOCH,
                transient: false,
                origin: Origin::default(),
            },
        };
        let text = |key, error| error_of(&row(key, error));
        let why = "cannot derive `Answer` 17: no place for 4096 bytes";
        assert_eq!(text(json!(17), why), "no place for # bytes");
        let named = "cannot derive `Answer` \"a\": no place for 12 bytes";
        assert_eq!(text(json!("a"), named), "no place for # bytes");
        assert_eq!(text(json!("b"), "who is \"b\"?"), "who is …?");
    }
}
