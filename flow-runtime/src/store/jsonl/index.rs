//! The index of each key's line, in memory.
//!
//! ```text
//! hash ──slots──▶ place in `lines`      a key that is looked up
//! order: blocks of places, sorted       pages of keys
//! ```
//!
//! One sorted map would do both, but to find a key at random among a million of it takes a
//! dozen misses of the cache; here it takes two or three. No key is ever taken out: who
//! removes a record rewrites the file, and begins a new index.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::hash::BuildHasher;
use std::ops::Bound;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::Line;
use super::short::Short;

/// The number of slots at first.
const FIRST: usize = 16;
/// A slot that is free.
const FREE: u64 = u64::MAX;
/// The most places in a block.
const BLOCK: usize = 256;

/// The lines of all keys.
pub(super) struct Index {
    lines: Vec<(Short, Line)>,
    /// The upper half of the hash, and the place of the line. Their number is a power of
    /// two, and a quarter of them is free.
    slots: Vec<u64>,
    /// Blocks by what their keys are not less than: the first by nothing.
    order: BTreeMap<Short, Vec<u32>>,
    hasher: RandomState,
    /// The metadata that was kept last: most lines have the same.
    meta: Arc<[u8]>,
}

impl Index {
    /// No lines.
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            slots: vec![FREE; FIRST],
            order: BTreeMap::from([(Short::empty(), Vec::new())]),
            hasher: RandomState::default(),
            meta: Arc::default(),
        }
    }

    /// Returns the number of keys.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&Line> {
        let place = self.place(key, self.hasher.hash_one(key))?;
        Some(&self.lines[place].1)
    }

    /// Puts a line under a key, in place of the one before.
    ///
    /// # Panics
    ///
    /// Where there are four billion keys: they would take half a terabyte.
    pub(super) fn insert(&mut self, key: &[u8], mut line: Line) {
        line.meta = self.shared(line.meta);
        let hash = self.hasher.hash_one(key);
        if let Some(place) = self.place(key, hash) {
            self.lines[place].1 = line;
            return;
        }
        let place = u32::try_from(self.lines.len()).ok();
        // The last number is that of a free slot.
        let place = place.filter(|place| *place != u32::MAX);
        let place = place.expect("there are fewer than four billion keys");
        if (self.lines.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        self.take_slot(hash, place);
        self.put_in_order(key, place);
        self.lines.push((key.into(), line));
    }

    /// Says what is kept beside a record. Gives whether there is one.
    pub(super) fn set_meta(&mut self, key: &[u8], meta: &[u8]) -> bool {
        let Some(place) = self.place(key, self.hasher.hash_one(key)) else {
            return false;
        };
        self.lines[place].1.meta = self.shared(meta.into());
        true
    }

    /// The lines, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        self.order.values().flatten().map(|place| self.at(*place))
    }

    /// The lines behind a key, or all, in the order of their keys.
    pub(super) fn after(&self, key: Option<&[u8]>) -> impl Iterator<Item = (&[u8], &Line)> {
        let (bound, first) = self.block(key.unwrap_or_default());
        let from = key.map_or(0, |key| {
            first.partition_point(|place| self.at(*place).0 <= key)
        });
        let behind = (Bound::Excluded(&**bound), Bound::Unbounded);
        let behind = self
            .order
            .range::<[u8], _>(behind)
            .flat_map(|(_, block)| block);
        first[from..]
            .iter()
            .chain(behind)
            .map(|place| self.at(*place))
    }

    fn at(&self, place: u32) -> (&[u8], &Line) {
        let (key, line) = &self.lines[place as usize];
        (key, line)
    }

    /// The block that a key is in, or would be.
    fn block(&self, key: &[u8]) -> (&Short, &[u32]) {
        let before = (Bound::Unbounded, Bound::Included(key));
        let block = self.order.range::<[u8], _>(before).next_back();
        let (bound, block) = block.expect("nothing is less than the first bound");
        (bound, block)
    }

    /// Sorts in a place whose key is new, and not in `lines` yet.
    fn put_in_order(&mut self, key: &[u8], place: u32) {
        let lines = &self.lines;
        let key_of = |place: u32| -> &[u8] { &lines[place as usize].0 };
        let is_less = |block: &Vec<u32>| block.last().is_some_and(|last| key_of(*last) < key);
        // Most files are written in order.
        let last = self.order.last_entry().map(OccupiedEntry::into_mut);
        let (block, at) = match last.filter(|block| is_less(block)) {
            Some(block) => {
                let at = block.len();
                (block, at)
            }
            None => {
                let before = (Bound::Unbounded, Bound::Included(key));
                let block = self.order.range_mut::<[u8], _>(before).next_back();
                let (_, block) = block.expect("nothing is less than the first bound");
                let at = block.partition_point(|each| key_of(*each) < key);
                (block, at)
            }
        };
        if block.len() < BLOCK {
            block.insert(at, place);
            return;
        }
        let (bound, other) = if at == BLOCK {
            (Short::from(key), vec![place])
        } else {
            block.insert(at, place);
            let other = block.split_off(BLOCK / 2);
            let bound = match other[0] {
                first if first == place => Short::from(key),
                first => lines[first as usize].0.clone(),
            };
            (bound, other)
        };
        self.order.insert(bound, other);
    }

    /// Looks a key up in the slots.
    fn place(&self, key: &[u8], hash: u64) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                FREE => return None,
                taken if taken >> 32 == hash >> 32 => {
                    let place = taken as u32 as usize;
                    if *self.lines[place].0 == *key {
                        return Some(place);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & mask;
        }
    }

    fn take_slot(&mut self, hash: u64, place: u32) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != FREE {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = hash >> 32 << 32 | u64::from(place);
    }

    /// Doubles the slots.
    fn grow(&mut self) {
        self.slots = vec![FREE; self.slots.len() * 2];
        for place in 0..self.lines.len() {
            let hash = self.hasher.hash_one(&*self.lines[place].0);
            self.take_slot(hash, place as u32);
        }
    }

    /// The same metadata, shared with the line before where it has that.
    fn shared(&mut self, meta: Arc<[u8]>) -> Arc<[u8]> {
        if meta != self.meta {
            self.meta = meta;
        }
        self.meta.clone()
    }
}

