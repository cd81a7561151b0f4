//! The constructors of operators: how options make their names and arguments.
//!
//! Most are named as the operator and take what the user wrote. What is said here is how
//! the name and the arguments go on.

/// The way in which an operator's constructor is called.
#[derive(Clone, Copy)]
pub enum Build {
    /// By these parts, one after the other.
    Parts(&'static [Part]),
    /// A batch: a literal size makes one that lives inline.
    Batch,
    /// A window of the last items, inline where its size is a literal.
    Sliding,
    /// A window by the time in the items; the name goes on so.
    Window(&'static str),
    /// Items in the order of their times.
    InOrder,
    /// Its part where windows are told of.
    Aggregate,
    /// A function whose futures are awaited.
    Then,
    /// A sink whose futures are awaited.
    AwaitingSink,
    /// A sink that calls its function, which gives nothing or may fail.
    CallingSink,
    /// A sink whose function may fail.
    TryingSink,
    /// A function that may keep a state.
    Function,
    /// A function that decides: what it gives is of a certain type.
    Condition,
    /// An operator of the user's, or a piece.
    Piece,
    /// A collection, which need not be a `Vec`.
    Collect,
    /// A sum; its type may be that of the items.
    Sum,
    /// A progress bar, which tells of budgets as well.
    Progress,
    /// A look-up in a store.
    Missing,
    /// Work on a store, which is tried again perhaps. Says what of it costs.
    Store(Costs),
    /// Work on a store, batch by batch.
    StoreBatch,
    /// Parts of a store put together.
    Assemble,
}

/// The thing that is paid for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Costs {
    /// The item itself.
    Item,
    /// The value that is made of it.
    Value,
}

/// A part of a constructor's name, and of its arguments.
#[derive(Clone, Copy)]
pub enum Part {
    /// The option's value, if it is given; the name goes on so.
    Given(&'static str, &'static str),
    /// The name goes on so if the option is given.
    Named(&'static str, &'static str),
    /// The name goes on so if the flag is `true`.
    Flag(&'static str, &'static str),
    /// The option's value, or a constant of the runtime.
    Or(&'static str, &'static str),
    /// The option's value, or `false`.
    OrFalse(&'static str),
    /// The flag, as it was understood.
    IsSet(&'static str),
    /// `keep = …`, or what it is without.
    Keep,
    /// The names of all inputs.
    Names,
    /// The name of the first input.
    FirstName,
    /// These parts, where the option is given.
    If(&'static str, &'static [Part]),
}

/// Says that an operator is a value, and no closure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ByValue {
    Never,
    Always,
    /// It is a value if this option is given.
    With(&'static str),
}
