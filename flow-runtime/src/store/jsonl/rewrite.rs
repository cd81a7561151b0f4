//! The file anew, with one line for each key: for compacting and removing.
//!
//! The new file is written, synced and locked under another name, and then takes
//! the name at once. A crash leaves the old file or the new one, whole either
//! way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::sync::Arc;

use super::append::Last;
use super::{Index, Jsonl, Line, Live, Tail, beside, failure, kept, lock};
use crate::Error;
use crate::store::Write;
use crate::store::disk::{read_exact_at, sync_directory_of};

impl Jsonl {
    /// Replaces the file by one with the live records, as `last` changes them.
    pub(super) fn rewrite(&self, tail: &mut Tail, last: &Last<'_>) -> Result<(), Error> {
        let refused = |error| failure(&self.path, "could not be rewritten", error);
        let temporary = beside(&self.path, ".rewriting");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&temporary)
            .map_err(refused)?;
        lock::lock(&file, &temporary)?;
        // Before there is anything in it to be read by others.
        self.path
            .metadata()
            .and_then(|metadata| file.set_permissions(metadata.permissions()))
            .map_err(refused)?;

        let written = self
            .read(|live| write_live(live, last, &file))
            .and_then(|written| {
                file.sync_all()?;
                fs::rename(&temporary, &self.path)?;
                Ok(written)
            });
        let (index, end) = match written {
            Ok(written) => written,
            Err(error) => {
                // The old file is untouched; what is in the way is overwritten.
                let _ = fs::remove_file(&temporary);
                return Err(refused(error));
            }
        };

        // The old file's lock goes with its last reader; the new one has its own.
        self.update(|live| {
            live.file = Arc::new(file);
            live.index = index;
        });
        tail.end = end;
        sync_directory_of(&self.path).map_err(|error| {
            tail.uncertain = true;
            refused(error)
        })
    }
}

/// Writes the records that stay, in the order of their lines, and then those
/// that are new. Gives where they lie, and where the next would.
fn write_live(live: &Live, last: &Last<'_>, file: &File) -> io::Result<(Index, u64)> {
    file.set_len(0)?;
    let mut stay: Vec<_> = live
        .index
        .iter()
        .filter(|(key, _)| !last.contains_key(key.as_slice()))
        .collect();
    stay.sort_unstable_by_key(|(_, line)| line.offset);

    let mut output = Output {
        writer: BufWriter::new(file),
        index: Index::new(),
        end: 0,
    };
    let mut record = Vec::new();
    for (key, line) in stay {
        record.resize(line.length, 0);
        read_exact_at(&live.file, &mut record, line.offset)?;
        output.line(key, &line.key_json, &record, &line.meta)?;
    }
    for write in last.values() {
        if let Write::Put {
            key,
            key_json,
            record,
            meta,
        } = write
        {
            output.line(key, key_json, record, meta)?;
        }
    }
    output.writer.flush()?;
    Ok((output.index, output.end))
}

struct Output<'a> {
    writer: BufWriter<&'a File>,
    index: Index,
    end: u64,
}

impl Output<'_> {
    fn line(&mut self, key: &[u8], key_json: &[u8], record: &[u8], meta: &[u8]) -> io::Result<()> {
        self.writer.write_all(record)?;
        self.writer.write_all(b"\n")?;
        let line = Line {
            offset: self.end,
            length: record.len(),
            key_json: key_json.to_vec(),
            meta: kept(meta),
        };
        self.index.insert(key.to_vec(), line);
        self.end += record.len() as u64 + 1;
        Ok(())
    }
}
