//! The part of an exposed struct that a user may get and set.

use core::fmt;
use std::collections::BTreeMap;

use serde_json::Value;

use super::described::{Described, Kind};
use super::field::{Field, not_to_be_set};
use super::refused::Refused;

/// The fields of an exposed struct that somebody may get or set.
///
/// It is had from [`as_seen_by`](super::Exposed::as_seen_by) or
/// [`under`](super::Exposed::under), and outlives the struct. Knobs and gauges are read
/// whenever it is asked; a plain field is shown as it was when the view was made.
///
/// Nothing tells what is denied from what is not there.
///
/// ```
/// use flow_runtime::inspect::{Exposed, Gauge, User};
/// use serde_json::json;
///
/// #[derive(Exposed)]
/// struct Shown {
///     #[expose(get = "viewer")]
///     spent: Gauge,
///     #[expose(get = "viewer")]
///     model: String,
///     secret: String,
/// }
///
/// let shown = Shown { spent: Gauge::new(), model: "small".into(), secret: "…".into() };
/// # let _ = &shown.secret;
/// let bob = shown.as_seen_by(&User::new("bob", ["viewer"]));
/// shown.spent.set(2.5);
/// let values = bob.get(["spent", "model", "secret", "sceret"]);
/// assert_eq!(values["spent"], Some(json!(2.5)));
/// assert_eq!(values["model"], Some(json!("small")));
/// assert_eq!((&values["secret"], &values["sceret"]), (&None, &None));
/// ```
#[derive(Clone)]
pub struct View {
    seen: Vec<Seen>,
}

/// A field that may be got or set.
#[derive(Clone)]
struct Seen {
    field: Field,
    gets: bool,
    sets: bool,
}

impl View {
    pub(super) fn of(
        fields: &[Field],
        may_get: impl Fn(&Field) -> bool,
        may_set: impl Fn(&Field) -> bool,
    ) -> Self {
        let fields = fields.iter().map(|field| Seen {
            gets: may_get(field),
            sets: field.handle.kind() == Kind::Knob && may_set(field),
            field: field.clone(),
        });
        Self {
            seen: fields.filter(|seen| seen.gets || seen.sets).collect(),
        }
    }

    /// Returns the values of the fields of these names: `None` for what may not be got, is
    /// not there, or cannot be JSON.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Gauge, User};
    /// # #[derive(Exposed)]
    /// # struct Shown { #[expose(get = "viewer")] spent: Gauge }
    /// # let shown = Shown { spent: Gauge::new() };
    /// let guest = shown.as_seen_by(&User::new("guest", ["guest"]));
    /// assert_eq!(guest.get(["spent"])["spent"], None);
    /// ```
    #[must_use]
    pub fn get<N>(&self, names: N) -> BTreeMap<String, Option<Value>>
    where
        N: IntoIterator,
        N::Item: Into<String>,
    {
        let value = |name: &str| {
            let seen = self.find(name).filter(|seen| seen.gets)?;
            seen.field.handle.value()
        };
        let named = names.into_iter().map(|name| {
            let name = name.into();
            let value = value(&name);
            (name, value)
        });
        named.collect()
    }

    /// Sets the fields of these names, one after the other; `false` for what may not be set, is not
    /// there, or does not take the value. [`try_set`](Self::try_set) tells why.
    ///
    /// A name that is given more than once is `false`, and not set at all.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Knob, User};
    /// # use serde_json::json;
    /// # #[derive(Exposed)]
    /// # struct Knobs { #[expose(set = "operator")] at_once: Knob<usize> }
    /// # let knobs = Knobs { at_once: Knob::new(4) };
    /// let ana = knobs.as_seen_by(&User::new("ana", ["operator"]));
    /// let set = ana.set([("at_once", json!(8)), ("spent", json!(0))]);
    /// assert_eq!((set["at_once"], set["spent"]), (true, false));
    /// assert!(!ana.set([("at_once", json!("many"))])["at_once"]);
    /// assert!(!ana.set([("at_once", json!(1)), ("at_once", json!(2))])["at_once"]);
    /// assert_eq!(knobs.at_once.get(), 8);
    /// ```
    pub fn set<N, S>(&self, values: N) -> BTreeMap<String, bool>
    where
        N: IntoIterator<Item = (S, Value)>,
        S: Into<String>,
    {
        let values = values.into_iter().map(|(name, value)| (name.into(), value));
        let values: Vec<(String, Value)> = values.collect();
        let mut given: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, _) in &values {
            *given.entry(name).or_default() += 1;
        }
        let once: Vec<bool> = values.iter().map(|(name, _)| given[&**name] == 1).collect();
        let set = values.into_iter().zip(once).map(|((name, value), is_one)| {
            let is_set = is_one && self.try_set(&name, value).is_ok();
            (name, is_set)
        });
        set.collect()
    }

    /// Sets the field of this name.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Knob, User};
    /// # use serde_json::json;
    /// # #[derive(Exposed)]
    /// # struct Knobs { #[expose(set = "operator", range = 1..=64)] at_once: Knob<usize> }
    /// # let knobs = Knobs { at_once: Knob::new(4) };
    /// let ana = knobs.as_seen_by(&User::new("ana", ["operator"]));
    /// let why = |value| ana.try_set("at_once", value).unwrap_err().to_string();
    /// assert_eq!(why(json!(65)), "`at_once` must be in 1..=64, not 65");
    /// assert_eq!(why(json!("8")), "`at_once`: invalid type: string \"8\", expected usize");
    /// let why = ana.try_set("api_key", json!("…")).unwrap_err();
    /// assert_eq!(why.to_string(), "there is no `api_key` that you may set");
    /// ```
    ///
    /// # Errors
    ///
    /// Why it is not set: it may not be, or is not there, which is not told apart; the
    /// value is of another type; or the knob [refuses](super::Knob::set) it.
    pub fn try_set(&self, name: &str, value: Value) -> Result<(), Refused> {
        match self.find(name).filter(|seen| seen.sets) {
            Some(seen) => seen.field.handle.set(name, value),
            None => Err(not_to_be_set(name)),
        }
    }

    /// Describes the fields that may be got or set, in the order of the struct.
    ///
    /// ```
    /// # use flow_runtime::inspect::{Exposed, Knob, User};
    /// # #[derive(Exposed)]
    /// # struct Knobs { #[expose(set = "operator")] at_once: Knob<usize> }
    /// # let knobs = Knobs { at_once: Knob::new(4) };
    /// let ana = knobs.as_seen_by(&User::new("ana", ["operator"])).describe();
    /// assert!(ana[0].settable && ana[0].value.is_none());
    /// let bob = knobs.as_seen_by(&User::new("bob", ["viewer"])).describe();
    /// assert!(bob.is_empty());
    /// ```
    #[must_use]
    pub fn describe(&self) -> Vec<Described> {
        let described = self
            .seen
            .iter()
            .map(|Seen { field, gets, sets }| Described {
                name: field.name.to_owned(),
                kind: field.handle.kind(),
                value: gets.then(|| field.handle.value()).flatten(),
                settable: *sets,
                range: field.range.clone().filter(|_| *sets),
                text: *sets && field.handle.takes(&"".into()) && !field.handle.takes(&0.into()),
                optional: *sets && field.handle.takes(&Value::Null),
            });
        described.collect()
    }

    fn find(&self, name: &str) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.field.name == name)
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.seen.iter().map(|seen| seen.field.name);
        f.debug_set().entries(names).finish()
    }
}
