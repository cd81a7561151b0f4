//! Bytes that are in memory while they are few, and in a nameless file beyond.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::disk::DiskFile;
use crate::store::jsonl::beside;

/// The most that one area has in memory.
const MEMORY: usize = 1 << 21;

/// Bytes that are read and written by their offsets.
///
/// Nothing of it is durable, and nothing of it is there after the process: the
/// file has no name, or loses it with this value where a system cannot do without.
pub(super) struct Spill {
    bytes: Bytes,
    length: u64,
    /// The file that it is made beside: that disk has room.
    near: PathBuf,
}

enum Bytes {
    Memory(Vec<u8>),
    File(Scratch),
}

struct Scratch {
    file: File,
    /// Its name, where it could not be taken away at once.
    named: Option<PathBuf>,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(path) = &self.named {
            let _ = fs::remove_file(path);
        }
    }
}

impl Spill {
    /// Creates an area of this length, filled with zeros.
    pub(super) fn zeros(near: &Path, length: u64) -> io::Result<Self> {
        let bytes = match usize::try_from(length) {
            Ok(length) if length <= MEMORY => Bytes::Memory(vec![0; length]),
            _ => {
                let scratch = scratch(near)?;
                scratch.file.set_len(length)?;
                Bytes::File(scratch)
            }
        };
        Ok(Self {
            bytes,
            length,
            near: near.to_owned(),
        })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes at the end; returns where they begin.
    pub(super) fn push(&mut self, added: &[u8]) -> io::Result<u64> {
        let offset = self.length;
        if let Bytes::Memory(bytes) = &mut self.bytes {
            if bytes.len() + added.len() <= MEMORY {
                bytes.extend_from_slice(added);
                self.length += added.len() as u64;
                return Ok(offset);
            }
            let scratch = scratch(&self.near)?;
            scratch.file.write_all_at(bytes, 0)?;
            self.bytes = Bytes::File(scratch);
        }
        self.write(offset, added)?;
        self.length += added.len() as u64;
        Ok(offset)
    }

    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.bytes {
            Bytes::Memory(bytes) => {
                let start = offset as usize;
                buffer.copy_from_slice(&bytes[start..start + buffer.len()]);
                Ok(())
            }
            Bytes::File(scratch) => scratch.file.read_exact_at(buffer, offset),
        }
    }

    pub(super) fn write(&mut self, offset: u64, written: &[u8]) -> io::Result<()> {
        match &mut self.bytes {
            Bytes::Memory(bytes) => {
                let start = offset as usize;
                bytes[start..start + written.len()].copy_from_slice(written);
                Ok(())
            }
            Bytes::File(scratch) => scratch.file.write_all_at(written, offset),
        }
    }
}

/// Makes a file beside this one, and takes its name away.
fn scratch(near: &Path) -> io::Result<Scratch> {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let path = beside(near, &format!(".scratch-{}-{number}", std::process::id()));
    let mut options = File::options();
    let file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)?;
    let named = match cfg!(unix) {
        true => fs::remove_file(&path).err().map(|_| path),
        false => Some(path),
    };
    Ok(Scratch { file, named })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_also_beyond_memory() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill::zeros(&folder.path().join("rows"), 0).unwrap();
        let piece = |number: u32| [number.to_le_bytes(); 4096].concat();
        for number in 0..200 {
            let offset = spill.push(&piece(number)).unwrap();
            assert_eq!(offset, u64::from(number) * 16_384);
        }
        assert!(matches!(spill.bytes, Bytes::File(_)));
        spill.write(16_384, &piece(1000)).unwrap();
        let mut read = vec![0; 16_384];
        for (number, expected) in [(0, 0), (1, 1000), (199, 199)] {
            spill.read(number * 16_384, &mut read).unwrap();
            assert_eq!(read, piece(expected));
        }
        assert_eq!(
            folder.path().read_dir().unwrap().count(),
            0,
            "it has no name"
        );
    }
}
