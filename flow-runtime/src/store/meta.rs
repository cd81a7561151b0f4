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
}
