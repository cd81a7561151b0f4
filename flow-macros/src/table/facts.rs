//! The words in which a row says how its operator behaves.

/// The place of an operator in a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It starts a chain, and gives what it has.
    Source,
    /// It starts a chain, and gives what the program emits.
    Inlet,
    /// It stands in a chain.
    Stage,
    /// It gives each item to one of several chains.
    Split,
    /// It starts a chain, and takes the inputs in its parentheses.
    FanIn,
    /// It ends a chain.
    Sink,
    /// It ends a chain, and what comes to it leaves the flow.
    Outlet,
    /// It ends a chain within an element, and errors that come to it leave the element.
    Side,
}

/// The form in which an operator takes an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// Not at all.
    None,
    /// It looks at it.
    Borrowed,
    /// It has it.
    Owned,
}

/// The output of an operator for one item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// Nothing.
    None,
    /// Nothing, and a value at the end.
    Value,
    /// The item, as it came.
    Same,
    /// The item, as it came, or nothing.
    Test,
    /// One other.
    One,
    /// One other, or nothing.
    Option,
    /// Any number of others.
    Many,
}

/// Says for how much is awaited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Waits {
    /// Everything is synchronous.
    Never,
    /// The type of an outlet decides.
    Depends,
    /// Something is awaited.
    Always,
}

/// The earlier items that have yet to leave an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Memory {
    /// Nothing: all that leaves is of the one item.
    None,
    /// One batch, which leaves as a whole.
    Together,
    /// Several batches.
    Batches,
    /// The last items.
    Window,
    /// Items, which leave in any order.
    Items,
    /// The items that the operator says it has.
    Asked,
    /// The items in the chains of keys.
    Chains,
    /// The items that came to its inputs.
    Inputs(Inputs),
    /// The buffer of a file.
    File,
}

/// The way in which a fan-in brings its inputs together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inputs {
    /// First with first.
    Pairs,
    /// By keys, or by an order.
    Keys,
    /// One behind the other.
    Turns,
    /// Each item of the first with the newest of the others.
    FirstWithLatest,
    /// The newest of all.
    Latest,
}

impl Inputs {
    /// Returns whether only the newest of an input is kept.
    pub const fn is_latest(self) -> bool {
        matches!(self, Self::FirstWithLatest | Self::Latest)
    }
}

/// The behaviour of an operator when its input ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtEnd {
    /// Nothing.
    Nothing,
    /// It flushes its items.
    Leaves,
    /// An input is closed, and items may leave that waited for it.
    Settles,
    /// It says that it is done; nothing leaves.
    Finishes,
}

/// The part of an operator that runs by itself: what comes out is another region's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boundary {
    /// There is none.
    None,
    /// It holds items for a time.
    Holds(Order),
    /// Futures run in it.
    Jobs,
    /// It knows when keys were last seen.
    Keys,
    /// The chains of keys run in it.
    Chains,
    /// The chains of workers run in it, on threads.
    Workers,
}

/// The order in which what is held for a time leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// One by one, as they came.
    Each,
    /// The newest, and none of those before.
    Newest,
    /// As the memory gives them.
    Made,
    /// Not known from outside.
    Unknown,
}

/// The number of items that may wait behind an operator that is a boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// Any number.
    None,
    /// So many.
    Slots(usize),
    /// As many as its first argument says: for each key, where it keeps batches.
    Size,
    /// So many times its `capacity`, which is a constant of the runtime without.
    Capacity(usize, &'static str),
    /// One for each key, or one.
    Keys,
    /// A constant number for each worker.
    Workers,
    /// Twice as many as run at once.
    Jobs,
}

/// Says in what way a source is told which of its items are done with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acks {
    /// It is not.
    Never,
    /// By offsets, from which it resumes.
    Resumes,
    /// Item by item.
    Each,
}

/// The part of an operator when a flow is planned and not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Planning {
    /// It does what it does, if it does not await.
    Runs,
    /// It does what it does: it looks up what is stored.
    LooksUp,
    /// Its items are looked up, and go no further.
    Ensures,
    /// It needs what only a run has.
    Never,
}

/// The chain within an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Within {
    /// There is none.
    None,
    /// In its braces, one for each key.
    Keys,
    /// Up to where the items are gathered, one for each worker.
    Workers,
}

/// Says what a `?` behind an operator means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    /// The operator cannot fail.
    Never,
    /// Its items are `Result`s.
    Items,
    /// A sink whose function gives a `Result`.
    Function,
    /// A sink whose value is a `Result`.
    Value,
}
