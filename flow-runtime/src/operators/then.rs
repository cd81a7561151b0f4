//! `then`: an async function of each item, one at a time.

use core::time::Duration;

use super::gives::{Awaited, Gives};
use crate::{
    BoxError, Error,
    attempts::{Attempts, timed},
    ty::{Ty, When},
};

/// Gives what the async function `f` makes of each item, one at a time.
#[inline]
pub fn then<T, U, F: AsyncFnMut(T) -> U>(_: Ty<T>, f: F) -> (F, Ty<U>) {
    // The function itself goes back: an opaque type would hide from the flow
    // whether its futures are `Send`.
    (f, Ty::new())
}

/// [`then`] of a function that may not fit. Where it does not, nothing is known
/// of the operator.
#[inline]
pub fn then_known<T, U, F: AsyncFnMut(T) -> U>(_: Ty<T>, f: F) -> (When<U, F>, Ty<U>) {
    (f, Ty::new())
}

/// [`then`] of a closure that is not `async`. What it gives may be no future; then
/// that is blamed once, where it is to be awaited.
#[inline]
pub fn then_closure<T, G, F: FnMut(T) -> G>(_: Ty<T>, f: F) -> (F, Gives<G>) {
    (f, Gives(Ty::new()))
}

/// [`then`] with a `timeout`, for a function that gives a `Result`.
#[inline]
pub fn then_timeout<T, U, E, Fut, F>(
    _: Ty<T>,
    f: F,
    attempts: Attempts,
) -> (When<E, Timed<F>>, Ty<Result<U, Error>>)
where
    F: FnMut(T) -> Fut,
    Fut: Awaited<Output = Result<U, E>>,
    E: Into<BoxError>,
{
    (
        Timed {
            f,
            timeout: attempts.timeout(),
        },
        Ty::new(),
    )
}

/// [`then`] with `retry`, for a function that gives a `Result`.
#[inline]
pub fn then_retry<T, U, E, Fut, F>(
    _: Ty<T>,
    f: F,
    attempts: Attempts,
) -> (When<E, Retried<F>>, Ty<Result<U, Error>>)
where
    T: Clone,
    F: FnMut(T) -> Fut,
    Fut: Awaited<Output = Result<U, E>>,
    E: Into<BoxError>,
{
    (Retried { f, attempts }, Ty::new())
}

/// [`then`] with `retry` and `concurrency`: the function is called again while
/// others of its futures run.
#[inline]
pub fn then_retry_shared<T, U, E, Fut, F>(
    _: Ty<T>,
    f: F,
    attempts: Attempts,
) -> (When<E, RetriedShared<F>>, Ty<Result<U, Error>>)
where
    T: Clone,
    F: Fn(T) -> Fut,
    Fut: Awaited<Output = Result<U, E>>,
    E: Into<BoxError>,
{
    (RetriedShared { f, attempts }, Ty::new())
}

/// A function with a deadline.
#[derive(Clone)]
pub struct Timed<F> {
    f: F,
    timeout: Option<Duration>,
}

impl<F> Timed<F> {
    /// Starts one call. The future does not borrow the function, so several may
    /// run.
    #[inline]
    pub fn run<T, U, E, Fut>(
        &mut self,
        item: T,
    ) -> impl Future<Output = Result<U, Error>> + use<T, U, E, Fut, F>
    where
        F: FnMut(T) -> Fut,
        Fut: Future<Output = Result<U, E>>,
        E: Into<BoxError>,
    {
        let (future, timeout) = ((self.f)(item), self.timeout);
        async move {
            match timeout {
                Some(timeout) => timed(timeout, future).await,
                None => future.await.map_err(Error::failed),
            }
        }
    }
}

/// A function that is called again where it fails.
#[derive(Clone)]
pub struct Retried<F> {
    f: F,
    attempts: Attempts,
}

impl<F> Retried<F> {
    /// One item's attempts.
    #[inline]
    pub async fn run<T, U, E, Fut>(&mut self, item: T) -> Result<U, Error>
    where
        T: Clone,
        F: FnMut(T) -> Fut,
        Fut: Future<Output = Result<U, E>>,
        E: Into<BoxError>,
    {
        self.attempts.run_with(item, &mut self.f).await
    }
}

/// As [`Retried`], with several items' attempts at once.
#[derive(Clone)]
pub struct RetriedShared<F> {
    f: F,
    attempts: Attempts,
}

impl<F> RetriedShared<F> {
    /// One item's attempts.
    #[inline]
    pub async fn run<T, U, E, Fut>(&self, item: T) -> Result<U, Error>
    where
        T: Clone,
        F: Fn(T) -> Fut,
        Fut: Future<Output = Result<U, E>>,
        E: Into<BoxError>,
    {
        self.attempts.run_with(item, &self.f).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn closures_know_the_type_of_their_argument() {
        let mut calls = 0;
        let (mut length, _) = then(Ty::<&str>::new(), async |text| {
            calls += 1;
            text.trim().len()
        });
        assert_eq!(length(" ab").await, 2);
        assert_eq!(length("").await, 0);
        assert_eq!(calls, 2);
    }

    #[tokio::test]
    async fn functions_fit() {
        async fn double(x: u8) -> u8 {
            2 * x
        }
        let (double, _) = then(Ty::new(), double);
        assert_eq!(tokio::spawn(double(4)).await.unwrap(), 8);
    }
}
