//! Defines how large blocks are.

use std::time::Duration;

/// Says how many items a block has at most.
pub(super) const BLOCK: usize = 4096;

/// Says how long a worker is to work on a block: much longer than it takes to wake
/// it, and short enough for all workers to be done at about the same time.
const WORTH: Duration = Duration::from_micros(100);

/// The size of blocks, which is learnt from how long they take.
pub(super) struct Size(usize);

impl Size {
    /// Nothing is known yet: the first items go one by one.
    pub(super) fn new() -> Self {
        Self(1)
    }

    pub(super) fn get(&self) -> usize {
        self.0
    }

    /// A block of `count` items took so long. Blocks grow to twice their size at
    /// most, so that one measurement does not count for much, and shrink at once.
    pub(super) fn learn(&mut self, count: usize, took: Duration) {
        if count == 0 {
            return;
        }
        let items = WORTH.as_nanos() * count as u128 / took.as_nanos().max(1);
        let items = usize::try_from(items).unwrap_or(usize::MAX);
        self.0 = items.clamp(1, BLOCK.min(2 * self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn us(n: u64) -> Duration {
        Duration::from_micros(n)
    }

    #[test]
    fn cheap_items_make_large_blocks_and_costly_ones_small() {
        let mut size = Size::new();
        for _ in 0..20 {
            size.learn(size.get(), Duration::from_nanos(size.get() as u64));
        }
        assert_eq!(size.get(), BLOCK);
        size.learn(BLOCK, us(100 * BLOCK as u64));
        assert_eq!(size.get(), 1);
        size.learn(1, us(10));
        assert_eq!(size.get(), 2);
        size.learn(2, us(20));
        size.learn(4, us(40));
        size.learn(8, us(80));
        assert_eq!(size.get(), 10);
        size.learn(0, us(0));
        assert_eq!(size.get(), 10);
    }
}
