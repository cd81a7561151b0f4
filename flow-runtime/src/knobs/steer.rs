//! Values that may be plain, or a knob.

use super::followed::Followed;
use super::knob::Knob;
use super::refused::Refused;

/// A plain `T`, or a reference to a [`Knob`] of one.
///
/// It is what the sizes and rates of a [`Limit`](crate::Limit) are given as, the total of
/// a [`Budget`](crate::Budget), and `concurrency` everywhere. A plain value stays as it
/// is, and costs what it would without this trait.
///
/// ```
/// use flow_runtime::{Limit, inspect::{Knob, Steer}};
///
/// fn account(at_once: impl Steer<usize>) -> Limit {
///     Limit::fixed(at_once).per_minute(600)
/// }
///
/// let (plain, knob) = (account(8), Knob::new(8));
/// let steered = account(&knob);
/// knob.set(16)?;
/// # let _ = (plain, steered);
/// # Ok::<_, flow_runtime::inspect::Refused>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `{T}`, and no reference to a `Knob<{T}>`",
    label = "not a `{T}`, and not a `&Knob<{T}>`",
    note = "a plain value stays as it is; `&knob` is read whenever it is needed"
)]
pub trait Steer<T> {
    /// A value that is read for every item.
    #[doc(hidden)]
    type Followed;

    /// A value that is read for every item, and holds to a demand.
    #[doc(hidden)]
    #[track_caller]
    fn followed(self, demand: Demand<T>) -> Self::Followed;

    /// A value that is kept, and holds to a demand.
    #[doc(hidden)]
    #[track_caller]
    fn setting(self, demand: Demand<T>) -> Setting<T>;
}

/// The demand on values with which alone something can be done.
pub struct Demand<T> {
    /// The name of the demand: a knob is given it once.
    pub(crate) by: &'static str,
    pub(crate) holds: fn(&T) -> Result<(), Refused>,
}

impl<T> Demand<T> {
    #[track_caller]
    fn on(&self, value: &T) {
        if let Err(refused) = (self.holds)(value) {
            panic!("{refused}");
        }
    }

    #[track_caller]
    fn on_all(&self, knob: &Knob<T>)
    where
        T: Clone + 'static,
    {
        if let Err(refused) = knob.demand(self.by, self.holds) {
            panic!("{refused}");
        }
    }
}

impl<T> Steer<T> for T {
    type Followed = T;

    #[inline]
    #[track_caller]
    fn followed(self, demand: Demand<T>) -> T {
        demand.on(&self);
        self
    }

    #[track_caller]
    fn setting(self, demand: Demand<T>) -> Setting<T> {
        demand.on(&self);
        Setting {
            value: self,
            knob: None,
        }
    }
}

impl<T: Clone + 'static> Steer<T> for &Knob<T> {
    type Followed = Followed<T>;

    #[track_caller]
    fn followed(self, demand: Demand<T>) -> Followed<T> {
        demand.on_all(self);
        Followed::new(self)
    }

    #[track_caller]
    fn setting(self, demand: Demand<T>) -> Setting<T> {
        demand.on_all(self);
        Setting {
            value: self.get(),
            knob: Some(self.clone()),
        }
    }
}

/// A value that is kept where it is told of turns: it is renewed then.
#[derive(Clone)]
pub struct Setting<T> {
    value: T,
    knob: Option<Knob<T>>,
}

impl<T: Clone> Setting<T> {
    pub(crate) fn get(&self) -> &T {
        &self.value
    }

    pub(crate) fn knob(&self) -> Option<&Knob<T>> {
        self.knob.as_ref()
    }

    /// Reads the knob.
    pub(crate) fn renew(&mut self) {
        if let Some(knob) = &self.knob {
            self.value = knob.get();
        }
    }
}

impl<T> From<T> for Setting<T> {
    fn from(value: T) -> Self {
        Self { value, knob: None }
    }
}
