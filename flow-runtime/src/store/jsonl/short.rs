//! Bytes of which most are few.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

/// The longest that needs no allocation.
const INLINE: usize = 22;

/// Bytes, in place where they are few: keys lie in the index by the million, and each
/// that has to be followed is a miss of the cache.
#[derive(Clone)]
pub(super) struct Short(Place);

#[derive(Clone)]
enum Place {
    Here { length: u8, bytes: [u8; INLINE] },
    There(Box<[u8]>),
}

impl Short {
    /// No bytes.
    pub(super) fn empty() -> Self {
        Self::from(&[][..])
    }
}

impl From<&[u8]> for Short {
    fn from(given: &[u8]) -> Self {
        let length = given.len();
        if length > INLINE {
            return Self(Place::There(given.into()));
        }
        let mut bytes = [0; INLINE];
        bytes[..length].copy_from_slice(given);
        let length = length as u8;
        Self(Place::Here { length, bytes })
    }
}

impl From<Vec<u8>> for Short {
    fn from(given: Vec<u8>) -> Self {
        match given.len() {
            0..=INLINE => Self::from(&*given),
            _ => Self(Place::There(given.into())),
        }
    }
}

impl Deref for Short {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Place::Here { length, bytes } => &bytes[..usize::from(*length)],
            Place::There(bytes) => bytes,
        }
    }
}

impl Borrow<[u8]> for Short {
    fn borrow(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Short {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Short {}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_any_number_come_back_and_are_ordered() {
        let all: Vec<Vec<u8>> = (0..60).map(|length| vec![7; length]).collect();
        for bytes in &all {
            assert_eq!(*Short::from(&**bytes), **bytes);
            assert_eq!(Short::from(bytes.clone()), Short::from(&**bytes));
        }
        let shorts: Vec<Short> = all.iter().map(|bytes| Short::from(&**bytes)).collect();
        assert!(shorts.is_sorted() && Short::empty() == shorts[0]);
        assert!(Short::from(&b"b"[..]) > Short::from(&[b'a'; 50][..]));
        assert_eq!(size_of::<Short>(), size_of::<Vec<u8>>());
    }
}
