//! The one writer of a store: a thread that commits whatever has queued.
//!
//! A durable write costs a sync, whether it holds one record or a thousand. The
//! thread takes all that queued while it was writing as its next batch, so the
//! more is put at once, the fewer syncs each record costs; put alone, a record
//! never waits for others.
//!
//! A commit that fails poisons the writer. After a failed sync the kernel may
//! count unwritten pages as clean, and a second sync would succeed without them:
//! so nothing is tried again, and every waiter and every later write is told.

#[cfg(all(loom, test))]
mod model;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, PoisonError};

use tokio::sync::oneshot;

use super::meta::says_none;
use super::turns::{Held, Turns};
use super::{FailedKey, Storage, Write, failed};
use crate::block_on::block_on;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::mpsc::{self, Receiver, Sender};
use crate::sync::thread::{self, JoinHandle};
use crate::{Error, ErrorKind};

/// The way in which batches reach the storage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// At once, where the write is awaited: nothing is slow enough to share.
    Inline,
    /// By a thread, which ends when all is written; the drop of the writer waits
    /// for it, so that a lock is free again when the store is gone.
    Joined,
    /// By a thread that is left alone: a storage of the user's may need the
    /// very thread that drops the store.
    Detached,
    /// Not at all: the storage is only read.
    Refused,
}

/// The queue of a store, and the thread at its other end.
pub(super) struct Writer {
    shared: Arc<Shared>,
    mode: Mode,
    /// Those who make the keys that are written.
    turns: Arc<Turns>,
    /// Started by the first write: a store that is only read has no thread.
    thread: Mutex<Option<Thread>>,
}

struct Shared {
    storage: Arc<dyn Storage>,
    /// The reason that nothing more is written.
    failure: OnceLock<Arc<Error>>,
    /// Nothing is written at all.
    refuses: bool,
    /// The number of batches that were tried: whoever knows the keys can tell by it
    /// whether they may have changed.
    commits: AtomicU64,
    /// Counts batches that may remove records, before and after: while it stays, what was
    /// there is there.
    removals: AtomicU64,
}

struct Thread {
    queue: Sender<Request>,
    handle: JoinHandle<()>,
}

/// Whom to tell of a request, and the key that it holds.
struct Ack<T> {
    told: oneshot::Sender<Result<T, Error>>,
    held: Option<Held>,
}

impl<T> Ack<T> {
    fn tell(self, outcome: Result<T, Error>) {
        // Whoever is told finds the key free.
        drop(self.held);
        // Nobody may be waiting any more.
        let _ = self.told.send(outcome);
    }
}

enum Request {
    Write(Write, Ack<bool>),
    Fail(FailedKey, Ack<()>),
    Compact(Ack<()>),
}

impl Writer {
    /// The writer to a storage of which these make the keys.
    pub(super) fn new(storage: Arc<dyn Storage>, mode: Mode, turns: Arc<Turns>) -> Self {
        let shared = Shared {
            storage,
            failure: OnceLock::new(),
            refuses: mode == Mode::Refused,
            commits: AtomicU64::new(0),
            removals: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
            mode,
            turns,
            thread: Mutex::new(None),
        }
    }

    /// Commits one write, together with whatever else is queued. Gives whether
    /// there was a record under its key.
    pub(super) async fn write(&self, write: Write) -> Result<bool, Error> {
        if self.mode == Mode::Inline {
            self.shared.check()?;
            let replaced = self.shared.commit(Vec::new(), vec![write]).await?;
            return Ok(replaced[0]);
        }
        let held = self.turns.hold(write.key());
        self.ask(held, |ack| Request::Write(write, ack)).await
    }

    /// Keeps of a key that it could not be made, together with whatever else is queued.
    pub(super) async fn fail(&self, failed: FailedKey) -> Result<(), Error> {
        if self.mode == Mode::Inline {
            self.shared.check()?;
            self.shared.commit(vec![failed], Vec::new()).await?;
            return Ok(());
        }
        let held = self.turns.hold(&failed.key);
        self.ask(held, |ack| Request::Fail(failed, ack)).await
    }

    /// Compacts the storage between two batches.
    pub(super) async fn compact(&self) -> Result<(), Error> {
        if self.mode == Mode::Inline {
            self.shared.check()?;
            return self.shared.storage.compact().await;
        }
        self.ask(None, Request::Compact).await
    }

    /// Returns whether more can be written.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.shared.check()
    }

    /// Says that the keys may have changed without a batch.
    pub(super) fn changed(&self) {
        self.shared.commits.fetch_add(1, Ordering::Release);
        self.shared.removals.fetch_add(1, Ordering::Release);
    }

    /// The number of batches that were tried so far.
    pub(super) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Acquire)
    }

    /// Tells whether records may have gone: while the number stays, none has. `None` of a
    /// storage that others may change.
    pub(super) fn removals(&self) -> Option<u64> {
        let known = self.mode != Mode::Detached;
        known.then(|| self.shared.removals.load(Ordering::Acquire))
    }

    async fn ask<T>(
        &self,
        held: Option<Held>,
        request: impl FnOnce(Ack<T>) -> Request,
    ) -> Result<T, Error> {
        self.shared.check()?;
        let (told, done) = oneshot::channel();
        if self.send(request(Ack { told, held }))?
            && let Ok(outcome) = done.await
        {
            return outcome;
        }
        Err(self.shared.panicked())
    }

    /// Queues a request; false where there is nobody left to take it.
    fn send(&self, request: Request) -> Result<bool, Error> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = match &mut *thread {
            Some(thread) => thread,
            none => none.insert(self.start()?),
        };
        Ok(thread.queue.send(request).is_ok())
    }

    fn start(&self) -> Result<Thread, Error> {
        let (queue, requests) = mpsc::channel();
        let shared = Arc::clone(&self.shared);
        let handle = thread::Builder::new()
            .name("flow-store".to_owned())
            .spawn(move || shared.serve(&requests))
            .map_err(|error| {
                Error::with_source(ErrorKind::Store, "no thread to write with", error)
            })?;
        Ok(Thread { queue, handle })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(Thread { queue, handle }) = thread.take() {
            // The end of the queue; what is in it is still written.
            drop(queue);
            if self.mode == Mode::Joined {
                // A panic was told to whoever waited.
                let _ = handle.join();
            }
        }
    }
}

