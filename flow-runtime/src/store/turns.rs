//! One derivation at a time for a key: who makes it now, and who waits to.
//!
//! A key that is being made has an entry, with those who wait in the order in
//! which they asked. A [`Turn`] is the right to make the key. Dropped, after a
//! success as after a failure or in the middle, it is handed to the first who
//! still waits; who gets it looks the key up again before making anything. It
//! travels in the channel itself, so that it goes on also where the one it was
//! handed to is dropped before it has looked.
//!
//! A write of the key that is on its way [holds](Held) it as well: dropped by whoever made
//! it, a record may be stored in a moment, and is then not made again.
//!
//! A function that ensures, perhaps through others, what it is making would wait for
//! itself: each wait is noted, and one that would close a circle is refused.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};

use foldhash::fast::RandomState;
use tokio::sync::oneshot;

use crate::sync::Mutex;
use crate::waits::{Circle, Deed, Node, Within};

/// The keys of one store that are being made.
#[derive(Default)]
pub(super) struct Turns {
    making: Mutex<HashMap<Vec<u8>, Waiting, RandomState>>,
}

/// A key that is being made.
#[derive(Default)]
struct Waiting {
    node: Arc<Node>,
    /// Those who wait for it, the first in front.
    queue: VecDeque<oneshot::Sender<Turn>>,
    /// The number of its writes that are on their way.
    writes: usize,
    /// True when the right to make it was dropped before those had come to an end.
    is_left: bool,
}

/// The right to make a key, until it is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    /// `None` once it was handed on.
    key: Option<Vec<u8>>,
    node: Arc<Node>,
    /// The makings that ask for it.
    within: Within,
}

impl Turns {
    /// Waits until nobody else makes the key. Who asks does so for those that it is
    /// polled by, and `within` others. `waits` is called where it has to wait.
    ///
    /// # Errors
    ///
    /// Where the key would wait for itself.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it has lost its place in the queue, and holds up nobody.
    pub(super) async fn take(
        self: &Arc<Self>,
        key: Vec<u8>,
        within: &Within,
        name: impl FnOnce() -> String,
        waits: impl FnOnce(),
    ) -> Result<Turn, Circle> {
        let (node, handed) = self.queue(&key);
        let Some(handed) = handed else {
            return Ok(self.turn(key, node, within.clone()));
        };
        let waiting = node.wait(within, Deed::Ensure, name)?;
        waits();
        let handed = handed.await;
        drop(waiting);
        let mut turn = handed.expect("a turn is handed on as long as somebody waits");
        turn.within = within.clone();
        Ok(turn)
    }

    /// Takes the turn of a key, if nobody makes it.
    ///
    /// # Errors
    ///
    /// Where the key would wait for itself.
    pub(super) fn try_take(
        self: &Arc<Self>,
        key: Vec<u8>,
        within: &Within,
        name: impl FnOnce() -> String,
    ) -> Result<Option<Turn>, Circle> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = making.get(&key) {
            let node = Arc::clone(&waiting.node);
            drop(making);
            return node.wait(within, Deed::Ensure, name).map(|_| None);
        }
        let waiting = Waiting::default();
        let node = Arc::clone(&waiting.node);
        making.insert(key.clone(), waiting);
        drop(making);
        Ok(Some(self.turn(key, node, within.clone())))
    }

    /// The right to make a key, which nobody else has.
    fn turn(self: &Arc<Self>, key: Vec<u8>, node: Arc<Node>, within: Within) -> Turn {
        Turn {
            turns: Arc::clone(self),
            key: Some(key),
            node,
            within,
        }
    }

    /// Queues for the key where somebody makes it.
    fn queue(&self, key: &[u8]) -> (Arc<Node>, Option<oneshot::Receiver<Turn>>) {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = making.get_mut(key) else {
            let waiting = Waiting::default();
            let node = Arc::clone(&waiting.node);
            making.insert(key.to_vec(), waiting);
            return (node, None);
        };
        let queue = &mut waiting.queue;
        if queue.len() == queue.capacity() {
            queue.retain(|each| !each.is_closed());
        }
        let (hand, handed) = oneshot::channel();
        queue.push_back(hand);
        (Arc::clone(&waiting.node), Some(handed))
    }

    /// The next who waits for a key; where there is none, nobody makes it. Nobody is next
    /// before the writes of the key that are on their way have come to an end.
    fn next(&self, key: &[u8]) -> Option<oneshot::Sender<Turn>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = making.get_mut(key)?;
        waiting.is_left = waiting.writes > 0;
        if waiting.is_left {
            return None;
        }
        let next = waiting.queue.pop_front();
        if next.is_none() {
            making.remove(key);
        }
        next
    }

    /// Holds a key while a write of it is on its way; `None` where nobody makes the key.
    pub(super) fn hold(self: &Arc<Self>, key: &[u8]) -> Option<Held> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.get_mut(key)?.writes += 1;
        let (turns, key) = (Arc::clone(self), key.to_vec());
        Some(Held { turns, key })
    }

    /// Notes that a write of a key has come to its end. Gives the node of the key where
    /// that was the last and the right to make it was dropped before.
    fn release(&self, key: &[u8]) -> Option<Arc<Node>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = making.get_mut(key)?;
        waiting.writes -= 1;
        let is_free = waiting.writes == 0 && waiting.is_left;
        is_free.then(|| Arc::clone(&waiting.node))
    }
}

