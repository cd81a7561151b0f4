//! Files that something changed: they open, or an error says where.

use super::disk::{Call, Model};
use super::*;
use crate::ErrorKind;

const SIDE: &str = "/disk/records.jsonl.meta";

/// Returns what a store writes: the records, and what lies beside them.
fn written(random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let disk = Model::new(0);
    let jsonl = open(&disk).unwrap();
    let mut expected = Expected::new();
    work(&jsonl, &mut expected, 6, random).unwrap();
    let side = disk.content(Path::new(SIDE)).unwrap_or_default();
    (disk.content(path()).unwrap(), side)
}

/// Changes some bytes, in one of the ways in which files are damaged.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(2) {
        let length = bytes.len() as u64;
        let at = random.below(length + 1) as usize;
        let to = at + random.below(length + 1 - at as u64) as usize;
        let near = to.min(at + 600);
        match random.below(12) {
            0 => bytes.truncate(at),
            1 => bytes[at..near].fill(0),
            2 => drop(bytes.drain(at..near)),
            3 => bytes.insert(at, random.below(256) as u8),
            4 => bytes.insert(at, b'\n'),
            5 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            6 => bytes.extend_from_within(at..near),
            7 => bytes.resize(bytes.len() + random.below(700) as usize, 0),
            8 => drop(bytes.splice(0..0, *b"\xef\xbb\xbf")),
            9 if bytes.ends_with(b"\n") => drop(bytes.pop()),
            10 => *bytes = b"some text\nof another kind".to_vec(),
            _ => bytes.reverse(),
        }
    }
}

/// The first line that is no record, and where it begins.
fn first_broken(content: &[u8], is_right: fn(usize, &[u8]) -> bool) -> Option<(usize, usize)> {
    let mut offset = 0;
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        if !line.trim_ascii().is_empty() && !is_right(number, line) {
            return Some((number + 1, offset));
        }
        offset += line.len() + 1;
    }
    None
}

fn is_record(_: usize, line: &[u8]) -> bool {
    serde_json::from_slice::<Record>(line).is_ok()
}

fn is_row(_: usize, line: &[u8]) -> bool {
    let fields: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    // The first line, whatever a later release adds to it.
    let is_header = fields["format"] == "flow-store-meta" && fields["version"] == 1;
    is_header || (Identify::of::<Record>().meta)(line).is_ok()
}

/// Reads every record.
fn read(jsonl: &Jsonl<Model>) -> Result<(), Error> {
    let entries = block_on(jsonl.scan(None, usize::MAX))?;
    assert_eq!(block_on(jsonl.count())?, entries.len());
    for entry in entries {
        let found = block_on(jsonl.look_up(&entry.key))?;
        assert!(found.is_extant);
        decode_meta(&entry.key, &found.meta)?;
        let record = block_on(jsonl.get(&entry.key))?.unwrap();
        assert!(is_record(0, &record));
    }
    Ok(())
}

/// Opens what was mutated, and sees that all is as it should be.
fn check(seed: u64, records: &[u8], side: &[u8]) -> Result<(), String> {
    let mut disk = Model::new(seed).with_file(path(), records);
    if !side.is_empty() {
        disk = disk.with_file(Path::new(SIDE), side);
    }
    let torn = |path: &str| {
        disk.content(Path::new(&format!("{path}.torn")))
            .unwrap_or_default()
    };
    let of_records = "/disk/records.jsonl";
    let content = |path: &Path| disk.content(path).unwrap_or_default();
    match open(&disk) {
        Ok(jsonl) => {
            read(&jsonl).map_err(|error| format!("it opens and does not read: {error}"))?;
            drop(jsonl);
            // Nothing is thrown away: what is not in the file is beside it.
            let mut kept = content(path());
            if first_broken(&kept, is_record).is_some() {
                return Err("it opened with a broken line".to_owned());
            }
            if kept.len() > records.len() && !records.ends_with(b"\n") {
                assert_eq!(kept.pop(), Some(b'\n'));
            }
            kept.extend(torn(of_records));
            if kept != records {
                return Err("bytes are lost".to_owned());
            }
            Ok(())
        }
        Err(error) => {
            let changes = [Call::Write, Call::SetLen, Call::Rename, Call::Remove];
            let calls = disk.calls();
            if changes.iter().any(|call| calls.contains_key(call))
                || content(path()) != records
                || content(Path::new(SIDE)) != side
            {
                return Err(format!("refused and changed: {error}"));
            }
            let message = error.to_string();
            if error.kind() == ErrorKind::Store {
                let is_of_side = message.contains(".meta` is of");
                return match is_of_side {
                    true => Ok(()),
                    false => Err(message),
                };
            }
            let (file, is_right): (_, fn(usize, &[u8]) -> bool) = match message.contains(".meta`") {
                true => (side, is_row),
                false => (records, is_record),
            };
            let (line, offset) = first_broken(file, is_right).ok_or("nothing is broken")?;
            let place = format!("line {line} at byte {offset}: ");
            match message.contains(&place) {
                true => Ok(()),
                false => Err(format!("{place}is not in {message}")),
            }
        }
    }
}

#[test]
fn mutated_files_open_or_say_where_they_are_broken() {
    let (mut opened, mut refused) = (0, 0);
    for seed in seeds(600) {
        let mut random = Random(seed);
        let (mut records, mut side) = written(&mut random);
        if random.below(2) == 0 || side.is_empty() {
            mutate(&mut records, &mut random);
        } else {
            mutate(&mut side, &mut random);
        }
        if let Err(wrong) = check(seed, &records, &side) {
            let (records, side) = (records.escape_ascii(), side.escape_ascii());
            panic!("seed {seed}: {wrong}\n{records}\n{side}");
        }
        let disk = Model::new(seed)
            .with_file(path(), &records)
            .with_file(Path::new(SIDE), &side);
        match open(&disk) {
            Ok(_) => opened += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(
        opened > 20 && refused > 20,
        "{opened} opened, {refused} did not"
    );
}
