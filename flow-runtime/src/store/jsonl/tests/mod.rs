//! The store on a disk that fails, loses power, or holds what it should not.
//!
//! Every search prints its seed with what it finds. By default they are short;
//! `FLOW_STORE_SEEDS=5000 cargo test -p flow-runtime --lib jsonl::tests` runs so
//! many seeds of each.

mod disk;
mod faults;
mod fuzz;
mod inode;
mod power;
mod unsynced;
mod visible;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use self::disk::Model;
use super::Jsonl;
use crate::block_on::block_on;
use crate::store::encode::{Identify, decode_meta, encode, encode_none};
use crate::store::key_bytes::key_bytes;
use crate::store::{Meta, Storage, Write};
use crate::{Error, Extant};

/// Numbers that a seed decides.
#[derive(Clone)]
struct Random(u64);

impl Random {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// The seeds of a search: so many, or as many as the environment says.
fn seeds(few: u64) -> std::ops::Range<u64> {
    let seeds = std::env::var("FLOW_STORE_SEEDS");
    0..seeds.map_or(few, |seeds| seeds.parse().expect("a number"))
}

fn path() -> &'static Path {
    Path::new("/disk/records.jsonl")
}

/// A record that says which version made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    id: u32,
    made_by: Option<u32>,
    text: String,
}

impl Extant for Record {
    type Key = u32;
    const KIND: &'static str = "Record";

    fn key(&self) -> u32 {
        self.id
    }
}

/// Says what a store says of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fact {
    Nothing,
    Absent(Option<u32>),
    Record(Record, Option<u32>),
}

impl Fact {
    fn write(&self, id: u32) -> Write {
        match self {
            Self::Nothing => Write::Remove {
                key: key_bytes(&id).unwrap(),
            },
            Self::Absent(version) => encode_none::<Record>(&id, Meta::of_none(*version)).unwrap(),
            Self::Record(record, version) => encode(record, Meta::of_record(*version)).unwrap(),
        }
    }

    fn random(id: u32, random: &mut Random) -> Self {
        let version = [None, None, Some(1), Some(2)][random.below(4) as usize];
        match random.below(8) {
            0 => Self::Nothing,
            1 => Self::Absent(version),
            _ => {
                // Few texts, so that some replace their like; some longer than a page.
                let text = random.below(3).to_string();
                let text = text.repeat([1, 1, 300, 3000][random.below(4) as usize]);
                let made_by = version;
                Self::Record(Record { id, made_by, text }, version)
            }
        }
    }
}

/// Says how many keys there are.
const KEYS: u32 = 6;

fn open(disk: &Model) -> Result<Jsonl<Model>, Error> {
    let identify = Identify::of::<Record>();
    Jsonl::open(disk.clone(), path(), identify).map(|(jsonl, _)| jsonl)
}

/// Returns what a store says of every key, in every way it can be asked.
fn facts(jsonl: &Jsonl<Model>) -> Result<BTreeMap<u32, Fact>, Error> {
    let mut facts = BTreeMap::new();
    let mut records = 0;
    for id in 0..KEYS {
        let key = key_bytes(&id).unwrap();
        let found = block_on(jsonl.look_up(&key))?;
        let version = decode_meta(&id, &found.meta)?.origin.version;
        let record = block_on(jsonl.get(&key))?;
        assert_eq!(record.is_some(), found.is_extant);
        assert_eq!(block_on(jsonl.contains(&key))?, found.is_extant);
        records += usize::from(found.is_extant);
        let fact = match record {
            Some(record) => Fact::Record(serde_json::from_slice(&record).unwrap(), version),
            None if decode_meta(&id, &found.meta)?.none => Fact::Absent(version),
            None => Fact::Nothing,
        };
        facts.insert(id, fact);
    }
    assert_eq!(block_on(jsonl.count())?, records);
    assert_eq!(block_on(jsonl.scan(None, 100))?.len(), records);
    Ok(facts)
}

/// Holds what may be said of each key: what was reported last, and what was tried
/// since.
#[derive(Clone)]
struct Expected(BTreeMap<u32, Vec<Fact>>);

impl Expected {
    fn new() -> Self {
        Self((0..KEYS).map(|id| (id, vec![Fact::Nothing])).collect())
    }

    fn of(facts: &BTreeMap<u32, Fact>) -> Self {
        let one = |(id, fact): (&u32, &Fact)| (*id, vec![fact.clone()]);
        Self(facts.iter().map(one).collect())
    }

    /// Commits a batch, and expects what comes of it.
    fn commit(&mut self, jsonl: &Jsonl<Model>, batch: &[(u32, Fact)]) -> Result<(), Error> {
        let writes = batch.iter().map(|(id, fact)| fact.write(*id)).collect();
        let outcome = block_on(jsonl.commit(writes)).map(drop);
        for (id, fact) in batch.iter().cloned().collect::<BTreeMap<_, _>>() {
            let may = self.0.get_mut(&id).unwrap();
            if outcome.is_ok() {
                may.clear();
            }
            may.push(fact);
        }
        outcome
    }

    /// Returns what is wrong in what a store says.
    fn wrong(&self, facts: &BTreeMap<u32, Fact>) -> Option<String> {
        let is_wrong = |(id, fact): &(&u32, &Fact)| !self.0[id].contains(fact);
        let (id, fact) = facts.iter().find(is_wrong)?;
        Some(format!("{id}: {fact:?} is none of {:?}", self.0[id]))
    }
}

/// Writes to a store until something fails, or for so many batches.
fn work(
    jsonl: &Jsonl<Model>,
    expected: &mut Expected,
    batches: u64,
    random: &mut Random,
) -> Result<(), Error> {
    for _ in 0..batches {
        if random.below(6) == 0 {
            block_on(jsonl.compact())?;
            continue;
        }
        let mut batch = Vec::new();
        for _ in 0..=random.below(4) {
            let id = random.below(u64::from(KEYS)) as u32;
            batch.push((id, Fact::random(id, random)));
        }
        expected.commit(jsonl, &batch)?;
    }
    Ok(())
}
