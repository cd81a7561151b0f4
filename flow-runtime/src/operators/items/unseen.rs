//! Results and futures that a flow would drop without anybody having seen them.
//!
//! A bound cannot say that a type is none of them. So the flow asks, as of a
//! [function](super::function), which kind a type is; what is generic is of no kind.

use crate::ty::Ty;

/// Holds what `drain` drops.
pub struct Drained<T>(Ty<T>);

/// Drops each item: says that a chain is run for its effects.
#[inline]
#[must_use]
pub fn drain<T, M>(_: Ty<T, M>) -> Drained<T> {
    Drained(Ty::new())
}

/// A `Result`.
pub trait Outcome {}

impl<T, E> Outcome for Result<T, E> {}

/// The type of what a function gives that never returns: `!`, which has no name of its own yet.
type Never = <fn() -> ! as Returns>::Given;

/// A function by what it gives.
pub trait Returns {
    /// The type of it.
    type Given;
}

impl<G> Returns for fn() -> G {
    type Given = G;
}

// Of a type that is not known rustc asks the first question. It becomes one of these, by the
// edition, where nothing is ever given: `map(|_| todo!())`.
impl Outcome for () {}

impl Outcome for Never {}

#[diagnostic::do_not_recommend]
impl MayFail for () {}

#[diagnostic::do_not_recommend]
impl MayFail for Never {}

/// Implemented by what may be dropped unseen. `Result`s may not.
#[diagnostic::on_unimplemented(
    message = "`drain` would drop errors that nobody has seen: the items are `{Self}`",
    label = "these are `Result`s",
    note = "`?` behind the operator that gives them ends the flow at the first error, `? else name` sends errors on, `? else drop` drops them"
)]
pub trait MayFail {}

/// Implemented by what may be dropped unseen. Futures may not.
#[diagnostic::on_unimplemented(
    message = "`drain` would drop futures that have not run: the items are `{Self}`",
    label = "these are futures",
    note = "`then(f)` in place of `map(f)` awaits what `f` gives"
)]
pub trait MayWait {}

impl<T: Outcome> Drained<T> {
    /// Refuses them.
    #[inline]
    pub fn drained(&self)
    where
        T: MayFail,
    {
    }
}

/// As `Drained::drained`, of futures.
// In scope where that one is called: a method of the type itself comes first, where
// its bound holds. Behind both comes the one of a reference to the type.
pub trait DrainsFutures<T> {
    /// Refuses them.
    #[inline]
    fn drained(&self)
    where
        T: MayWait,
    {
    }
}

impl<T: Future> DrainsFutures<T> for Drained<T> {}

/// As `Drained::drained`, of all else.
pub trait Drains {
    /// Drops them.
    #[inline]
    fn drained(&self) {}
}

impl<T> Drains for &Drained<T> {}

/// Holds what a function gives that is not awaited.
pub struct Mapped<T, M>(Ty<T, M>);

/// Asks for the kind of what a function gives.
#[inline]
#[must_use]
pub fn mapped<T, M>(item: Ty<T, M>) -> Mapped<T, M> {
    Mapped(item)
}

/// Implemented by what is no future of an async function.
#[diagnostic::on_unimplemented(
    message = "the function is async, and nothing awaits what it gives",
    label = "this gives futures that have not run",
    note = "`then(f)` calls an async function and gives what comes of it"
)]
pub trait NotAsync {}

// Handles to what runs already are futures too, and `Unpin`; futures of async functions
// never are.
impl<T: Unpin, M> Mapped<T, M> {
    /// Lets it pass.
    #[inline]
    pub fn given<O>(&self, operator: O) -> (O, Ty<T, M>) {
        (operator, Ty::of_mode())
    }
}

/// As `Mapped::given`, of other futures.
pub trait GivesFuture<T> {
    /// Refuses it: of what would have come of it nothing is known, so that using it is not a
    /// second error.
    #[inline]
    fn given<O, U, V>(&self, _: O) -> (U, V)
    where
        T: NotAsync,
    {
        unreachable!("nothing is `NotAsync`")
    }
}

impl<T: Future, M> GivesFuture<T> for Mapped<T, M> {}

/// As `Mapped::given`, of all else.
pub trait GivesItem {
    /// The witness of what is given.
    type Item;

    /// Lets it pass.
    fn given<O>(&self, operator: O) -> (O, Self::Item);
}

impl<T, M> GivesItem for &Mapped<T, M> {
    type Item = Ty<T, M>;

    #[inline]
    fn given<O>(&self, operator: O) -> (O, Ty<T, M>) {
        (operator, Ty::of_mode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic<T>(item: Ty<T>) {
        (&drain(item)).drained();
        let ((), _) = (&mapped(item)).given(());
    }

    #[test]
    fn what_never_comes_is_not_refused() {
        fn passes<T: Outcome + MayFail>() {}
        passes::<()>();
        passes::<Never>();
    }

    #[test]
    #[allow(clippy::needless_borrow, reason = "as expansions call it")]
    fn what_is_generic_is_accepted() {
        generic(Ty::<Result<(), ()>>::new());
        (&drain(Ty::<Option<u8>>::new())).drained();
        let ((), _) = (&mapped(Ty::<tokio::task::JoinHandle<u8>>::new())).given(());
    }
}
