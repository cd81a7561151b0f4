//! The items that wait in one of several copies: of the chain of a key, or of a piece.
//!
//! A snapshot tells the sum over all copies that live, of the items and of the bounds.

use std::sync::{Arc, OnceLock};

use super::shared::{Fill, Shared};

/// The part of one copy in what waits.
pub struct CopyFills {
    shared: Arc<Shared>,
    /// The part that is in the sum now, by the places; made when something waits first.
    noted: OnceLock<Box<[Fill]>>,
}

impl CopyFills {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            noted: OnceLock::new(),
        }
    }

    /// Notes how many items of this copy wait in a place.
    #[inline]
    pub fn waiting(&self, queue: usize, (waiting, bound): (usize, Option<usize>)) {
        if self.noted.get().is_none() && waiting == 0 && bound.is_none() {
            return;
        }
        let noted = self.noted.get_or_init(|| {
            let queues = self.shared.queues.iter();
            queues.map(|_| Fill::new()).collect()
        });
        let noted = &noted[queue];
        let before = (noted.waiting(), noted.bound());
        // Nobody else writes it.
        noted.set(waiting, bound);
        self.shared.queues[queue].change(before, (noted.waiting(), noted.bound()));
    }
}

impl Clone for CopyFills {
    /// The copy of a piece has what it holds.
    fn clone(&self) -> Self {
        let copy = Self::new(self.shared.clone());
        for (queue, noted) in self.noted.get().into_iter().flatten().enumerate() {
            let bound = noted.bound().map(|bound| bound as usize);
            copy.waiting(queue, (noted.waiting() as usize, bound));
        }
        copy
    }
}

impl Drop for CopyFills {
    /// Takes its part out of the sums: what waits with it is gone.
    fn drop(&mut self) {
        let noted = self.noted.get().into_iter().flatten();
        for (noted, queue) in noted.zip(&self.shared.queues) {
            queue.change((noted.waiting(), noted.bound()), (0, None));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::{
        graph::constant::NONE,
        observe::about::{About, QueueAbout},
    };

    const QUEUE: QueueAbout = QueueAbout {
        stage: "buffer_1",
        works: false,
        below: None,
        told: true,
    };
    const ABOUT: About = About {
        name: "test",
        graph: &NONE,
        edges: &[],
        regions: &[],
        queues: &[QUEUE, QUEUE],
        jobs: &[],
        errors: &[],
    };

    #[test]
    fn copies_add_up_and_take_along_what_is_theirs() {
        let shared = Arc::new(Shared::new(&ABOUT));
        let told = || {
            let queues = shared.queues.iter();
            let told: Vec<_> = queues.map(|fill| (fill.waiting(), fill.bound())).collect();
            told
        };
        let [first, second] = [(); 2].map(|()| CopyFills::new(shared.clone()));
        first.waiting(0, (3, Some(8)));
        second.waiting(0, (5, Some(8)));
        second.waiting(1, (2, None));
        assert_eq!(told(), [(8, Some(16)), (2, None)]);
        // The bound of a knob that was turned.
        first.waiting(0, (1, Some(4)));
        assert_eq!(told(), [(6, Some(12)), (2, None)]);
        let third = second.clone();
        assert_eq!(told(), [(11, Some(20)), (4, None)]);
        drop((first, second));
        assert_eq!(told(), [(5, Some(8)), (2, None)]);
        drop(third);
        assert_eq!(told(), [(0, None), (0, None)]);
    }

    #[test]
    fn threads_note_at_the_same_time() {
        let shared = Arc::new(Shared::new(&ABOUT));
        let threads = (0..4).map(|_| {
            let fills = CopyFills::new(shared.clone());
            std::thread::spawn(move || {
                (0..1000).for_each(|n| fills.waiting(1, (n % 7, Some(7))));
                fills
            })
        });
        let threads: Vec<_> = threads.collect();
        let fills: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(shared.queues[1].waiting(), 4 * (999 % 7));
        assert_eq!(shared.queues[1].bound(), Some(28));
        drop(fills);
        assert_eq!(shared.queues[1].bound(), None);
    }
}
