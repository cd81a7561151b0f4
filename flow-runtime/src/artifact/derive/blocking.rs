//! Functions that compute or wait without `.await`, off the async threads.

use tokio::task::{self, JoinError, JoinHandle};

use crate::BoxError;

/// Runs `f` on tokio's threads for blocking work.
///
/// Dropped before the end, the function runs on and its result is lost: a
/// thread cannot be stopped.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn blocking<A, M>(arguments: A, f: fn(A) -> M) -> JoinHandle<M>
where
    A: Send + 'static,
    M: Send + 'static,
{
    task::spawn_blocking(move || f(arguments))
}

/// What the function gave in the end.
///
/// # Errors
///
/// That it panicked.
pub async fn finished<M>(running: JoinHandle<M>) -> Result<M, BoxError> {
    running.await.map_err(panicked)
}

/// The panic's own message, where it has one.
fn panicked(error: JoinError) -> BoxError {
    let Ok(panic) = error.try_into_panic() else {
        return "the runtime shut down before it ended".into();
    };
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    match text {
        Some(text) => format!("it panicked: {text}").into(),
        None => "it panicked".into(),
    }
}
