//! The side of the flow: who counts, and who says how it ended.

use std::{
    future::{Future, poll_fn},
    mem,
    ops::Deref,
    pin::pin,
    sync::Arc,
    thread,
};

use super::{
    about::About,
    counters::{Apart, Counter},
    shared::Shared,
    waited::{at_work, waited_for},
    watch::Watch,
};

/// The observed flow itself. Dropped before it has ended, it was cancelled, or has panicked.
pub struct Owner<const N: usize> {
    counter: Counter<N>,
    /// The counts as they are published, where the flow remembers them: to read those back
    /// would take longer.
    counts: [u64; N],
}

impl<const N: usize> Deref for Owner<N> {
    type Target = Counter<N>;

    #[inline(always)]
    fn deref(&self) -> &Counter<N> {
        &self.counter
    }
}

/// The numbers of a flow that is built.
#[must_use]
pub fn owner<const N: usize>(about: &'static About) -> Owner<N> {
    Owner {
        counter: Counter::new(Arc::new(Shared::new(about))),
        counts: [0; N],
    }
}

/// The numbers of a piece of a flow, of which every copy counts by itself.
#[must_use]
pub fn piece<const N: usize>(about: &'static About) -> Apart<N> {
    Apart::of_piece(Arc::new(Shared::new(about)))
}

impl<const N: usize> Owner<N> {
    /// Returns a writer of its counters.
    #[must_use]
    pub fn counter(&self) -> Counter<N> {
        self.counter.clone()
    }

    /// Returns what is watched.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::of(self.counter.shared.clone())
    }

    /// Returns who looks out for panics.
    #[must_use]
    pub fn lookout(&self) -> Lookout {
        Lookout(self.counter.shared.clone())
    }

    /// Counts one item.
    #[inline(always)]
    pub fn mark(&mut self, index: usize) {
        self.counts[index] += 1;
        self.counter.set(index, self.counts[index]);
    }

    /// The flow begins.
    pub fn begin(&self) {
        self.counter.shared.begin();
    }

    /// A flow that awaits nothing begins: it is at work until it ends.
    pub fn begin_at_once(&self) {
        self.resume();
    }

    /// The flow has given this; `said` writes the error in it, where it is one.
    pub fn end<T>(&self, given: T, said: impl FnOnce(&T, &mut String) -> bool) -> T {
        self.counter.shared.end(|| {
            let mut text = "error: ".to_owned();
            match said(&given, &mut text) {
                true => text,
                false => "done".to_owned(),
            }
        });
        given
    }

    /// Runs the future of a flow; `said` as in [`end`](Self::end).
    ///
    /// # Cancel safety
    ///
    /// Dropped, it drops the future: the flow is cancelled.
    pub async fn drive<F: Future>(
        self,
        work: F,
        said: impl FnOnce(&F::Output, &mut String) -> bool,
    ) -> F::Output {
        let mut work = pin!(work);
        let given = poll_fn(|cx| {
            self.resume();
            let polled = work.as_mut().poll(cx);
            self.suspend(polled.is_ready());
            polled
        })
        .await;
        self.end(given, said)
    }

    /// The task of the flow is polled, for the first time where it has not begun. Where there
    /// are several regions, they are by themselves.
    fn resume(&self) {
        let shared = &self.counter.shared;
        let begins = shared.begin();
        if shared.regions.is_empty() {
            return;
        }
        let now = if begins { 0 } else { shared.look() };
        shared.moments.resume(now);
        if let [region] = &*shared.regions {
            region.resume(now);
        }
    }

    fn suspend(&self, over: bool) {
        let shared = &self.counter.shared;
        match &*shared.regions {
            [region] => region.suspend(|| shared.look(), over),
            regions if over => {
                let now = shared.look();
                regions.iter().for_each(|region| region.over(now));
            }
            _ => {}
        }
        if !shared.regions.is_empty() {
            let station = waited_for(shared);
            shared
                .moments
                .rest(station, at_work(shared), shared.looked());
        }
    }
}

impl<const N: usize> Drop for Owner<N> {
    fn drop(&mut self) {
        let ended = match thread::panicking() {
            true => "panic",
            false => "cancelled",
        };
        self.counter.shared.end(|| ended.to_owned());
    }
}

/// Looks out for panics in the steps of a flow that the program drives: it may catch them, and
/// still have the flow.
pub struct Lookout(Arc<Shared>);

impl Lookout {
    /// Stands guard over a step.
    #[inline(always)]
    pub fn guard(&self) -> Guard<'_> {
        Guard(&self.0)
    }
}

/// The guard over a step. Dropped in a panic, it says so.
#[must_use = "it guards until it is dropped"]
pub struct Guard<'a>(&'a Shared);

impl Guard<'_> {
    /// The step is done.
    #[inline(always)]
    pub fn stand_down(self) {
        mem::forget(self);
    }
}

impl Drop for Guard<'_> {
    #[cold]
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end(|| "panic".to_owned());
        }
    }
}
