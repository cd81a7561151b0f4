//! The range of a knob, as others see it.

use core::fmt;
use std::ops::{Bound, RangeBounds};

use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The `range` of a knob, as JSON: bounds that are not there are `None`.
///
/// Serialized, it has an entry for each bound that is there: `{"least":1,"most":64}`.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Knob, User};
/// use serde_json::json;
///
/// #[derive(Exposed)]
/// struct Knobs {
///     #[expose(set = "operator", range = 1..=64)]
///     at_once: Knob<usize>,
/// }
///
/// let knobs = Knobs { at_once: Knob::new(4) };
/// let view = knobs.as_seen_by(&User::new("ana", ["operator"]));
/// let bounds = view.describe()[0].range.clone().unwrap();
/// assert_eq!((bounds.least.clone(), bounds.most.clone()), (Some(json!(1)), Some(json!(64))));
/// assert_eq!(bounds.to_string(), "1..=64");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Bounds {
    /// The least value.
    pub least: Option<Value>,
    /// The value that all have to be greater than.
    pub above: Option<Value>,
    /// The greatest value.
    pub most: Option<Value>,
    /// The value that all have to be less than.
    pub below: Option<Value>,
}

impl Bounds {
    pub(super) fn of<T: Serialize>(range: &impl RangeBounds<T>) -> Self {
        let json = |bound: &T| serde_json::to_value(bound).ok();
        let mut bounds = Self::default();
        match range.start_bound() {
            Bound::Included(least) => bounds.least = json(least),
            Bound::Excluded(above) => bounds.above = json(above),
            Bound::Unbounded => {}
        }
        match range.end_bound() {
            Bound::Included(most) => bounds.most = json(most),
            Bound::Excluded(below) => bounds.below = json(below),
            Bound::Unbounded => {}
        }
        bounds
    }

    fn entries<'b>(&'b self) -> impl Iterator<Item = (&'static str, &'b Value)> {
        let entries = [
            ("least", &self.least),
            ("above", &self.above),
            ("most", &self.most),
            ("below", &self.below),
        ];
        let there = |(name, bound): (_, &'b Option<Value>)| Some((name, bound.as_ref()?));
        entries.into_iter().filter_map(there)
    }
}

/// The range as Rust writes it; one that begins above its first value has a `<` there.
impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(least) = &self.least {
            write!(f, "{least}")?;
        }
        if let Some(above) = &self.above {
            write!(f, "{above}<")?;
        }
        f.write_str("..")?;
        if let Some(most) = &self.most {
            write!(f, "={most}")?;
        }
        if let Some(below) = &self.below {
            write!(f, "{below}")?;
        }
        Ok(())
    }
}

impl Serialize for Bounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, bound) in self.entries() {
            map.serialize_entry(name, bound)?;
        }
        map.end()
    }
}