impl Extend<(Vec<u8>, Line)> for Index {
    fn extend<I: IntoIterator<Item = (Vec<u8>, Line)>>(&mut self, lines: I) {
        for (key, line) in lines {
            self.insert(&key, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(offset: u64, meta: &[u8]) -> Line {
        Line {
            offset,
            length: 1,
            key_json: Short::empty(),
            meta: meta.into(),
        }
    }

    /// Compares with a map that is plain, in `number` steps.
    fn compare(number: u64, key: impl Fn(u64) -> u64) {
        let (mut index, mut map) = (Index::new(), BTreeMap::new());
        for step in 0..number {
            // Of some keys there are two lines; some are long.
            let mut bytes = key(step).to_be_bytes().to_vec();
            bytes.extend(vec![b'x'; (step % 3 * 20) as usize]);
            let meta: &[u8] = if step % 5 == 0 { b"{}" } else { b"" };
            index.insert(&bytes, line(step, meta));
            map.insert(bytes, line(step, meta));
        }
        assert_eq!(index.len(), map.len());
        let all = map.iter().map(|(key, line)| (&**key, line));
        assert!(index.iter().eq(all.clone()));
        assert!(index.after(None).eq(all));
        for (at, (key, line)) in map.iter().enumerate() {
            assert_eq!(index.get(key), Some(line));
            assert!(!index.contains_key(&[key, &b"y"[..]].concat()));
            // Behind a key that is there, and behind one that is not.
            if at % 97 == 0 {
                for key in [key.clone(), [key, &b"a"[..]].concat()] {
                    let behind = (Bound::Excluded(&*key), Bound::Unbounded);
                    let behind = map.range::<[u8], _>(behind);
                    let behind = behind.map(|(key, line)| (&**key, line)).take(300);
                    assert!(index.after(Some(&key)).take(300).eq(behind));
                }
            }
        }
    }

    #[test]
    fn it_is_a_sorted_map_in_whatever_order_keys_come() {
        compare(5000, |step| step);
        compare(5000, |step| u64::MAX - step);
        compare(5000, |step| step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7);
        compare(5000, |step| step * 7919 % 700);
        compare(0, |step| step);
    }

    #[test]
    fn metadata_is_set_where_there_is_a_line() {
        let mut index = Index::new();
        index.extend([(vec![1], line(0, b""))]);
        assert!(index.set_meta(&[1], b"{\"version\":1}") && !index.set_meta(&[2], b"{}"));
        assert_eq!(*index.get(&[1]).unwrap().meta, *b"{\"version\":1}");
    }
}
