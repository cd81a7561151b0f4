//! What is kept beside a record, so that planning never reads records.
//!
//! On disk it is a JSON object. Fields are only ever added: a reader passes
//! over those it does not know, and takes a missing one as unknown.

/// What a store keeps beside a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The version of the derivation that made the record.
    pub(crate) version: Option<u32>,
}

impl Meta {
    /// The JSON object that is written.
    pub(super) fn to_json(&self) -> Vec<u8> {
        match self.version {
            Some(version) => format!(r#"{{"version":{version}}}"#).into_bytes(),
            None => b"{}".to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_json_object() {
        assert_eq!(Meta::default().to_json(), b"{}");
        assert_eq!(Meta { version: Some(3) }.to_json(), br#"{"version":3}"#);
    }

    #[cfg(feature = "redb")]
    #[tokio::test]
    async fn is_kept_beside_the_record() {
        use redb::{Database, ReadableDatabase, TableDefinition};

        #[derive(serde::Serialize, serde::Deserialize)]
        struct Row(u8);
        impl crate::Extant for Row {
            type Key = u8;
            const KIND: &'static str = "Row";
            fn key(&self) -> u8 {
                self.0
            }
        }

        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("rows.db");
        let store = crate::Store::open(&path).unwrap();
        store
            .put_with(&Row(1), &Meta { version: Some(3) })
            .await
            .unwrap();
        drop(store);

        let table: TableDefinition<'_, &[u8], (&[u8], &[u8])> = TableDefinition::new("meta");
        let read = Database::open(&path).unwrap().begin_read().unwrap();
        let row = read
            .open_table(table)
            .unwrap()
            .get(&[0x21, 1][..])
            .unwrap()
            .unwrap();
        assert_eq!(row.value(), (&b"1"[..], &br#"{"version":3}"#[..]));
    }
}
