//! Keys of rows, as bytes that are equal where the keys are.
//!
//! The bytes are the key's compact JSON. A number is no string, so `1` and `"1"`
//! differ. Floats and objects are no keys, as in stores: two texts of one float, and
//! the order of fields, would make one key of several or several of one.

use serde_core::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Error, ErrorKind};

/// Returns the bytes of a key.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`] where it is none.
pub(crate) fn key_bytes(key: &Value) -> Result<Vec<u8>, Error> {
    check(key)?;
    serde_json::to_vec(key).map_err(no_json)
}

/// Returns the bytes of a key of any type.
///
/// # Errors
///
/// As those of [`key_bytes`].
pub(crate) fn key_of(key: &impl Serialize) -> Result<Vec<u8>, Error> {
    key_bytes(&serde_json::to_value(key).map_err(no_json)?)
}

/// Returns the bytes of a key that is JSON.
///
/// # Errors
///
/// As those of [`key_bytes`].
pub(crate) fn key_of_raw(key: &RawValue) -> Result<Vec<u8>, Error> {
    let text = key.get();
    // Most are plain, and their own bytes.
    let is_plain_string = text.starts_with('"') && !text.contains('\\');
    let is_plain_number = text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain_string || is_plain_number {
        return Ok(text.as_bytes().to_vec());
    }
    key_bytes(&serde_json::from_str(text).map_err(no_json)?)
}

fn check(key: &Value) -> Result<(), Error> {
    let what = match key {
        Value::Number(number) if number.as_u64().is_none() && number.as_i64().is_none() => {
            format!("{number} is a float, or too large for 64 bits")
        }
        Value::Object(_) => "it is an object".to_owned(),
        Value::Array(items) => return items.iter().try_for_each(check),
        _ => return Ok(()),
    };
    let message = format!("{key} is no key: {what}");
    Err(Error::new(ErrorKind::Key, message))
}

fn no_json(error: serde_json::Error) -> Error {
    Error::with_source(ErrorKind::Key, "a key that is no JSON", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_equal_where_their_bytes_are() {
        let raw = |text: &str| {
            let raw = RawValue::from_string(text.to_owned()).unwrap();
            key_of_raw(&raw)
        };
        for (text, value) in [
            ("1", key_of(&1_u8)),
            ("-1", key_of(&-1_i64)),
            ("\"1\"", key_of(&"1")),
            ("\"\\u0041\\n\"", key_of(&"A\n")),
            ("\"é\"", key_of(&"é")),
            ("18446744073709551615", key_of(&u64::MAX)),
            ("[1, \"a\"]", key_of(&(1, "a"))),
            ("null", key_of(&())),
            ("true", key_of(&true)),
        ] {
            assert_eq!(raw(text).unwrap(), value.unwrap(), "{text}");
        }
        assert_ne!(raw("1").unwrap(), raw("\"1\"").unwrap());
    }

    #[test]
    fn floats_and_objects_are_no_keys() {
        for text in [
            "1.0",
            "1e3",
            "[0.5]",
            "{}",
            "[{\"a\":1}]",
            "123456789012345678901234567890",
        ] {
            let raw = RawValue::from_string(text.to_owned()).unwrap();
            assert_eq!(
                key_of_raw(&raw).unwrap_err().kind(),
                ErrorKind::Key,
                "{text}"
            );
        }
        assert!(key_of(&1.5).is_err());
    }
}
