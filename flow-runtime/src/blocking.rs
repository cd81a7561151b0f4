//! `blocking`: functions that compute or wait without `.await`, as async ones.

mod places;

use std::{
    future::Future,
    panic::resume_unwind,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::ty::Ty;

pub use places::{Call, Places};

/// Makes an async function of a blocking one: it runs on tokio's threads for
/// blocking work, and the flow goes on meanwhile.
///
/// `then(blocking(f), concurrency = n)` calls `f` on up to `n` threads at once.
/// Right there the word needs no import, and closures infer their argument;
/// `timeout` and `retry` work as with any function. One that was made before is
/// called: `then(async |item| made_before(item).await)`.
///
/// ```
/// use flow_runtime::flow;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lengths = flow! {
///     from(["a", "bc"])
///         -> then(blocking(|text| text.len()), concurrency = 2)
///         -> collect::<Vec<_>>()
/// };
/// assert_eq!(lengths.run().await, [1, 2]);
/// # }
/// ```
///
/// # Cancel safety
///
/// A call that is dropped, by a timeout or with the flow, is not made where it
/// has not begun. One that runs cannot be stopped: it runs to its end, and what
/// it gives is lost. Until then it keeps its place: the next call, such as another
/// attempt for the same item, begins when it has ended. So `f` never runs more than
/// `concurrency` times at once. A `timeout` counts the wait for a place as well.
///
/// # Panics
///
/// Calling the function outside a tokio runtime panics. A panic of `f` goes on
/// in the flow.
pub fn blocking<T, U, F>(f: F) -> impl Fn(T) -> Blocking<U> + Clone
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    let shared = Arc::new((f, Arc::new(Places::new())));
    move |item| {
        let shared = Arc::clone(&shared);
        let places = Arc::clone(&shared.1);
        Blocking {
            call: Call::new(places, move || (shared.0)(item)),
        }
    }
}

/// [`blocking`], where the flow knows what `f` is given.
pub fn blocking_of<T, U, F, M>(_: Ty<T, M>, f: F) -> impl Fn(T) -> Blocking<U> + Clone
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    blocking(f)
}

/// `then(blocking(f))`.
// A type that is hidden is no `AsyncFnMut`, whatever it gives.
pub fn then_blocking<T, U, F, M>(_: Ty<T, M>, f: F) -> (impl Fn(T) -> Blocking<U> + Clone, Ty<U, M>)
where
    T: Send + 'static,
    U: Send + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    (blocking(f), Ty::of_mode())
}

/// A call of a [`blocking`] function.
///
/// ```
/// use flow_runtime::{Blocking, blocking};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let square = blocking(|n: u64| n * n);
/// let call: Blocking<u64> = square(3);
/// assert_eq!(call.await, 9);
/// # }
/// ```
#[must_use = "what the function gives is lost"]
pub struct Blocking<U> {
    call: Call<U>,
}

impl<U: Send + 'static> Future for Blocking<U> {
    type Output = U;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<U> {
        let outcome = ready!(Pin::new(&mut self.call).poll(cx));
        Poll::Ready(match outcome {
            Ok(given) => given,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => panic!("the runtime shut down before a blocking function ran"),
            },
        })
    }
}
