//! One exposed field: who may do what with it, and the handle of its value.

use core::fmt::Display;
use std::ops::RangeBounds;
use std::sync::Arc;

use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::{Number, Value};

use super::bounds::Bounds;
use super::described::Kind;
use super::gauge::Gauge;
use super::knob::Knob;
use super::refused::Refused;

/// A field with its name, its roles, and a handle of its value.
#[derive(Clone)]
pub struct Field {
    pub(super) name: &'static str,
    pub(super) readers: &'static [&'static str],
    pub(super) setters: &'static [&'static str],
    pub(super) handle: Arc<dyn Handle>,
    pub(super) range: Option<Bounds>,
}

impl Field {
    /// A field that those with one of the roles may get, or set.
    pub fn new(
        name: &'static str,
        value: &(impl Shown + ?Sized),
        readers: &'static [&'static str],
        setters: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            readers,
            setters,
            handle: value.handle(),
            range: None,
        }
    }

    /// `range = …` of a knob; `by` names the field among all.
    ///
    /// # Panics
    ///
    /// Where the knob is out of it.
    #[must_use]
    pub fn range<T: Serialize + PartialOrd + Clone>(
        mut self,
        by: &'static str,
        knob: &Knob<T>,
        range: impl RangeBounds<T> + Send + Sync + 'static,
    ) -> Self {
        let bounds = Bounds::of(&range);
        self.range = Some(bounds.clone());
        let name = self.name;
        demand(knob, by, move |value| {
            if range.contains(value) {
                return Ok(());
            }
            let value = serde_json::to_value(value).unwrap_or_default();
            let reason = format!("`{name}` must be in {bounds}, not {value}");
            Err(Refused::new(reason))
        });
        self
    }

    /// `check = …` of a knob; `by` names the field among all.
    ///
    /// # Panics
    ///
    /// Where the knob fails it.
    #[must_use]
    pub fn check<T: Clone, E: Display>(
        self,
        by: &'static str,
        knob: &Knob<T>,
        check: impl Fn(&T) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        let name = self.name;
        demand(knob, by, move |value| {
            check(value).map_err(|reason| Refused::new(format!("`{name}`: {reason}")))
        });
        self
    }
}

fn demand<T: Clone>(
    knob: &Knob<T>,
    by: &'static str,
    holds: impl Fn(&T) -> Result<(), Refused> + Send + Sync + 'static,
) {
    if let Err(refused) = knob.demand(by, holds) {
        panic!("the knob cannot be exposed as it is set: {refused}");
    }
}

/// A value that can be exposed: a knob, a gauge, or anything that can be JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be exposed",
    label = "neither a knob, nor a gauge, nor `Serialize`",
    note = "what a `Knob` holds is `Serialize + DeserializeOwned + Clone + Send + Sync + 'static`"
)]
pub trait Shown {
    /// A handle of the value, which outlives the field.
    fn handle(&self) -> Arc<dyn Handle>;
}

/// A value that can be set from outside: a knob.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no knob: it cannot be set from outside, and has no `range` or `check`",
    label = "not a `Knob`",
    note = "help: make the field a `Knob`, or leave it with `get` alone"
)]
pub trait IsKnob<T> {
    /// Returns the knob itself.
    fn knob(&self) -> &Knob<T>;
}

/// Returns the knob that a field has to be. Its value is no projection: where there is
/// none, that is said once.
pub fn is_knob<T, K: IsKnob<T> + ?Sized>(field: &K) -> &Knob<T> {
    field.knob()
}

impl<T> IsKnob<T> for Knob<T> {
    fn knob(&self) -> &Self {
        self
    }
}

/// The value of a field.
pub trait Handle: Send + Sync {
    /// The kind of the field.
    fn kind(&self) -> Kind;

    /// The value as it is now; `None` where it cannot be JSON.
    fn value(&self) -> Option<Value>;

    /// Returns whether it can be read as a value of the field, in or out of its range.
    fn takes(&self, value: &Value) -> bool;

    /// Sets the value of the field of this name.
    ///
    /// # Errors
    ///
    /// Why it cannot be.
    fn set(&self, name: &str, value: Value) -> Result<(), Refused>;
}

impl<T> Shown for Knob<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    fn handle(&self) -> Arc<dyn Handle> {
        Arc::new(self.clone())
    }
}

impl<T> Handle for Knob<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    fn kind(&self) -> Kind {
        Kind::Knob
    }

    fn value(&self) -> Option<Value> {
        serde_json::to_value(self.get()).ok()
    }

    fn takes(&self, value: &Value) -> bool {
        T::deserialize(value).is_ok()
    }

    fn set(&self, name: &str, value: Value) -> Result<(), Refused> {
        let value = serde_json::from_value(value)
            .map_err(|error| Refused::new(format!("`{name}`: {error}")))?;
        Self::set(self, value)
    }
}

impl Shown for Gauge {
    fn handle(&self) -> Arc<dyn Handle> {
        Arc::new(self.clone())
    }
}

impl Handle for Gauge {
    fn kind(&self) -> Kind {
        Kind::Gauge
    }

    fn value(&self) -> Option<Value> {
        // Of infinity, and of what is no number, `Value::from` makes a `null`.
        Number::from_f64(self.get()).map(Value::Number)
    }

    fn takes(&self, _: &Value) -> bool {
        false
    }

    fn set(&self, name: &str, _: Value) -> Result<(), Refused> {
        Err(not_to_be_set(name))
    }
}

impl<T: Serialize + ?Sized> Shown for T {
    fn handle(&self) -> Arc<dyn Handle> {
        Arc::new(Plain(serde_json::to_value(self).ok()))
    }
}

/// A plain value, as it was when the struct was exposed.
struct Plain(Option<Value>);

impl Handle for Plain {
    fn kind(&self) -> Kind {
        Kind::Value
    }

    fn value(&self) -> Option<Value> {
        self.0.clone()
    }

    fn takes(&self, _: &Value) -> bool {
        false
    }

    fn set(&self, name: &str, _: Value) -> Result<(), Refused> {
        Err(not_to_be_set(name))
    }
}

/// The refusal of what may not be set, or is not there: nobody learns which.
pub(super) fn not_to_be_set(name: &str) -> Refused {
    Refused::new(format!("there is no `{name}` that you may set"))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_that_is_no_number_has_no_value() {
        let gauge = Gauge::new();
        assert_eq!(gauge.handle().value(), Some(0.0.into()));
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            gauge.set(odd);
            assert_eq!(gauge.handle().value(), None);
        }
    }
}
