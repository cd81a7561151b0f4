//! Sums that are kept beside each row, to see that it is still what was written.
//!
//! | value | of |
//! |---|---|
//! | 16 bytes | a key with a record: the sum of its row in `meta`, then that of the record |
//! | 8 bytes | a key without one: the sum of its row in `absent` |
//!
//! The sum of a row in `failed` is in front of what it keeps, 8 bytes.
//!
//! Sums are 64-bit FNV-1a, little-endian, of each part behind its length. That
//! is frozen. A key lies in two tables, so one that is lost in one of them is
//! found missing. Files of 0.1.0 have no sums, and what was written then is
//! taken as it is; a file that was made with them says so in its header.

use redb::Error;

use crate::store::fnv;

/// The field in the header of a file in which every key has a sum.
pub(super) const ALL: (&str, &str) = ("checks", "fnv1a64");

/// The sums of a key.
pub(super) enum Sums {
    /// Of a key with a record.
    Record { row: u64, record: u64 },
    /// Of a key without one.
    Absent { row: u64 },
}

impl Sums {
    pub(super) fn of_record(key: &[u8], row: (&[u8], &[u8]), record: &[u8]) -> Self {
        Self::Record {
            row: sum(&[b"meta", key, row.0, row.1]),
            record: sum(&[b"records", key, record]),
        }
    }

    pub(super) fn of_absent(key: &[u8], row: (&[u8], &[u8])) -> Self {
        Self::Absent {
            row: sum(&[b"absent", key, row.0, row.1]),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Record { row, record } => [row.to_le_bytes(), record.to_le_bytes()].concat(),
            Self::Absent { row } => row.to_le_bytes().to_vec(),
        }
    }

    /// Returns whether these are sums of a key with a record.
    pub(super) fn are_of_record(kept: &[u8]) -> bool {
        kept.len() != 8
    }

    /// Sees that this row of `meta` is the one that was written.
    pub(super) fn check_row(kept: &[u8], key: &[u8], row: (&[u8], &[u8])) -> Result<(), Error> {
        let sum = sum(&[b"meta", key, row.0, row.1]);
        check(kept.len() == 16 && kept[..8] == sum.to_le_bytes())
    }

    /// Sees that this record is the one that was written.
    pub(super) fn check_record(kept: &[u8], key: &[u8], record: &[u8]) -> Result<(), Error> {
        let sum = sum(&[b"records", key, record]);
        check(kept.len() == 16 && kept[8..] == sum.to_le_bytes())
    }

    /// Sees that this row of `absent` is the one that was written.
    pub(super) fn check_absent(kept: &[u8], key: &[u8], row: (&[u8], &[u8])) -> Result<(), Error> {
        let sum = sum(&[b"absent", key, row.0, row.1]);
        check(kept == sum.to_le_bytes())
    }
}

/// Returns a failure as it is kept, behind its sum.
pub(super) fn with_sum(key: &[u8], row: (&[u8], &[u8])) -> Vec<u8> {
    let sum = sum(&[b"failed", key, row.0, row.1]);
    [&sum.to_le_bytes(), row.1].concat()
}

/// Sees that what is kept of a failure is what was written, and gives it without its
/// sum.
pub(super) fn without_sum<'r>(
    key: &[u8],
    (key_json, kept): (&[u8], &'r [u8]),
) -> Result<&'r [u8], Error> {
    let Some((found, failure)) = kept.split_at_checked(8) else {
        return Err(damaged("a row is not what was written"));
    };
    let sum = sum(&[b"failed", key, key_json, failure]);
    check(found == sum.to_le_bytes()).map(|()| failure)
}

fn check(holds: bool) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(damaged("a row is not what was written"))
}

/// The error of a file that is not what was written.
pub(super) fn damaged(what: &str) -> Error {
    Error::Corrupted(what.to_owned())
}

fn sum(parts: &[&[u8]]) -> u64 {
    parts.iter().fold(fnv::EMPTY, |sum, part| {
        let length = (part.len() as u64).to_le_bytes();
        fnv::add(fnv::add(sum, &length), part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_frozen() {
        let sums = Sums::of_record(b"k", (b"1", b"{}"), br#"{"id":1}"#).to_bytes();
        let absent = Sums::of_absent(b"k", (b"1", br#"{"none":true}"#)).to_bytes();
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        assert_eq!(hex(&sums), "70b0bd6d0ffd86dc3430436d336f35a4");
        assert_eq!(hex(&absent), "355f5fa49a617891");
    }

    #[test]
    fn every_bit_of_every_part_counts() {
        let sums = Sums::of_record(b"key", (b"1", b"{}"), b"[7]").to_bytes();
        assert!(Sums::check_row(&sums, b"key", (b"1", b"{}")).is_ok());
        assert!(Sums::check_record(&sums, b"key", b"[7]").is_ok());
        for bit in 0..24 {
            let mut record = *b"[7]";
            record[bit / 8] ^= 1 << (bit % 8);
            assert!(Sums::check_record(&sums, b"key", &record).is_err());
        }
        // Nor may a byte move from one part to the next.
        assert!(Sums::check_row(&sums, b"key", (b"1{", b"}")).is_err());
        assert!(Sums::check_row(&sums, b"key1", (b"", b"{}")).is_err());
        assert!(Sums::check_absent(&sums, b"key", (b"1", b"{}")).is_err());
    }
}
