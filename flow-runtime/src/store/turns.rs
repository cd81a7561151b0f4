//! One derivation at a time for a key: who makes it now, and who waits to.
//!
//! A key that is being made has an entry, with those who wait in the order in
//! which they asked. A [`Turn`] is the right to make the key. Dropped, after a
//! success as after a failure or in the middle, it is handed to the first who
//! still waits; who gets it looks the key up again before making anything. It
//! travels in the channel itself, so that it goes on also where the one it was
//! handed to is dropped before it has looked.
//!
//! A function that ensures, perhaps through others, what it is making would wait for
//! itself. So each thread knows which keys the futures make that it is in the middle
//! of polling, and who asks for one of them is refused.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, PoisonError};

use foldhash::fast::RandomState;
use tokio::sync::oneshot;

use crate::sync::Mutex;

thread_local! {
    /// The keys that are made by what is being polled on this thread, the innermost
    /// last, each with the address of its [`Turns`].
    static POLLED: RefCell<Vec<(usize, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
}

/// A key that is being made by who asks for it.
#[derive(Debug)]
pub(super) struct OwnKey;

/// The keys of one store that are being made.
#[derive(Default)]
pub(super) struct Turns {
    making: Mutex<HashMap<Vec<u8>, Waiting, RandomState>>,
}

/// Who waits for a key, the first in front.
type Waiting = VecDeque<oneshot::Sender<Turn>>;

/// The right to make a key, until it is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    /// `None` once it was handed on.
    key: Option<Vec<u8>>,
}

impl Turns {
    /// Waits until nobody else makes the key.
    ///
    /// # Errors
    ///
    /// Where who asks is making it.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it has lost its place in the queue, and holds up nobody.
    pub(super) async fn take(self: &Arc<Self>, key: Vec<u8>) -> Result<Turn, OwnKey> {
        if self.is_polled(&key) {
            return Err(OwnKey);
        }
        let Some(handed) = self.queue(&key) else {
            let (turns, key) = (Arc::clone(self), Some(key));
            return Ok(Turn { turns, key });
        };
        let handed = handed.await;
        Ok(handed.expect("a turn is handed on as long as somebody waits"))
    }

    /// Takes the turn of a key, if nobody makes it.
    ///
    /// # Errors
    ///
    /// Where who asks is making it.
    pub(super) fn try_take(self: &Arc<Self>, key: Vec<u8>) -> Result<Option<Turn>, OwnKey> {
        if self.is_polled(&key) {
            return Err(OwnKey);
        }
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if making.contains_key(&key) {
            return Ok(None);
        }
        making.insert(key.clone(), Waiting::new());
        drop(making);
        let (turns, key) = (Arc::clone(self), Some(key));
        Ok(Some(Turn { turns, key }))
    }

    /// Returns whether this is called from within the making of the key.
    fn is_polled(self: &Arc<Self>, key: &[u8]) -> bool {
        let address = Arc::as_ptr(self).addr();
        POLLED.with_borrow(|polled| {
            polled
                .iter()
                .any(|(of, made)| *of == address && made == key)
        })
    }

    /// Queues for the key where somebody makes it; `None` where nobody does.
    fn queue(&self, key: &[u8]) -> Option<oneshot::Receiver<Turn>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = making.get_mut(key) else {
            making.insert(key.to_vec(), Waiting::new());
            return None;
        };
        if waiting.len() == waiting.capacity() {
            waiting.retain(|each| !each.is_closed());
        }
        let (hand, handed) = oneshot::channel();
        waiting.push_back(hand);
        Some(handed)
    }

    /// The next who waits for a key; where there is none, nobody makes it.
    fn next(&self, key: &[u8]) -> Option<oneshot::Sender<Turn>> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let next = making.get_mut(key).and_then(VecDeque::pop_front);
        if next.is_none() {
            making.remove(key);
        }
        next
    }
}

impl Turn {
    /// Makes the key, by this future.
    pub(crate) async fn make<T>(&self, making: impl Future<Output = T>) -> T {
        Self::make_all(std::slice::from_ref(self), making).await
    }

    /// Makes several keys, by this future.
    pub(crate) async fn make_all<T>(turns: &[Self], making: impl Future<Output = T>) -> T {
        let mut making = pin!(making);
        poll_fn(|context| {
            let polled = turns.iter().filter_map(|turn| {
                let key = turn.key.as_ref()?;
                let address = Arc::as_ptr(&turn.turns).addr();
                POLLED.with_borrow_mut(|polled| polled.push((address, key.clone())));
                Some(())
            });
            let _polled = Polled(polled.count());
            making.as_mut().poll(context)
        })
        .await
    }
}

/// So many keys are on the list of this thread, until this is dropped.
struct Polled(usize);

impl Drop for Polled {
    fn drop(&mut self) {
        POLLED.with_borrow_mut(|polled| polled.truncate(polled.len() - self.0));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        while let Some(key) = self.key.take() {
            let Some(next) = self.turns.next(&key) else {
                return;
            };
            let turns = Arc::clone(&self.turns);
            let key = Some(key);
            if let Err(mut refused) = next.send(Self { turns, key }) {
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

    async fn is_pending<F: Future>(future: &mut Pin<&mut F>) -> bool {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test]
    async fn turns_are_handed_on_in_the_order_of_asking() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(vec![1]).await.unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.take(vec![1]))).collect();
        for each in &mut waiting {
            assert!(is_pending(&mut each.as_mut()).await);
        }
        // Another key does not wait.
        drop(turns.take(vec![2]).await.unwrap());
        drop(first);
        for mut each in waiting.drain(..) {
            drop(each.as_mut().await.unwrap());
        }
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_is_dropped_holds_up_nobody() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(vec![1]).await.unwrap();
        let mut gone = Box::pin(turns.take(vec![1]));
        let mut handed = Box::pin(turns.take(vec![1]));
        let mut last = pin!(turns.take(vec![1]));
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
    async fn those_who_gave_up_are_forgotten() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(vec![1]).await.unwrap();
        for _ in 0..10_000 {
            let mut asks = Box::pin(turns.take(vec![1]));
            assert!(is_pending(&mut asks.as_mut()).await);
        }
        let queued = turns.making.lock().unwrap()[&vec![1]].len();
        assert!(queued < 100, "{queued}");
        drop(first);
        assert!(turns.making.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_makes_a_key_may_not_wait_for_it() {
        let turns = Arc::new(Turns::default());
        let other = Arc::new(Turns::default());
        let first = turns.take(vec![1]).await.unwrap();
        let within = async {
            let second = turns.take(vec![2]).await.unwrap();
            let inner = async {
                tokio::task::yield_now().await;
                drop(other.take(vec![1]).await.unwrap());
                drop(turns.take(vec![3]).await.unwrap());
                (
                    turns.take(vec![1]).await.is_err(),
                    turns.take(vec![2]).await.is_err(),
                )
            };
            second.make(inner).await
        };
        assert_eq!(first.make(within).await, (true, true));
        // From outside it is waited for.
        let mut outside = pin!(turns.take(vec![1]));
        assert!(is_pending(&mut outside).await);
        drop(first);
        assert!(outside.await.is_ok());
        POLLED.with_borrow(|polled| assert!(polled.is_empty()));
    }
}
