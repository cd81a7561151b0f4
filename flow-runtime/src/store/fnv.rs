//! FNV-1a with 64 bits: small, and the same for ever. What is made of it is written to
//! disk.

/// The sum of nothing.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// Returns the sum of what `sum` is of, and of these bytes behind it.
pub(crate) fn add(sum: u64, bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(sum, step)
}
