//! The keys of a store, page by page.

use std::sync::Arc;

use super::{Shared, Store};
use crate::record::Origin;
use crate::store::Entry;
use crate::store::encode::decode_meta;
use crate::{Error, Extant};

/// Says when a page was listed: since then nothing may have gone from it.
#[derive(Clone, Copy)]
pub struct Listed {
    /// The number of removals before; `None` where others may remove records.
    removals: Option<u64>,
}

impl<R: Extant> Store<R> {
    /// The next keys in ascending order: at most `limit`, all greater than
    /// `after`. Fewer than `limit` say that there are no more. No record is read.
    ///
    /// A walk over all keys begins with `None` and goes on from the last key of
    /// each page; a key that is put meanwhile is met where it lies ahead. The
    /// first page passes over all keys once, to see that their `Ord` is that of
    /// their encoding; where it is not, pages come from a sorted copy of them.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`](crate::ErrorKind::Store) where the store cannot be read,
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where a stored key is no `R::Key`.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    pub async fn page(&self, after: Option<&R::Key>, limit: usize) -> Result<Vec<R::Key>, Error> {
        let entries = self.entries(after, limit).await?;
        Ok(entries.into_iter().map(|(key, _)| key).collect())
    }

    /// As [`page`](Store::page), with what made each record, and what was known of the
    /// store before.
    pub(crate) async fn page_with_origins(
        &self,
        after: Option<&R::Key>,
        limit: usize,
    ) -> Result<(Vec<(R::Key, Origin)>, Listed), Error> {
        let listed = Listed {
            removals: self.shared.writer.removals(),
        };
        let entries = self.entries(after, limit).await?.into_iter();
        let origin = |(key, entry): (R::Key, Entry)| {
            let meta = decode_meta(&key, &entry.meta)?;
            let origin = if meta.none {
                Origin::default()
            } else {
                meta.origin
            };
            Ok((key, origin))
        };
        let page: Result<_, Error> = entries.map(origin).collect();
        Ok((page?, listed))
    }

    async fn entries(
        &self,
        after: Option<&R::Key>,
        limit: usize,
    ) -> Result<Vec<(R::Key, Entry)>, Error> {
        let Shared {
            storage,
            writer,
            order,
            ..
        } = &*self.shared;
        order
            .page(&**storage, || writer.commits(), after, limit)
            .await
    }

    /// Returns whether all is still there that was listed then, by the store of `other`.
    #[inline]
    pub(crate) fn still_has(&self, listed: Listed, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
            && listed.removals.is_some()
            && listed.removals == self.shared.writer.removals()
    }
}
