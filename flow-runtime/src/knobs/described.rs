//! Descriptions of what is exposed.

use serde_core::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::bounds::Bounds;

/// One exposed field, as somebody sees it.
///
/// Serialized, it is what a page needs to draw an input:
/// `{"name":"at_once","kind":"knob","value":8,"settable":true,"range":{"least":1,"most":64}}`,
/// with `null` for what is not there; `"text": true` and `"optional": true` stand behind it
/// where they hold.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Gauge, Kind, Knob, User};
///
/// #[derive(Exposed)]
/// struct Knobs {
///     #[expose(get = "viewer", set = "operator", range = 1..=64)]
///     at_once: Knob<usize>,
///     #[expose(get = "viewer")]
///     spent: Gauge,
/// }
///
/// let knobs = Knobs { at_once: Knob::new(8), spent: Gauge::new() };
/// let described = knobs.as_seen_by(&User::new("bob", ["viewer"])).describe();
/// assert_eq!((described[0].name.as_str(), described[0].settable), ("at_once", false));
/// assert_eq!(described[1].kind, Kind::Gauge);
/// let ana = knobs.as_seen_by(&User::new("ana", ["viewer", "operator"]));
/// assert_eq!(
///     serde_json::to_string(&ana.describe()[0]).unwrap(),
///     r#"{"name":"at_once","kind":"knob","value":8,"settable":true,"range":{"least":1,"most":64}}"#
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Described {
    /// The name of the field.
    pub name: String,
    /// The kind of field.
    pub kind: Kind,
    /// The value as it is now; `None` where it may not be got, or is none in JSON.
    pub value: Option<Value>,
    /// True where it may be set.
    pub settable: bool,
    /// The range of a knob that may be set, where it has one.
    pub range: Option<Bounds>,
    /// True where it may be set to any text, and not to a number: a `String`, or an `Option` of
    /// one.
    pub text: bool,
    /// True where it may be set to nothing, `null`: an `Option`.
    pub optional: bool,
}

impl Serialize for Described {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let also = [("text", self.text), ("optional", self.optional)];
        let also = also.into_iter().filter(|(_, holds)| *holds);
        let fields = 5 + also.clone().count();
        let mut described = serializer.serialize_struct("Described", fields)?;
        described.serialize_field("name", &self.name)?;
        described.serialize_field("kind", &self.kind)?;
        described.serialize_field("value", &self.value)?;
        described.serialize_field("settable", &self.settable)?;
        described.serialize_field("range", &self.range)?;
        for (name, holds) in also {
            described.serialize_field(name, &holds)?;
        }
        described.end()
    }
}

/// A kind of exposed field. Serialized, it is its name in lower case.
///
/// ```
/// use flow_runtime::inspect::Kind;
///
/// assert_eq!(serde_json::to_string(&Kind::Gauge).unwrap(), r#""gauge""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A [`Knob`](super::Knob).
    Knob,
    /// A [`Gauge`](super::Gauge).
    Gauge,
    /// A plain value. It is shown as it was when the struct was exposed.
    Value,
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Knob => "knob",
            Self::Gauge => "gauge",
            Self::Value => "value",
        })
    }
}
