//! Hubs: what passes a place of a flow, for whoever looks while it runs.
//!
//! Every subscriber has a queue of its own. The flow puts a clone of each item
//! into all of them: into a full one in place of its oldest item, which is
//! counted as missed, unless the subscriber asked for everything; then the flow
//! waits. Without subscribers a tap costs one load.

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    mem,
    sync::{Arc, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

#[cfg(all(loom, test))]
mod model;
mod subscriber;

pub use subscriber::{Everything, Missed, Subscription};

use crate::copies::fresh::Fresh;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place where the items of a flow can be seen while it runs: `-> tap(&hub)`.
///
/// Subscribers come and go at any time, and see what passes from then on. A hub
/// is a handle, to be cloned. Their items end when the last flow that taps into
/// the hub has ended, or when the hub itself is gone; a later flow can tap into
/// the same hub, for new subscribers.
///
/// ```
/// use flow_runtime::{Hub, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let hub = Hub::new(16);
/// let mut seen = hub.subscribe();
/// let sum = flow! { from(1..=3) -> tap(&hub) -> sum() };
/// let sum: i32 = sum.run().await;
/// assert_eq!(sum, 6);
/// assert_eq!(seen.recv().await, Some(Ok(1)));
/// # }
/// ```
pub struct Hub<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    /// Says how many items may wait for each subscriber.
    capacity: usize,
    /// Those who look, with what waits for them.
    places: Mutex<Places<T>>,
    /// Says how many there are, for a look without the lock.
    count: AtomicUsize,
    /// Counts how often they changed: flows keep a list of them until it does.
    version: AtomicUsize,
}

impl<T> Shared<T> {
    /// Says how many there are now; the caller has the lock.
    fn changed(&self, count: usize) {
        self.count.store(count, Ordering::Release);
        self.version.fetch_add(1, Ordering::Release);
    }
}

struct Places<T> {
    queues: Vec<Arc<Waiting<T>>>,
    /// The flows that tap into the hub.
    taps: usize,
}

/// The queue of one subscriber.
struct Waiting<T> {
    /// Says whether the flow waits where there is no room.
    all: bool,
    queue: Mutex<Queue<T>>,
}

/// Holds what waits for one subscriber.
struct Queue<T> {
    items: VecDeque<T>,
    /// Holds what gave way to newer items, and was not told of yet.
    missed: u64,
    /// Nothing more comes.
    closed: bool,
    reader: Option<Waker>,
    /// The flows that wait for room.
    writers: Vec<Waker>,
}

impl<T> Queue<T> {
    fn close(&mut self) {
        self.closed = true;
        self.reader.take().into_iter().for_each(Waker::wake);
        self.writers.drain(..).for_each(Waker::wake);
    }
}

impl<T> Hub<T> {
    /// A hub that lets up to `capacity` items wait for each of its subscribers.
    ///
    /// # Panics
    ///
    /// When `capacity` is zero.
    #[must_use]
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a hub needs room for at least one item");
        let places = Places {
            queues: Vec::new(),
            taps: 0,
        };
        Self {
            shared: Arc::new(Shared {
                capacity,
                places: Mutex::new(places),
                count: AtomicUsize::new(0),
                version: AtomicUsize::new(0),
            }),
        }
    }

    /// Looks at what passes from now on, without slowing the flow: who is slow
    /// is told what it [missed](Missed).
    #[must_use]
    pub fn subscribe(&self) -> Subscription<T> {
        Subscription::of(self.place(false))
    }

    /// Sees everything that passes from now on: the flow waits for this one
    /// where it is slow, for as long as it is there.
    ///
    /// ```
    /// use flow_runtime::{Hub, flow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let hub = Hub::new(16);
    /// let mut seen = hub.subscribe_to_all();
    /// flow! { from([1, 2]) -> tap(&hub) -> drain() }.run().await;
    /// assert_eq!(seen.recv().await, Some(1));
    /// # }
    /// ```
    #[must_use]
    pub fn subscribe_to_all(&self) -> Everything<T> {
        Everything::of(self.place(true))
    }

    fn place(&self, all: bool) -> Place<T> {
        let queue = Mutex::new(Queue {
            items: VecDeque::new(),
            missed: 0,
            closed: false,
            reader: None,
            writers: Vec::new(),
        });
        let queue = Arc::new(Waiting { all, queue });
        let mut places = lock(&self.shared.places);
        places.queues.push(queue.clone());
        self.shared.changed(places.queues.len());
        Place {
            queue,
            shared: Arc::downgrade(&self.shared),
        }
    }

    pub(crate) fn tap(&self) -> Tap<T> {
        lock(&self.shared.places).taps += 1;
        Tap {
            shared: self.shared.clone(),
            version: None,
            queues: Vec::new(),
        }
    }
}

