//! Messages that a socket sends without being asked.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_core::Serialize;
use serde_core::ser::SerializeMap;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::commands::too_long;
use super::limits::REPLY_SIZE;
use crate::inspect::User;
use crate::{Hub, Missed, Subscription};

/// The messages for one browser, in the order in which they are sent. It is polled only
/// when the last one was taken.
pub type Feed = Pin<Box<dyn Stream<Item = Utf8Bytes> + Send>>;

/// Opens the feed of a user's browser.
pub type Opens = dyn Fn(&User) -> Feed + Send + Sync;

/// The items of a hub, as events. When the flows that tap into the hub have ended, it
/// waits for others.
pub struct Events<T> {
    hub: Hub<T>,
    items: Subscription<T>,
}

impl<T> Events<T> {
    pub fn of(hub: &Hub<T>) -> Self {
        Self {
            hub: hub.clone(),
            items: hub.subscribe(),
        }
    }
}

impl<T: Clone + Serialize> Stream for Events<T> {
    type Item = Utf8Bytes;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Utf8Bytes>> {
        let this = self.get_mut();
        loop {
            match Pin::new(&mut this.items).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(item))) => {
                    // An item that cannot be told is not shown; the flow has no part in it.
                    let why = match message("event", &item) {
                        Ok(text) if text.len() > REPLY_SIZE => too_long("an item"),
                        Ok(text) => return Poll::Ready(Some(text)),
                        Err(error) => format!("an item cannot be JSON: {error}"),
                    };
                    return Poll::Ready(message("error", &why).ok());
                }
                Poll::Ready(Some(Err(Missed(missed)))) => {
                    return Poll::Ready(message("missed", &missed).ok());
                }
                Poll::Ready(None) => this.items = this.hub.subscribe(),
            }
        }
    }
}

/// Returns a message of one field.
pub fn message(
    field: &str,
    value: &(impl Serialize + ?Sized),
) -> Result<Utf8Bytes, serde_json::Error> {
    struct Of<'m, T: ?Sized>(&'m str, &'m T);

    impl<T: Serialize + ?Sized> Serialize for Of<'_, T> {
        fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(self.0, self.1)?;
            map.end()
        }
    }

    serde_json::to_string(&Of(field, value)).map(Utf8Bytes::from)
}
