//! Branches of one item, at the same time.
//!
//! An `async fn` that takes futures keeps each of them twice: as it came, and where it is
//! pinned. Branches within branches would double with each. So these futures hold their
//! parts by value, once, and an output in the place of the future that gave it.
//!
//! ```text
//! let ((left, middle), right) = join(left, middle).and(right).await;
//! ```

use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

/// Runs both to their ends, in this task, and gives what they gave.
///
/// # Cancel safety
///
/// Dropped, it drops both where they are.
#[inline]
pub fn join<A: Future, B: Future>(a: A, b: B) -> Join<Branch<A>, Branch<B>> {
    Join {
        a: Branch::Running { future: a },
        b: Branch::Running { future: b },
    }
}

/// One or several branches, each of which is polled until it has ended.
pub trait Branches {
    /// The outputs of the branches: of several, pairs of pairs.
    type Output;

    /// Polls those that have not ended, in order. It is ready when all have.
    fn poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()>;

    /// Takes the outputs; `None` where one has not ended, or they were taken.
    fn take(self: Pin<&mut Self>) -> Option<Self::Output>;
}

pin_project! {
    /// A branch: its future, then what that gave.
    #[project = Place]
    #[project_replace = Left]
    pub enum Branch<F: Future> {
        /// It has not ended.
        Running { #[pin] future: F },
        /// It has ended.
        Ended { output: F::Output },
        /// Its output was taken.
        Taken,
    }
}

impl<F: Future> Branches for Branch<F> {
    type Output = F::Output;

    #[inline]
    fn poll_all(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Place::Running { future } = self.as_mut().project() {
            let output = ready!(future.poll(cx));
            self.set(Self::Ended { output });
        }
        Poll::Ready(())
    }

    #[inline]
    fn take(self: Pin<&mut Self>) -> Option<F::Output> {
        match self.project_replace(Self::Taken) {
            Left::Ended { output } => Some(output),
            Left::Running { .. } | Left::Taken => None,
        }
    }
}

pin_project! {
    /// See [`join`].
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Join<A, B> {
        #[pin]
        a: A,
        #[pin]
        b: B,
    }
}

impl<A: Branches, B: Branches> Join<A, B> {
    /// Runs one more branch, behind these.
    #[inline]
    pub fn and<C: Future>(self, c: C) -> Join<Self, Branch<C>> {
        Join {
            a: self,
            b: Branch::Running { future: c },
        }
    }
}

impl<A: Branches, B: Branches> Branches for Join<A, B> {
    type Output = (A::Output, B::Output);

    #[inline]
    fn poll_all(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let a = this.a.poll_all(cx);
        let b = this.b.poll_all(cx);
        match (a, b) {
            (Poll::Ready(()), Poll::Ready(())) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }

    #[inline]
    fn take(self: Pin<&mut Self>) -> Option<Self::Output> {
        let this = self.project();
        let (a, b) = (this.a.take(), this.b.take());
        a.zip(b)
    }
}

impl<A: Branches, B: Branches> Future for Join<A, B> {
    type Output = (A::Output, B::Output);

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(self.as_mut().poll_all(cx));
        match self.take() {
            Some(outputs) => Poll::Ready(outputs),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::cell::RefCell;
    use core::future::{pending, ready};
    use core::mem::size_of_val;
    use core::pin::pin;
    use core::task::Waker;

    use super::*;

    /// Gives `item` when it is polled for the `polls`th time, and tells each poll.
    fn told(log: &RefCell<Vec<u32>>, item: u32, polls: u32) -> impl Future<Output = u32> + '_ {
        let mut polled = 0;
        core::future::poll_fn(move |_| {
            polled += 1;
            log.borrow_mut().push(item);
            assert!(polled <= polls, "{item} is polled behind its end");
            match polled == polls {
                true => Poll::Ready(item),
                false => Poll::Pending,
            }
        })
    }

    #[test]
    fn all_are_polled_in_order_until_each_has_ended() {
        let log = RefCell::new(Vec::new());
        let all = join(told(&log, 1, 2), told(&log, 2, 1)).and(told(&log, 3, 3));
        let mut all = pin!(all);
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(all.as_mut().poll(&mut cx), Poll::Pending);
        assert_eq!(all.as_mut().poll(&mut cx), Poll::Pending);
        assert_eq!(all.as_mut().poll(&mut cx), Poll::Ready(((1, 2), 3)));
        assert_eq!(*log.borrow(), [1, 2, 3, 1, 3, 3]);
    }

    #[test]
    fn what_has_ended_is_dropped_with_the_rest() {
        let item = std::rc::Rc::new(());
        let mut all = Box::pin(join(ready(item.clone()), pending::<()>()));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(all.as_mut().poll(&mut cx).is_pending());
        assert_eq!(std::rc::Rc::strong_count(&item), 2);
        drop(all);
        assert_eq!(std::rc::Rc::strong_count(&item), 1);
    }

    #[test]
    fn each_is_held_once() {
        let room = || async {
            let room = [0_u8; 100];
            pending::<()>().await;
            room
        };
        let one = size_of_val(&room());
        let all = join(room(), room()).and(room()).and(room()).and(room());
        let size = size_of_val(&all);
        assert!(size <= 5 * (one + 8), "{size} bytes for five of {one}");
    }
}
