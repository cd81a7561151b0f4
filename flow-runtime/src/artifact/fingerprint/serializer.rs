//! The serializer behind [`Fingerprint`](super::Fingerprint).

use serde_core::Serialize;
use serde_core::ser::{self, Serializer};

use crate::refusal::{Refusal, integers};

/// Appends one value to the bytes.
pub(super) struct Bytes<'a>(pub(super) &'a mut Vec<u8>);

type Written = Result<(), Refusal>;

impl Bytes<'_> {
    fn integer(self, negative: bool, magnitude: u128) -> Written {
        self.0.extend([b'i', u8::from(negative)]);
        self.0.extend(magnitude.to_be_bytes());
        Ok(())
    }

    fn measured(self, tag: u8, bytes: &[u8]) -> Written {
        self.0.push(tag);
        self.0.extend((bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn variant(&mut self, name: &str) -> Written {
        self.0.push(b'v');
        Bytes(self.0).measured(b'"', name.as_bytes())
    }
}

/// The elements of a sequence, in their order.
pub(super) struct Elements<'a>(&'a mut Vec<u8>);

impl<'a> Elements<'a> {
    fn of(bytes: &'a mut Vec<u8>) -> Self {
        bytes.push(b'[');
        Self(bytes)
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(Bytes(self.0))
    }

    fn finish(self) -> Written {
        self.0.push(b']');
        Ok(())
    }
}

/// The pairs of a map, in any order until they are all there.
pub(super) struct Pairs<'a> {
    bytes: &'a mut Vec<u8>,
    pairs: Vec<Vec<u8>>,
}

impl<'a> Pairs<'a> {
    fn of(bytes: &'a mut Vec<u8>, count: usize) -> Self {
        let pairs = Vec::with_capacity(count.min(64));
        Self { bytes, pairs }
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        let mut pair = Vec::new();
        key.serialize(Bytes(&mut pair))?;
        self.pairs.push(pair);
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        match self.pairs.last_mut() {
            Some(pair) => value.serialize(Bytes(pair)),
            None => Err(ser::Error::custom("a map gave a value before its key")),
        }
    }

    fn finish(mut self) -> Written {
        self.pairs.sort_unstable();
        self.bytes.push(b'{');
        self.bytes.extend(self.pairs.iter().flatten());
        self.bytes.push(b'}');
        Ok(())
    }
}

impl<'a> Serializer for Bytes<'a> {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Pairs<'a>;
    type SerializeStruct = Pairs<'a>;
    type SerializeStructVariant = Pairs<'a>;

    integers!();

    fn serialize_bool(self, value: bool) -> Written {
        self.0.push(if value { b't' } else { b'f' });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Written {
        // The bits of a NaN are not the same on all machines.
        let bits = match value.is_nan() {
            true => 0x7ff8_0000_0000_0000,
            false => value.to_bits(),
        };
        self.0.push(b'd');
        self.0.extend(bits.to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Written {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.measured(b'"', value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.measured(b'b', value)
    }

    fn serialize_none(self) -> Written {
        self.0.push(b'n');
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.0.push(b's');
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.0.push(b'u');
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(mut self, _: &'static str, _: u32, name: &'static str) -> Written {
        self.variant(name)?;
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Written {
        self.variant(name)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, Refusal> {
        Ok(Elements::of(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, Refusal> {
        Ok(Elements::of(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'a>, Refusal> {
        Ok(Elements::of(self.0))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Refusal> {
        self.variant(name)?;
        Ok(Elements::of(self.0))
    }

    fn serialize_map(self, count: Option<usize>) -> Result<Pairs<'a>, Refusal> {
        Ok(Pairs::of(self.0, count.unwrap_or_default()))
    }

    fn serialize_struct(self, _: &'static str, count: usize) -> Result<Pairs<'a>, Refusal> {
        Ok(Pairs::of(self.0, count))
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        count: usize,
    ) -> Result<Pairs<'a>, Refusal> {
        self.variant(name)?;
        Ok(Pairs::of(self.0, count))
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident;)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Refusal;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.element(value)
            }

            fn end(self) -> Written {
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

impl ser::SerializeMap for Pairs<'_> {
    type Ok = ();
    type Error = Refusal;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}

macro_rules! fields {
    ($($trait:ident;)*) => {$(
        impl ser::$trait for Pairs<'_> {
            type Ok = ();
            type Error = Refusal;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Written {
                self.key(name)?;
                self.value(value)
            }

            fn end(self) -> Written {
                self.finish()
            }
        }
    )*};
}

fields! {
    SerializeStruct;
    SerializeStructVariant;
}