impl Shared {
    fn serve(&self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut batch = Batch::default();
            for request in std::iter::once(first).chain(requests.try_iter()) {
                match request {
                    Request::Write(write, ack) => {
                        batch.writes.push(write);
                        batch.acks.push(ack);
                    }
                    Request::Fail(failed, ack) => {
                        batch.failures.push(failed);
                        batch.noted.push(ack);
                    }
                    Request::Compact(ack) => {
                        self.settle(std::mem::take(&mut batch));
                        let outcome = self.check().and_then(|()| block_on(self.storage.compact()));
                        ack.tell(outcome);
                    }
                }
            }
            self.settle(batch);
        }
    }

    /// Commits a batch and tells everyone who waits for it.
    fn settle(&self, batch: Batch) {
        if batch.writes.is_empty() && batch.failures.is_empty() {
            return;
        }
        let outcome = self.check().and_then(|()| {
            let commit = || block_on(self.commit(batch.failures, batch.writes));
            // Nobody makes anything for a store whose writer is gone.
            catch_unwind(AssertUnwindSafe(commit)).unwrap_or_else(|_| Err(self.panicked()))
        });
        match outcome {
            Ok(replaced) => {
                for (ack, replaced) in batch.acks.into_iter().zip(replaced) {
                    ack.tell(Ok(replaced));
                }
                for ack in batch.noted {
                    ack.tell(Ok(()));
                }
            }
            // The error is in `failure` now: everyone gets one of their own.
            Err(_) => {
                for ack in batch.acks {
                    ack.tell(self.check().map(|()| false));
                }
                for ack in batch.noted {
                    ack.tell(self.check());
                }
            }
        }
    }

    async fn commit(
        &self,
        failures: Vec<FailedKey>,
        writes: Vec<Write>,
    ) -> Result<Vec<bool>, Error> {
        let expected = writes.len();
        let removes = writes
            .iter()
            .any(|write| !matches!(write, Write::Put { .. }));
        let counted = || {
            self.removals
                .fetch_add(u64::from(removes), Ordering::AcqRel)
        };
        counted();
        let failures = self.not_void(failures).await;
        let outcome = match failures.is_empty() {
            true => self.storage.commit(writes).await,
            false => self.storage.commit_failures(failures, writes).await,
        };
        counted();
        self.commits.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(replaced) if replaced.len() == expected => Ok(replaced),
            Ok(replaced) => {
                let message = format!("{} answers to {expected} writes", replaced.len());
                Err(self.fail(Error::new(ErrorKind::Store, message)))
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// The failures of keys that were not stored meanwhile, by somebody else.
    async fn not_void(&self, failures: Vec<FailedKey>) -> Vec<FailedKey> {
        let mut left = Vec::with_capacity(failures.len());
        for failed in failures {
            let found = match failed.failure.is_empty() {
                true => None,
                // What cannot be looked up is told by the commit.
                false => self.storage.look_up(&failed.key).await.ok(),
            };
            let is_void = found.is_some_and(|found| {
                (found.is_extant || says_none(&found.meta))
                    && failed::outweighs(&found.meta, &failed.failure)
            });
            if !is_void {
                left.push(failed);
            }
        }
        left
    }

    /// Poisons the writer, whose storage has panicked.
    fn panicked(&self) -> Error {
        self.fail(Error::new(ErrorKind::Store, "its writer panicked"))
    }

    /// Poisons the writer, and gives what everyone is told.
    fn fail(&self, error: Error) -> Error {
        let failure = self.failure.get_or_init(|| Arc::new(error));
        self.poisoned(failure)
    }

    fn check(&self) -> Result<(), Error> {
        if self.refuses {
            let message = format!("{} is open for reading only", self.storage.name());
            return Err(Error::new(ErrorKind::Store, message).fatal());
        }
        match self.failure.get() {
            Some(failure) => Err(self.poisoned(failure)),
            None => Ok(()),
        }
    }

    fn poisoned(&self, failure: &Arc<Error>) -> Error {
        let name = self.storage.name();
        // An error that names the place needs no one else to name it.
        let named = failure.to_string().contains(&name);
        let subject = if named { "the store" } else { &*name };
        let message =
            format!("{subject} takes no more writes since one failed, until it is opened again");
        Error::with_source(ErrorKind::Store, message, Arc::clone(failure)).fatal()
    }
}

/// The writes that go into one commit.
#[derive(Default)]
struct Batch {
    writes: Vec<Write>,
    /// Whom to tell, one for each write.
    acks: Vec<Ack<bool>>,
    /// The keys that could not be made.
    failures: Vec<FailedKey>,
    /// Whom to tell of those.
    noted: Vec<Ack<()>>,
}
