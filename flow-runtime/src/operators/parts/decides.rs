//! Defines what functions give that decide: a `bool`, or an `Option`.
//!
//! Of a closure it is asked what it gives, so that its body is checked against it. Of a function
//! that is given by its name nothing is to be learnt that way: it is taken as it is, and then
//! asked what it gave. So there is one error where that does not fit.

/// The answer of a function that says yes or no of an item.
#[diagnostic::on_unimplemented(
    message = "a condition gives a `bool`, and this function gives `{Self}`",
    label = "this does not say yes or no of an item",
    note = "an async function is awaited before: `then(async |item| (f(&item).await, item))`, and look at what it gave"
)]
pub trait Condition {
    /// `X`; unknown where this is no `bool`.
    type Then<X>;

    /// The same.
    fn then<X>(x: X) -> Self::Then<X>;
}

impl Condition for bool {
    type Then<X> = X;

    #[inline]
    fn then<X>(x: X) -> X {
        x
    }
}

/// The answer of a function that only does something: nothing.
#[diagnostic::on_unimplemented(
    message = "`for_each` looks at nothing that its function gives, and this one gives `{Self}`",
    label = "what this gives would be lost",
    note = "of a `Result`, `for_each(f)?` takes the first error out of the flow; what an async function gives \
            is awaited by `sink(f)`; of anything else, `map(f) -> drain()` lets go of it"
)]
pub trait Finished {
    /// `X`; unknown where something was given.
    type Then<X>;

    /// The same.
    fn then<X>(x: X) -> Self::Then<X>;
}

impl Finished for () {
    type Then<X> = X;

    #[inline]
    fn then<X>(x: X) -> X {
        x
    }
}

/// The answer of a function that makes something of an item, or nothing.
#[diagnostic::on_unimplemented(
    message = "`filter_map` takes a function that gives an `Option`, and this one gives `{Self}`",
    label = "this does not say whether anything comes of an item",
    note = "where something always does, write `map(f)`; an async function is awaited: `then(f) -> flatten()`"
)]
pub trait Choice {
    /// The type of what comes of an item.
    type Some;

    /// `X`; unknown where this is no `Option`.
    type Then<X>;

    /// The same.
    fn then<X>(x: X) -> Self::Then<X>;
}

impl<U> Choice for Option<U> {
    type Some = U;
    type Then<X> = X;

    #[inline]
    fn then<X>(x: X) -> X {
        x
    }
}
