//! Items of a batch whose key an earlier one of it has.

use std::sync::Arc;

use super::Member;
use crate::Error;
use crate::artifact::{Ensured, Extant, Outcome};

/// Takes items out whose key an earlier one has; gives where either is.
pub(super) fn apart<R: Extant, T>(
    members: Vec<Member<R, T>>,
) -> (Vec<Member<R, T>>, Vec<Repeat<R::Key>>) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|one, other| members[*one].key.cmp(&members[*other].key));
    let mut first_of: Vec<usize> = (0..members.len()).collect();
    for pair in order.windows(2) {
        if members[pair[0]].key == members[pair[1]].key {
            first_of[pair[1]] = first_of[pair[0]];
        }
    }
    let (mut firsts, mut repeats) = (Vec::new(), Vec::new());
    for member in members {
        let (place, first) = (member.place, first_of[member.place]);
        if place == first {
            firsts.push(member);
        } else {
            repeats.push((place, first, member.key));
        }
    }
    (firsts, repeats)
}

/// The place of an item, that of the first with its key, and the key.
pub(super) type Repeat<K> = (usize, usize, K);

/// Returns what is said of a key once more: it is stored by now, or failed, and is not
/// asked for twice in one batch.
pub(super) fn again<K>(
    key: K,
    first: &mut Option<Result<Ensured<K>, Error>>,
) -> Result<Ensured<K>, Error> {
    match first.take() {
        Some(Err(error)) => {
            let (kind, error) = (error.kind(), Arc::new(error));
            *first = Some(Err(Error::of(kind, error.clone())));
            Err(Error::of(kind, error))
        }
        Some(Ok(ensured)) => {
            let outcome = match ensured.outcome() {
                Outcome::Absent => Outcome::Absent,
                Outcome::Extant | Outcome::Derived => Outcome::Extant,
            };
            *first = Some(Ok(ensured));
            Ok(Ensured::new(key, outcome))
        }
        None => unreachable!("a first item is settled before those that repeat it"),
    }
}
