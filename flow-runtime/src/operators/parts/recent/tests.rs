use std::collections::{HashMap, HashSet};

use super::*;

/// The same by a list that is searched: keys and states in the order of last sights, each
/// with the number of its first.
#[derive(Default)]
struct Model {
    keys: Vec<(u8, u32, u64)>,
    seen: u64,
}

impl Model {
    fn see(&mut self, key: u8, state: u32, capacity: usize) -> Option<(u8, u32)> {
        if let Some(place) = self.keys.iter().position(|(each, ..)| *each == key) {
            let mut entry = self.keys.remove(place);
            entry.1 += state;
            self.keys.push(entry);
            return None;
        }
        let forgotten = (self.keys.len() == capacity).then(|| self.keys.remove(0));
        self.seen += 1;
        self.keys.push((key, state, self.seen));
        forgotten.map(|(key, state, _)| (key, state))
    }

    fn forget(&mut self, key: u8) -> Option<u32> {
        let place = self.keys.iter().position(|(each, ..)| *each == key)?;
        Some(self.keys.remove(place).1)
    }

    fn drain(&mut self) -> Vec<(u8, u32)> {
        self.keys.sort_unstable_by_key(|(.., number)| *number);
        self.keys
            .drain(..)
            .map(|(key, state, _)| (key, state))
            .collect()
    }
}

fn see(keys: &mut Recent<u8, u32>, key: u8, state: u32) -> Option<(u8, u32)> {
    match keys.see(&key) {
        Ok(old) => {
            *old += state;
            None
        }
        Err(unseen) => keys.add(unseen, key, state).1,
    }
}

/// Asserts that both know the same keys.
fn agree(keys: &mut Recent<u8, u32>, model: &Model) {
    assert_eq!(keys.entries.len(), model.keys.len());
    assert_eq!(keys.is_empty(), model.keys.is_empty());
    assert_eq!(keys.oldest().copied(), model.keys.first().map(|key| key.1));
    assert_eq!(keys.newest().copied(), model.keys.last().map(|key| key.1));
    for key in 0..=u8::MAX {
        let known = model.keys.iter().find(|(each, ..)| *each == key);
        assert_eq!(keys.peek(&key).copied(), known.map(|key| key.1));
    }
}

#[test]
fn it_does_as_a_list_that_is_searched() {
    for capacity in [1, 2, 7, 40, usize::MAX] {
        let mut keys = Recent::of(NonZeroUsize::new(capacity));
        let mut model = Model::default();
        let mut random = 1_u64;
        for step in 0..4_000_u32 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let key = (random >> 33) as u8 % 60;
            match (random >> 48) % 64 {
                0 => assert_eq!(keys.drain().collect::<Vec<_>>(), model.drain()),
                1..=6 => assert_eq!(keys.forget(&key), model.forget(key)),
                7..=9 => {
                    let oldest = model.keys.first().map(|key| (key.0, key.1));
                    assert_eq!(keys.forget_oldest(), oldest);
                    oldest.map(|(key, _)| model.forget(key));
                }
                10 => keys = keys.clone(),
                _ => assert_eq!(see(&mut keys, key, step), model.see(key, step, capacity)),
            }
            if step % 16 == 0 {
                agree(&mut keys, &model);
            }
        }
    }
}

#[test]
fn keys_with_one_hash_are_told_apart() {
    /// All hash alike.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Alike(u8);

    impl std::hash::Hash for Alike {
        fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
    }

    let mut keys = Recent::of(NonZeroUsize::new(3));
    for key in [1, 2, 3, 1, 4] {
        if let Err(unseen) = keys.see(&Alike(key)) {
            keys.add(unseen, Alike(key), ());
        }
    }
    assert_eq!(keys.forget(&Alike(2)), None);
    let left: Vec<_> = keys.drain().map(|(key, ())| key.0).collect();
    assert_eq!(left, [1, 3, 4]);
}

#[test]
fn a_full_one_takes_no_more_room() {
    let mut keys = Recent::of(NonZeroUsize::new(100));
    let mut rooms = HashSet::new();
    for key in 0..10_000 {
        if let Err(unseen) = keys.see(&key) {
            keys.add(unseen, key, ());
        }
        if key >= 1_000 {
            rooms.insert(keys.entries.capacity());
        }
        // Places of keys that are gone count as taken for a while.
        assert!(keys.index.capacity() <= 400, "{}", keys.index.capacity());
    }
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    assert!(keys.entries.capacity() <= 200);
}

#[test]
fn every_state_is_dropped_once() {
    use std::{cell::RefCell, rc::Rc};

    /// Counts itself when it is dropped.
    struct Counted(u32, Rc<RefCell<HashMap<u32, u32>>>);

    impl Drop for Counted {
        fn drop(&mut self) {
            *self.1.borrow_mut().entry(self.0).or_default() += 1;
        }
    }

    let dropped = Rc::new(RefCell::new(HashMap::new()));
    let mut keys = Recent::of(NonZeroUsize::new(8));
    for key in 0..50 {
        if let Err(unseen) = keys.see(&key) {
            keys.add(unseen, key, Counted(key, Rc::clone(&dropped)));
        }
        if key % 7 == 0 {
            keys.forget(&(key - key % 3));
        }
    }
    keys.clear();
    let dropped = RefCell::borrow(&dropped);
    assert_eq!(dropped.len(), 50);
    assert!(dropped.values().all(|times| *times == 1), "{dropped:?}");
}
