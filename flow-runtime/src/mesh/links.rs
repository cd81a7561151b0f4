//! Who a node has sent to, and how often.

/// The items that one node has sent to one other, the last ones of all: they are counted
/// here while sender and receiver stay the same.
#[derive(Clone, Copy, Default)]
pub struct Sent {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) items: u64,
}

/// The edges out of one node.
#[derive(Clone, Default)]
pub struct Links {
    /// Receivers and the number of items, in the order of the receivers.
    to: Vec<(u32, u64)>,
    /// The place of the receiver that was sent to last.
    last: usize,
}

impl Links {
    /// Counts some items to a receiver.
    #[inline]
    pub(super) fn count(&mut self, receiver: usize, items: u64) {
        match self.to.get_mut(self.last) {
            Some((to, sent)) if *to as usize == receiver => *sent += items,
            _ => self.find(receiver, items),
        }
    }

    /// Counts some to a receiver that was not the last one.
    fn find(&mut self, receiver: usize, items: u64) {
        let found = self
            .to
            .binary_search_by_key(&receiver, |(to, _)| *to as usize);
        self.last = found.unwrap_or_else(|place| {
            self.to.insert(place, (receiver as u32, 0));
            place
        });
        self.to[self.last].1 += items;
    }

    /// The receivers, in the order they were made, and the items each was sent.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        self.to.iter().map(|(to, items)| (*to as usize, *items))
    }
}