/// A write of a key that is being made: while it is there, nobody else makes the key.
pub(super) struct Held {
    turns: Arc<Turns>,
    key: Vec<u8>,
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(node) = self.turns.release(&self.key) else {
            return;
        };
        let key = std::mem::take(&mut self.key);
        drop(self.turns.turn(key, node, Within::default()));
    }
}

impl Turn {
    /// Makes the key, by this future.
    pub(crate) async fn make<T>(&self, making: impl Future<Output = T>) -> T {
        Self::make_all(std::slice::from_ref(self), making).await
    }

    /// Makes several keys, by this future.
    pub(crate) async fn make_all<T>(turns: &[Self], making: impl Future<Output = T>) -> T {
        let nodes = turns.iter().map(|turn| (&turn.node, &turn.within));
        Node::make_all(nodes, making).await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        while let Some(key) = self.key.take() {
            let Some(next) = self.turns.next(&key) else {
                return;
            };
            let node = Arc::clone(&self.node);
            let next_turn = self.turns.turn(key, node, Within::default());
            if let Err(mut refused) = next.send(next_turn) {
                // Nobody is there any more: the right is still here.
                self.key = refused.key.take();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::{Pin, pin};
    use std::task::Poll;

    async fn take(turns: &Arc<Turns>, key: u8) -> Result<Turn, Circle> {
        let name = || format!("`Key` {key}");
        turns.take(vec![key], &Within::default(), name, || ()).await
    }

    async fn is_pending<F: Future>(future: &mut Pin<&mut F>) -> bool {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test]
    async fn turns_are_handed_on_in_the_order_of_asking() {
        let turns = Arc::new(Turns::default());
        let first = take(&turns, 1).await.unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(take(&turns, 1))).collect();
        for each in &mut waiting {
            assert!(is_pending(&mut each.as_mut()).await);
        }
        // Another key does not wait.
        drop(take(&turns, 2).await.unwrap());
        drop(first);
        for mut each in waiting.drain(..) {
            drop(each.as_mut().await.unwrap());
        }
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_is_dropped_holds_up_nobody() {
        let turns = Arc::new(Turns::default());
        let first = take(&turns, 1).await.unwrap();
        let mut gone = Box::pin(take(&turns, 1));
        let mut handed = Box::pin(take(&turns, 1));
        let mut last = pin!(take(&turns, 1));
        assert!(is_pending(&mut gone.as_mut()).await);
        assert!(is_pending(&mut handed.as_mut()).await);
        assert!(is_pending(&mut last).await);
        // One while it waits, one after it was handed the turn and before it looks.
        drop(gone);
        drop(first);
        drop(handed);
        drop(last.await.unwrap());
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_write_on_its_way_holds_the_key() {
        let turns = Arc::new(Turns::default());
        assert!(turns.hold(&[1]).is_none());
        let first = take(&turns, 1).await.unwrap();
        let writes = [turns.hold(&[1]), turns.hold(&[1])];
        drop(first);
        let mut next = pin!(take(&turns, 1));
        for write in writes {
            assert!(is_pending(&mut next).await);
            drop(write);
        }
        // Its own write is over before it is dropped.
        let next = next.await.unwrap();
        drop(turns.hold(&[1]));
        let mut last = pin!(take(&turns, 1));
        assert!(is_pending(&mut last).await);
        drop(next);
        drop(last.await.unwrap());
        // Nobody waits.
        let alone = take(&turns, 1).await.unwrap();
        let write = turns.hold(&[1]);
        drop(alone);
        drop(write);
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn those_who_gave_up_are_forgotten() {
        let turns = Arc::new(Turns::default());
        let first = take(&turns, 1).await.unwrap();
        for _ in 0..10_000 {
            let mut asks = Box::pin(take(&turns, 1));
            assert!(is_pending(&mut asks.as_mut()).await);
        }
        let queued = turns.making.lock().unwrap()[&vec![1]].queue.len();
        assert!(queued < 100, "{queued}");
        drop(first);
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_makes_a_key_may_not_wait_for_it() {
        let turns = Arc::new(Turns::default());
        let other = Arc::new(Turns::default());
        let first = take(&turns, 1).await.unwrap();
        let within = async {
            let second = take(&turns, 2).await.unwrap();
            let inner = async {
                tokio::task::yield_now().await;
                drop(take(&other, 1).await.unwrap());
                drop(take(&turns, 3).await.unwrap());
                (
                    take(&turns, 1).await.is_err(),
                    take(&turns, 2).await.is_err(),
                )
            };
            second.make(inner).await
        };
        assert_eq!(first.make(within).await, (true, true));
        // From outside it is waited for.
        let mut outside = pin!(take(&turns, 1));
        assert!(is_pending(&mut outside).await);
        drop(first);
        assert!(outside.await.is_ok());
    }
}
