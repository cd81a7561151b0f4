//! Functions that compute or wait without `.await`, off the async threads.

use std::sync::{Arc, LazyLock};

use tokio::task::JoinError;

use crate::BoxError;
use crate::blocking::{Call, Places};

/// The calls of one function that were left to themselves: a `static` beside it.
pub type Shared = LazyLock<Arc<Places>>;

/// None yet.
#[must_use]
pub const fn shared() -> Shared {
    LazyLock::new(Arc::default)
}

/// Runs `f` on tokio's threads for blocking work.
///
/// Dropped before the end, the function runs on and its result is lost: a
/// thread cannot be stopped. Until it has ended another call waits.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn blocking<A, M>(places: &'static Shared, arguments: A, f: fn(A) -> M) -> Call<M>
where
    A: Send + 'static,
    M: Send + 'static,
{
    Call::new(Arc::clone(places), move || f(arguments))
}

/// Returns what the function gave in the end.
///
/// # Errors
///
/// That it panicked.
pub async fn finished<M: Send + 'static>(running: Call<M>) -> Result<M, BoxError> {
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
