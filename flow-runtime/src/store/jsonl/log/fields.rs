//! A row as it is written: its fields in their order, each value the text it is.
//!
//! So a column that is copied from one file to another keeps its numbers digit by
//! digit.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::key::key_of_raw;
use crate::{Error, ErrorKind};

/// The fields of a row.
pub(crate) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Corrupt`] where it is no JSON object.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(line)
            .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON object", error))
    }

    /// Returns a field; of several with one name it is the last, as everywhere.
    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        let mut fields = self.0.iter().rev();
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| &**value)
    }

    /// Returns a column.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Corrupt`] where the row has none of this name.
    pub(crate) fn column(&self, name: &str) -> Result<&RawValue, Error> {
        self.get(name).ok_or_else(|| {
            let message = format!("there is no column `{name}`");
            Error::new(ErrorKind::Corrupt, message)
        })
    }

    /// Returns the bytes of the key in this column.
    ///
    /// # Errors
    ///
    /// Where there is none, or it is no key.
    pub(crate) fn key(&self, name: &str) -> Result<Vec<u8>, Error> {
        key_of_raw(self.column(name)?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Row)
    }
}

struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

/// A row that is being written, field by field; the last of one name counts.
#[derive(Default)]
pub(crate) struct NewRow(Vec<(String, String)>);

impl NewRow {
    /// Puts a field, in place of the one with this name.
    pub(crate) fn put(&mut self, name: &str, json: &str) {
        match self.0.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => json.clone_into(old),
            None => self.0.push((name.to_owned(), json.to_owned())),
        }
    }

    /// Returns the row as JSON, without a line break.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = vec![b'{'];
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            serde_json::to_writer(&mut json, name).expect("a string is JSON");
            json.push(b':');
            json.extend_from_slice(value.as_bytes());
        }
        json.push(b'}');
        // Only raw JSON has line breaks, and only between tokens.
        for byte in &mut json {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_text() {
        let line = br#"{"b": 1.10, "a":{"x" : 12345678901234567890123},"b":2.50}"#;
        let fields = Fields::parse(line).unwrap();
        assert_eq!(fields.get("b").unwrap().get(), "2.50");
        let mut row = NewRow::default();
        for (name, value) in fields.iter() {
            row.put(name, value.get());
        }
        let json = String::from_utf8(row.to_json()).unwrap();
        assert_eq!(json, r#"{"b":2.50,"a":{"x" : 12345678901234567890123}}"#);
    }
}
