//! The serializer behind [`key_bytes`](super::key_bytes::key_bytes).

use serde_core::Serialize;
use serde_core::ser::{self, Impossible, Serializer};

use crate::refusal::{Refusal, integers};

const END: u8 = 0x00;
const UNIT: u8 = 0x01;
const NONE: u8 = 0x02;
const SOME: u8 = 0x03;
const FALSE: u8 = 0x04;
const TRUE: u8 = 0x05;
/// Zero; an integer of n bytes is n above or below.
const INTEGER: u8 = 0x20;
const STRING: u8 = 0x40;
const BYTES: u8 = 0x41;
const SEQUENCE: u8 = 0x42;
const TUPLE: u8 = 0x43;
const VARIANT: u8 = 0x44;
/// Follows a `00` that is part of a text and not its end.
const ESCAPE: u8 = 0xff;

/// Appends one value to the bytes.
pub(super) struct KeySerializer<'a>(pub(super) &'a mut Vec<u8>);

impl KeySerializer<'_> {
    fn integer(self, negative: bool, magnitude: u128) -> Result<(), Refusal> {
        let bytes = magnitude.to_be_bytes();
        let leading = magnitude.leading_zeros() as usize / 8;
        let significant = &bytes[leading..];
        // At most sixteen, so that neither direction leaves its range of tags.
        let length = significant.len() as u8;
        if negative {
            self.0.push(INTEGER - length);
            self.0.extend(significant.iter().map(|byte| !byte));
        } else {
            self.0.push(INTEGER + length);
            self.0.extend_from_slice(significant);
        }
        Ok(())
    }

    fn escaped(self, tag: u8, bytes: &[u8]) -> Result<(), Refusal> {
        self.0.push(tag);
        for &byte in bytes {
            self.0.push(byte);
            if byte == END {
                self.0.push(ESCAPE);
            }
        }
        self.0.push(END);
        Ok(())
    }

    fn variant(&mut self, index: u32) {
        self.0.push(VARIANT);
        self.0.extend_from_slice(&index.to_be_bytes());
    }
}

/// The elements of a sequence, or the fields of a tuple, struct or variant.
pub(super) struct Elements<'a> {
    bytes: &'a mut Vec<u8>,
    /// Their number is known by the type alone, so that no end is written.
    fixed: bool,
}

impl<'a> KeySerializer<'a> {
    fn elements(self, tag: u8) -> Result<Elements<'a>, Refusal> {
        self.0.push(tag);
        Ok(Elements {
            bytes: self.0,
            fixed: tag != SEQUENCE,
        })
    }
}

impl Elements<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        value.serialize(KeySerializer(self.bytes))
    }

    fn finish(self) -> Result<(), Refusal> {
        if !self.fixed {
            self.bytes.push(END);
        }
        Ok(())
    }
}

impl<'a> Serializer for KeySerializer<'a> {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Impossible<(), Refusal>;
    type SerializeStruct = Elements<'a>;
    type SerializeStructVariant = Elements<'a>;

    integers!();

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refusal> {
        self.0.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Refusal> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, _: f64) -> Result<(), Refusal> {
        Err(ser::Error::custom(
            "floats are no keys; use an integer or a string",
        ))
    }

    fn serialize_char(self, value: char) -> Result<(), Refusal> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Refusal> {
        self.escaped(STRING, value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Refusal> {
        self.escaped(BYTES, value)
    }

    fn serialize_none(self) -> Result<(), Refusal> {
        self.0.push(NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refusal> {
        self.0.push(SOME);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refusal> {
        self.0.push(UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refusal> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), Refusal> {
        self.variant(index);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        self.variant(index);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, Refusal> {
        self.elements(SEQUENCE)
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, Refusal> {
        self.elements(TUPLE)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, Refusal> {
        self.elements(TUPLE)
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Refusal> {
        self.variant(index);
        self.elements(TUPLE)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Refusal> {
        Err(ser::Error::custom(
            "maps are no keys; use a struct or a tuple",
        ))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, Refusal> {
        self.elements(TUPLE)
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Refusal> {
        self.variant(index);
        self.elements(TUPLE)
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident;)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Refusal;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refusal> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

macro_rules! fields {
    ($($trait:ident;)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Refusal;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Result<(), Refusal> {
                self.element(value)
            }

            // Else `{a: 1}` and `{b: 1}` would be one key.
            fn skip_field(&mut self, _: &'static str) -> Result<(), Refusal> {
                self.bytes.push(NONE);
                Ok(())
            }

            fn end(self) -> Result<(), Refusal> {
                self.finish()
            }
        }
    )*};
}

fields! {
    SerializeStruct;
    SerializeStructVariant;
}
