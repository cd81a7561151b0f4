//! `stored(&store)`: an artifact for every record of a store, in key order.
//!
//! Keys are read in pages and values never, so that a store of any size begins
//! at once and takes no memory.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use crate::artifact::{Extant, Origin, Stored};
use crate::store::Listed;
use crate::ty::Ty;
use crate::{Error, Store};

/// Keys that were read at once, each with what made its record, and when that was.
type Page<K> = Result<(Vec<(K, Origin)>, Listed), Error>;

/// The greatest number of them.
const PAGE: usize = 1000;

/// The artifacts of a store's records; `F` reads a page of keys.
pub struct StoredKeys<R: Extant, F> {
    store: Store<R>,
    read: fn(Store<R>, Option<R::Key>) -> F,
    /// The page being read.
    reading: Option<Pin<Box<F>>>,
    /// The rest of the page that was read.
    page: vec::IntoIter<(R::Key, Origin)>,
    /// Says when it was read.
    listed: Option<Listed>,
    /// The last key given.
    after: Option<R::Key>,
    /// There is no page behind this one.
    is_last: bool,
}

/// The source `stored(&store)`.
#[must_use]
#[allow(
    clippy::type_complexity,
    reason = "a type with `impl` has no other name"
)]
pub fn stored<R: Extant>(
    store: &Store<R>,
) -> (
    StoredKeys<R, impl Future<Output = Page<R::Key>> + use<R>>,
    Ty<Stored<R>>,
) {
    let keys = StoredKeys {
        store: store.clone(),
        read: page,
        reading: None,
        page: Vec::new().into_iter(),
        listed: None,
        after: None,
        is_last: false,
    };
    (keys, Ty::new())
}

async fn page<R: Extant>(store: Store<R>, after: Option<R::Key>) -> Page<R::Key> {
    store.page_with_origins(after.as_ref(), PAGE).await
}

// Nothing is pinned in place: the future has a box of its own.
impl<R: Extant, F> Unpin for StoredKeys<R, F> {}

impl<R, F> Stream for StoredKeys<R, F>
where
    R: Extant,
    F: Future<Output = Page<R::Key>>,
{
    type Item = Stored<R>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Stored<R>>> {
        let this = &mut *self;
        loop {
            if let Some((key, origin)) = this.page.next() {
                this.after = Some(key.clone());
                return Poll::Ready(Some(Stored::of_origin(
                    key,
                    origin,
                    this.listed,
                    &this.store,
                )));
            }
            if this.is_last {
                return Poll::Ready(None);
            }
            let reading = this.reading.get_or_insert_with(|| {
                Box::pin((this.read)(this.store.clone(), this.after.clone()))
            });
            let read = ready!(reading.as_mut().poll(context));
            this.reading = None;
            match read {
                Ok((page, listed)) => {
                    this.is_last = page.len() < PAGE;
                    this.listed = Some(listed);
                    this.page = page.into_iter();
                }
                Err(error) => {
                    this.is_last = true;
                    let after = this.after.take();
                    let unreadable = Stored::unreadable(after, error, &this.store);
                    return Poll::Ready(Some(unreadable));
                }
            }
        }
    }
}