impl<T> Clone for Hub<T> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
        }
    }
}

impl<T> fmt::Debug for Hub<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("capacity", &self.shared.capacity)
            .field("subscribers", &self.shared.count.load(Ordering::Relaxed))
            .finish()
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let places = self.places.get_mut();
        let places = places.unwrap_or_else(PoisonError::into_inner);
        for queue in places.queues.drain(..) {
            lock(&queue.queue).close();
        }
    }
}

/// Says where a flow taps into a hub.
pub struct Tap<T> {
    shared: Arc<Shared<T>>,
    /// The version of the list below.
    version: Option<usize>,
    /// The subscribers, as they were when something passed last.
    queues: Vec<Arc<Waiting<T>>>,
}

impl<T: Clone> Tap<T> {
    /// Shows one item to all subscribers.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, some of the subscribers have not seen the
    /// item.
    #[inline]
    pub async fn show(&mut self, item: &T) {
        if self.shared.count.load(Ordering::Acquire) > 0 {
            self.show_all(item).await;
        }
    }

    async fn show_all(&mut self, item: &T) {
        let Self {
            shared,
            version,
            queues,
        } = self;
        if *version != Some(shared.version.load(Ordering::Acquire)) {
            let places = lock(&shared.places);
            *version = Some(shared.version.load(Ordering::Relaxed));
            queues.clear();
            queues.extend(places.queues.iter().cloned());
        }
        for waiting in &*queues {
            if waiting.all {
                poll_fn(|cx| waiting.has_room(shared.capacity, cx)).await;
            }
            waiting.put(shared.capacity, item);
        }
    }
}

impl<T: Clone> Waiting<T> {
    /// Waits for room, for a subscriber that sees everything.
    fn has_room(&self, capacity: usize, cx: &Context<'_>) -> Poll<()> {
        let mut queue = lock(&self.queue);
        if queue.closed || queue.items.len() < capacity {
            return Poll::Ready(());
        }
        if !queue.writers.iter().any(|each| each.will_wake(cx.waker())) {
            queue.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Puts a clone of `item` in.
    fn put(&self, capacity: usize, item: &T) {
        // The user's code, `clone` and `drop`, does not run under the lock. Where
        // several flows tap into the hub, each may so find the last free place.
        let item = item.clone();
        let mut queue = lock(&self.queue);
        if queue.closed {
            drop(queue);
            return;
        }
        let mut missed = None;
        if !self.all && queue.items.len() >= capacity {
            missed = queue.items.pop_front();
            queue.missed += 1;
        }
        queue.items.push_back(item);
        let reader = queue.reader.take();
        drop(queue);
        drop(missed);
        reader.into_iter().for_each(Waker::wake);
    }
}

impl<T> Fresh for Tap<T> {
    fn fresh(&self) -> Self {
        let hub = Hub {
            shared: self.shared.clone(),
        };
        hub.tap()
    }
}

impl<T> Drop for Tap<T> {
    fn drop(&mut self) {
        let mut places = lock(&self.shared.places);
        places.taps -= 1;
        if places.taps > 0 {
            return;
        }
        let over = mem::take(&mut places.queues);
        self.shared.changed(0);
        drop(places);
        over.iter().for_each(|queue| lock(&queue.queue).close());
    }
}

/// A subscriber's side of its queue.
struct Place<T> {
    queue: Arc<Waiting<T>>,
    shared: Weak<Shared<T>>,
}

impl<T> Place<T> {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Missed>>> {
        let mut queue = lock(&self.queue.queue);
        if queue.missed > 0 {
            let missed = mem::take(&mut queue.missed);
            return Poll::Ready(Some(Err(Missed(missed))));
        }
        if let Some(item) = queue.items.pop_front() {
            let writers = mem::take(&mut queue.writers);
            drop(queue);
            writers.into_iter().for_each(Waker::wake);
            return Poll::Ready(Some(Ok(item)));
        }
        if queue.closed {
            return Poll::Ready(None);
        }
        queue.reader = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let mut places = lock(&shared.places);
            places
                .queues
                .retain(|queue| !Arc::ptr_eq(queue, &self.queue));
            shared.changed(places.queues.len());
        }
        let mut queue = lock(&self.queue.queue);
        queue.close();
        // A flow may know the queue for a while.
        let unseen = mem::take(&mut queue.items);
        drop(queue);
        drop(unseen);
    }
}
