//! Metadata that is kept beside the records, in a file beside theirs.
//!
//! ```text
//! {"format":"flow-store-meta","version":1}
//! {"key":1,"version":3}
//! {"key":2,"none":true,"version":3}
//! {"key":1,"replaces":"85944171f73967e8","version":4}
//! {"key":1}
//! ```
//!
//! The first line names the format. Of several rows with one key the latest
//! counts; one with nothing but the key takes back what was said before. A torn
//! end is moved away as one of the records is. The lock of the records' file
//! guards this one too.
//!
//! A row is durable before its record. That of a new record promises none: a
//! crash between the two leaves a row that means nothing. One that replaces
//! something says [what](Replaced): as long as that is there, the row means
//! nothing, and the one before it counts. A record without
//! its row, as an editor may leave it, is adopted. Where the two contradict each
//! other, the record is right.
//!
//! Rows hold more in later releases: fields that are unknown here stay.

use std::collections::BTreeMap;
use std::path::Path;

use super::found::{Format, Found};
use super::recover::{Expected, Recovered};
use super::side_file::{Rows, Side};
use super::{Bare, Index, Row, beside};
use crate::Error;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::encode::{Identified, Identify, Noted};
use crate::store::meta::{Replaced, says_none, says_nothing};

/// The first line.
pub(super) const HEADER: &[u8] = b"{\"format\":\"flow-store-meta\",\"version\":1}\n";

const FORMAT: Format = Format {
    header: HEADER,
    name: "flow-store-meta",
    expected: Expected {
        what: "metadata of a record (without this file, all records count as they are)",
        begins: |_| false,
    },
};

/// The metadata as it was found.
pub(super) struct Read<F> {
    found: Found<F>,
    /// The latest row of each key that means something.
    latest: Bare,
    /// The keys whose last row means nothing: its record did not come.
    overruled: Keys,
}

/// Keys and their JSON.
type Keys = BTreeMap<Vec<u8>, Vec<u8>>;

impl<F: DiskFile> Read<F> {
    /// Reads the file beside `records`, where there is one; changes nothing.
    /// `live` gives what is under a key.
    pub(super) fn new<D: Disk<File = F>>(
        disk: &D,
        open: Open,
        records: &Path,
        identify: &Identify,
        live: impl Fn(&[u8]) -> Result<Replaced, Error>,
    ) -> Result<Self, Error> {
        let (mut latest, mut overruled) = (Bare::new(), Keys::new());
        let path = beside(records, ".meta");
        let found = Found::read(disk, open, path, &FORMAT, |line| {
            let Noted { of, replaces, meta } = (identify.meta)(line)?;
            let Identified { key, key_json } = of;
            if replaces.is_some() && replaces == Some(live(&key)?) {
                overruled.insert(key, key_json);
            } else {
                overruled.remove(&key);
                latest.insert(key, Row { key_json, meta });
            }
            Ok(())
        })?;
        Ok(Self {
            found,
            latest,
            overruled,
        })
    }

    /// Moves a torn end to a file of its own.
    pub(super) fn keep<D: Disk<File = F>>(&self, disk: &D) -> Result<Option<Recovered>, Error> {
        self.found.keep(disk)
    }

    /// Puts the end of the file right, and the rows to their records. Gives the
    /// file and the rows without a record.
    pub(super) fn repair(
        mut self,
        index: &mut Index,
        untrusted: Option<u64>,
    ) -> Result<(Side<F>, Bare), Error> {
        // What is true now is said again, so that the next record of the key
        // does not give a meaning to a row that was not written for it.
        let mut rows = Rows::default();
        for (key, key_json) in &self.overruled {
            let meta = self.latest.get(key).map_or(&b""[..], |row| &row.meta);
            rows.push(key_json, None, meta);
        }
        self.found.repair(&rows, untrusted)?;
        Ok(self.put_to(index))
    }

    /// Puts the rows to their records. Gives the file as it is and the rows without a
    /// record.
    pub(super) fn put_to(self, index: &mut Index) -> (Side<F>, Bare) {
        let Self { found, latest, .. } = self;
        let mut bare = Bare::new();
        for (key, row) in latest {
            if says_nothing(&row.meta) {
                continue;
            }
            if says_none(&row.meta) || !index.set_meta(&key, &row.meta) {
                bare.insert(key, row);
            }
        }
        (found.side, bare)
    }
}
