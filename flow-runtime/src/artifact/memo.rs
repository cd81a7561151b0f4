//! The memory of an artifact: a value that was made once, however often and however
//! concurrently it was asked for.
//!
//! Only a success is kept. A failure goes to whoever asked, and the next one
//! who asks tries again. Who would wait for what waits for them is refused.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use tokio::sync::OnceCell;

use super::{Key, describe};
use crate::waits::{Deed, Node, Within};
use crate::{Error, ErrorKind};

/// The one value of an artifact, once it is made. `None` inside is an answer as
/// well: there is no value for this key.
pub struct Memo<T> {
    made: OnceCell<Option<T>>,
    /// The making of it, once somebody has asked.
    making: OnceLock<Arc<Node>>,
}

impl<T> Memo<T> {
    /// Nothing made yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            made: OnceCell::const_new(),
            making: OnceLock::new(),
        }
    }

    /// Returns whether it was made.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.made.initialized()
    }

    /// Returns what was made, or what `make` makes now. Others who ask meanwhile wait,
    /// and take over where `make` fails or is dropped. `name` is that of errors.
    ///
    /// # Errors
    ///
    /// Those of `make`; [`ErrorKind::Derive`] where `make`, perhaps through others,
    /// waits for who asks.
    pub async fn once<F>(
        &self,
        name: impl FnOnce() -> String,
        make: impl FnOnce() -> F,
    ) -> Result<Option<&T>, Error>
    where
        F: Future<Output = Result<Option<T>, Error>>,
    {
        if let Some(made) = self.made.get() {
            return Ok(made.as_ref());
        }
        let (making, within) = (self.making.get_or_init(Arc::default), Within::default());
        let makes = AtomicBool::new(false);
        let mut asks = pin!(self.made.get_or_try_init(|| {
            makes.store(true, Relaxed);
            // Boxed: it would be in the future of who asks twice.
            making.make(&within, Box::pin(make()))
        }));
        let (mut name, mut waiting) = (Some(name), None);
        let made = poll_fn(|context| {
            let polled = asks.as_mut().poll(context);
            if makes.load(Relaxed) {
                waiting = None;
            } else if polled.is_pending()
                && let Some(name) = name.take()
            {
                match making.wait(&within, Deed::Get, name) {
                    Ok(noted) => waiting = noted,
                    Err(circle) => {
                        let error = Error::new(ErrorKind::Derive, circle.to_string());
                        return Poll::Ready(Err(error));
                    }
                }
            }
            polled
        });
        Ok(made.await?.as_ref())
    }

    /// The value itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] where there is none for this key.
    pub fn into_value<K: Key>(self, kind: &'static str, key: &K) -> Result<T, Error> {
        let made = self.made.into_inner().flatten();
        made.ok_or_else(|| none(kind, key))
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns what [`get`](super::Artifact::get) says where there is no value for a key.
pub(crate) fn none<K: Key>(kind: &'static str, key: &K) -> Error {
    Error::new(
        ErrorKind::Missing,
        format!("there is no `{kind}` {}", describe(key)),
    )
}
