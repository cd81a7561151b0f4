//! Panics of the database's library, which a damaged file may cause.
//!
//! They are caught here and nowhere else. What the library was doing is left
//! half done, so nothing is asked of it again: every later call gives the error
//! of the first panic. Where panics abort the process they cannot be caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

/// The panic of the library, once there was one.
#[derive(Default)]
pub(super) struct Caught(OnceLock<String>);

impl Caught {
    /// Calls the library.
    ///
    /// # Errors
    ///
    /// Those of `call`; [`Panicked`](Failure::Panicked) where it panicked, or did
    /// so before.
    pub(super) fn call<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, Failure<E>> {
        if let Some(panic) = self.0.get() {
            return Err(Failure::Panicked(panic.clone()));
        }
        // What is half done is never looked at again.
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(given) => given.map_err(Failure::Error),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
                    .or_else(|| panic.downcast_ref::<String>().cloned())
                    .unwrap_or_default();
                Err(Failure::Panicked(self.0.get_or_init(|| text).clone()))
            }
        }
    }
}

/// The reason that a call gave nothing.
pub(super) enum Failure<E> {
    /// The library's error.
    Error(E),
    /// It panicked, with this message.
    Panicked(String),
}

impl<E> From<E> for Failure<E> {
    fn from(error: E) -> Self {
        Self::Error(error)
    }
}
