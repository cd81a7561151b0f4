//! Keys and two numbers of each, exact, in a bounded amount of memory.
//!
//! A hash table with open addressing: a slot is the hash of a key and where its
//! entry begins, an entry the numbers and the key itself. Both lie in
//! [areas](super::spill) that move to disk when they grow, so a file of any number of
//! keys has an index of a few megabytes in memory.

use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use foldhash::fast::RandomState;

use super::spill::Spill;

/// The number of slots at first.
const FIRST: u64 = 1 << 10;
/// The hash, and the place of the entry plus one; zero where the slot is free.
const SLOT: u64 = 16;
/// The numbers and the length of the key.
const HEAD: usize = 20;

/// The rows of a key, as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    /// The offset of the first row with the key.
    pub(crate) offset: u64,
    /// The number of rows that have it.
    pub(crate) count: u64,
}

/// An exact map from keys to what is known of them.
pub(crate) struct Table {
    slots: Spill,
    /// A power of two.
    capacity: u64,
    entries: Spill,
    length: u64,
    hasher: RandomState,
    near: PathBuf,
}

/// The place where a key is, or goes.
enum Place {
    Found { entry: u64, noted: Noted },
    Free { slot: u64 },
}

impl Table {
    /// Creates an empty table, which spills beside this file.
    pub(crate) fn new(near: &Path) -> io::Result<Self> {
        Ok(Self {
            slots: Spill::zeros(near, FIRST * SLOT)?,
            capacity: FIRST,
            entries: Spill::zeros(near, 0)?,
            length: 0,
            hasher: RandomState::default(),
            near: near.to_owned(),
        })
    }

    /// Returns how many keys are in it.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    pub(crate) fn get(&self, key: &[u8]) -> io::Result<Option<Noted>> {
        match self.find(self.hasher.hash_one(key), key)? {
            Place::Found { noted, .. } => Ok(Some(noted)),
            Place::Free { .. } => Ok(None),
        }
    }

    /// Notes something of a key; gives what was known before.
    pub(crate) fn set(&mut self, key: &[u8], noted: Noted) -> io::Result<Option<Noted>> {
        self.update(key, |_| noted)
    }

    /// Counts a row of the key, which begins there.
    pub(crate) fn count(&mut self, key: &[u8], offset: u64) -> io::Result<()> {
        let counted = |known: Option<Noted>| {
            let known = known.unwrap_or(Noted { offset, count: 0 });
            let count = known.count + 1;
            Noted { count, ..known }
        };
        self.update(key, counted).map(drop)
    }

    fn update(
        &mut self,
        key: &[u8],
        update: impl FnOnce(Option<Noted>) -> Noted,
    ) -> io::Result<Option<Noted>> {
        let hash = self.hasher.hash_one(key);
        match self.find(hash, key)? {
            Place::Found { entry, noted: old } => {
                let Noted { offset, count } = update(Some(old));
                self.entries.write(entry, &pair(offset, count))?;
                Ok(Some(old))
            }
            Place::Free { slot } => {
                let Noted { offset, count } = update(None);
                let mut entry = Vec::with_capacity(HEAD + key.len());
                entry.extend_from_slice(&pair(offset, count));
                let length = u32::try_from(key.len()).map_err(io::Error::other)?;
                entry.extend_from_slice(&length.to_le_bytes());
                entry.extend_from_slice(key);
                let at = self.entries.push(&entry)?;
                self.slots.write(slot * SLOT, &pair(hash, at + 1))?;
                self.length += 1;
                if self.length * 2 > self.capacity {
                    self.grow()?;
                }
                Ok(None)
            }
        }
    }

    fn find(&self, hash: u64, key: &[u8]) -> io::Result<Place> {
        let mut slot = hash & (self.capacity - 1);
        loop {
            let (found, entry) = self.slot(slot)?;
            if entry == 0 {
                return Ok(Place::Free { slot });
            }
            if found == hash {
                let entry = entry - 1;
                let rest = self.entries.length() - entry;
                // A shorter entry at the end is another key's.
                if rest >= (HEAD + key.len()) as u64 {
                    let mut there = vec![0; HEAD + key.len()];
                    self.entries.read(entry, &mut there)?;
                    let length = u32::from_le_bytes(part(&there, 16)) as usize;
                    if length == key.len() && there[HEAD..] == *key {
                        let noted = Noted {
                            offset: u64::from_le_bytes(part(&there, 0)),
                            count: u64::from_le_bytes(part(&there, 8)),
                        };
                        return Ok(Place::Found { entry, noted });
                    }
                }
            }
            slot = (slot + 1) & (self.capacity - 1);
        }
    }

    fn slot(&self, slot: u64) -> io::Result<(u64, u64)> {
        slot_of(&self.slots, slot)
    }

    /// Makes room for four times as many keys.
    fn grow(&mut self) -> io::Result<()> {
        let slots = Spill::zeros(&self.near, self.capacity * 4 * SLOT)?;
        let old = std::mem::replace(&mut self.slots, slots);
        let filled_slots = self.capacity;
        self.capacity *= 4;
        for slot in 0..filled_slots {
            let (hash, entry) = slot_of(&old, slot)?;
            if entry == 0 {
                continue;
            }
            let mut slot = hash & (self.capacity - 1);
            while self.slot(slot)?.1 != 0 {
                slot = (slot + 1) & (self.capacity - 1);
            }
            self.slots.write(slot * SLOT, &pair(hash, entry))?;
        }
        Ok(())
    }
}

fn slot_of(slots: &Spill, slot: u64) -> io::Result<(u64, u64)> {
    let mut bytes = [0; SLOT as usize];
    slots.read(slot * SLOT, &mut bytes)?;
    let number = |from| u64::from_le_bytes(part(&bytes, from));
    Ok((number(0), number(8)))
}

fn pair(one: u64, other: u64) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&one.to_le_bytes());
    bytes[8..].copy_from_slice(&other.to_le_bytes());
    bytes
}

fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[from..from + N]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_again_however_many_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = Table::new(&folder.path().join("rows")).unwrap();
        let key = |number: u64| format!("key {number}").into_bytes();
        for number in 0..100_000 {
            table.count(&key(number), number).unwrap();
        }
        for number in 0..1000 {
            table.count(&key(number * 7), 1).unwrap();
        }
        assert_eq!(table.len(), 100_000);
        for number in 0..100_000 {
            let count = 1 + u64::from(number < 7000 && number % 7 == 0);
            let offset = number;
            let noted = table.get(&key(number)).unwrap();
            assert_eq!(noted, Some(Noted { offset, count }), "{number}");
        }
        assert_eq!(table.get(&key(100_000)).unwrap(), None);
        assert_eq!(table.get(b"").unwrap(), None);
    }
}
