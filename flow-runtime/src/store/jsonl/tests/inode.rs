//! Defines what reaches a disk of what was written to it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Random;

const SECTOR: usize = 512;

#[derive(Clone, Default)]
pub(super) struct Inode {
    pub(super) content: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) pending: Vec<Change>,
    pub(super) is_locked: bool,
}

#[derive(Clone)]
pub(super) enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Clone)]
pub(super) struct Naming {
    pub(super) given: Option<(PathBuf, usize)>,
    pub(super) taken: Option<PathBuf>,
}

/// Makes any part of what is pending durable, and forgets the rest.
pub(super) fn write_back_names(
    durable: &mut BTreeMap<PathBuf, usize>,
    pending: &mut Vec<Naming>,
    random: &mut Random,
) {
    let all = random.below(3) == 0;
    for naming in pending.drain(..) {
        if all || random.below(2) == 0 {
            naming.apply(durable);
        }
    }
}

impl Naming {
    pub(super) fn apply(self, names: &mut BTreeMap<PathBuf, usize>) {
        if let Some(taken) = self.taken {
            names.remove(&taken);
        }
        if let Some((given, file)) = self.given {
            names.insert(given, file);
        }
    }
}

impl Change {
    pub(super) fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write(offset, bytes) => {
                let end = offset + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(bytes);
            }
            Self::Length(length) => content.resize(*length, 0),
        }
    }

    /// Its parts that reach the disk one by one.
    fn sectors(&self) -> Vec<Self> {
        let Self::Write(offset, bytes) = self else {
            return vec![self.clone()];
        };
        let mut sectors = Vec::new();
        let (mut offset, mut bytes) = (*offset, &bytes[..]);
        while !bytes.is_empty() {
            let size = bytes.len().min(SECTOR - offset % SECTOR);
            sectors.push(Self::Write(offset, bytes[..size].to_vec()));
            offset += size;
            bytes = &bytes[size..];
        }
        sectors
    }
}

impl Inode {
    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.content);
        self.pending.push(change);
    }

    /// Makes any part of what is pending durable, and forgets the rest.
    pub(super) fn write_back(&mut self, random: &mut Random) {
        let most = self.content.len();
        let mode = random.below(5);
        for change in std::mem::take(&mut self.pending) {
            for mut sector in change.sectors() {
                let reaches = match mode {
                    0 => true,
                    1 => false,
                    _ => random.below(mode) > 0,
                };
                if !reaches {
                    continue;
                }
                if let Change::Write(_, bytes) = &mut sector
                    && mode == 2
                    && random.below(4) == 0
                {
                    bytes.truncate(random.below(bytes.len() as u64 + 1) as usize);
                }
                sector.apply(&mut self.durable);
            }
        }
        if self.durable.len() < most && random.below(2) == 0 {
            self.durable.resize(most, 0);
        }
    }
}
