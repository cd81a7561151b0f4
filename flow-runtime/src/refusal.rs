//! The error of the crate's own serializers, and what they write alike.

use std::fmt;

use serde_core::ser;

/// The reason that a value was refused, in words.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl ser::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Writes the methods for integers: a sign and a magnitude, whatever their width.
macro_rules! integers {
    () => {
        $crate::refusal::integers! {
            serialize_i8: i8, serialize_u8: u8;
            serialize_i16: i16, serialize_u16: u16;
            serialize_i32: i32, serialize_u32: u32;
            serialize_i64: i64, serialize_u64: u64;
            serialize_i128: i128, serialize_u128: u128;
        }
    };
    ($($signed:ident: $i:ty, $unsigned:ident: $u:ty;)*) => {$(
        fn $signed(self, value: $i) -> Result<(), Refusal> {
            self.integer(value < 0, u128::from(value.unsigned_abs()))
        }

        fn $unsigned(self, value: $u) -> Result<(), Refusal> {
            self.integer(false, u128::from(value))
        }
    )*};
}

pub(crate) use integers;
