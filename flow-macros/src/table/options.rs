//! The options of operators: their values, what they need, and what they change.

use super::facts::{Acks, Boundary, Memory, Order};

/// One option.
#[derive(Clone, Copy)]
pub struct Opt {
    /// Its name.
    pub name: &'static str,
    /// Holds what may stand behind the `=`.
    pub value: Value,
    /// The change to the behaviour of its operator.
    pub effect: Effect,
    /// The option without which nothing comes of it, and what is said then.
    pub needs: Option<(&'static str, &'static str)>,
    /// Says that it has to be given.
    pub required: Option<Required>,
}

/// Says what an option's value may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Any expression.
    Any,
    /// A size: an expression; a literal zero is a mistake.
    Size,
    /// A length of time: an expression; literally none is a mistake.
    Time,
    /// A number of times, or a policy: an expression; a literal below zero is a mistake.
    Times,
    /// `true` or `false`, literally: the code depends on it.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Names of inputs: `a` or `(a, b)`.
    Inputs,
}

/// The change that an option makes to its operator's behaviour; for a flag, if it is `true`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing that another phase asks of.
    None,
    /// Part of it runs by itself.
    Boundary(Boundary),
    /// It remembers otherwise.
    Remembers(Memory),
    /// It acknowledges.
    Acknowledges(Acks),
    /// Its errors may be fatal.
    Fatal,
    /// Its items are `Result`s.
    Fails,
    /// Keeps the contents of its file.
    Appends,
    /// It keeps its state, and has to know of which lines items are.
    KeepsState,
}

/// The words for a missing option.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// The operator is not understood without: that it needs the option.
    ToBuild,
    /// As that, said in these two sentences: the mistake and the help.
    Said(&'static str, &'static str),
}

const fn option(name: &'static str, value: Value) -> Opt {
    Opt {
        name,
        value,
        effect: Effect::None,
        needs: None,
        required: None,
    }
}

pub const fn any(name: &'static str) -> Opt {
    option(name, Value::Any)
}

pub const fn size(name: &'static str) -> Opt {
    option(name, Value::Size)
}

pub const fn time(name: &'static str) -> Opt {
    option(name, Value::Time)
}

pub const fn times(name: &'static str) -> Opt {
    option(name, Value::Times)
}

pub const fn flag(name: &'static str) -> Opt {
    option(name, Value::Flag)
}

pub const fn word(name: &'static str, words: &'static [&'static str]) -> Opt {
    option(name, Value::Word(words))
}

pub const fn inputs(name: &'static str) -> Opt {
    option(name, Value::Inputs)
}

impl Opt {
    pub const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    pub const fn needs(mut self, other: &'static str, help: &'static str) -> Self {
        self.needs = Some((other, help));
        self
    }

    pub const fn required(mut self, required: Required) -> Self {
        self.required = Some(required);
        self
    }
}

pub const KEEP_ITEM: Opt = flag("keep_item");
const ORDERED: Opt = flag("ordered");
const JOBS: Effect = Effect::Boundary(Boundary::Jobs);
const AT_ONCE: Opt = size("concurrency").effect(JOBS);
const RETRY_AFTER: Opt = any("retry_after").needs(
    "retry",
    "nothing is tried again without it; add `retry = n`",
);
const LIMIT: Opt = any("limit").effect(JOBS);
const UNITS: Opt = any("units").needs(
    "limit",
    "nothing counts them without it; add `limit = &limit`",
);
const GIVE_UP: Opt = any("give_up").needs(
    "refused",
    "nothing is given up that is not refused; add `refused = f`",
);
const BUDGET: Opt = any("budget").effect(Effect::Fatal).needs(
    "cost",
    "nothing would be spent; add `cost = f`, which sees the value made",
);
const COST: Opt = any("cost").needs("budget", "nothing pays for it; add `budget = &budget`");

/// Of what runs futures, with attempts, limits and budgets.
pub const CONCURRENCY: &[Opt] = &[
    AT_ONCE,
    ORDERED,
    any("timeout"),
    times("retry"),
    any("retry_if"),
    RETRY_AFTER,
    KEEP_ITEM,
    LIMIT,
    UNITS,
    any("refused"),
    GIVE_UP,
    BUDGET,
    COST,
];

/// Of what runs futures.
pub const PLAIN_JOBS: &[Opt] = &[AT_ONCE, ORDERED];

pub const ENSURE: &[Opt] = &[
    AT_ONCE,
    ORDERED,
    any("timeout"),
    times("retry"),
    any("retry_if"),
    RETRY_AFTER,
    LIMIT,
    UNITS,
    any("refused"),
    GIVE_UP,
    BUDGET,
    COST,
    word("stale", &["replace", "keep", "error"]),
    word("rerun_failed", &["true", "false", "transient"]),
    any("estimate"),
    KEEP_ITEM,
];

pub const ENSURE_BATCH: &[Opt] = &[
    any("key").required(Required::ToBuild),
    AT_ONCE,
    ORDERED,
    any("timeout"),
    times("retry"),
    any("retry_if"),
    RETRY_AFTER,
];

pub const ASSEMBLE: &[Opt] = &[
    any("key").required(Required::ToBuild),
    word("holes", &["anew", "fill", "error"]),
];

pub const IN_ORDER: &[Opt] = &[
    any("late").required(Required::Said(
        "`in_order` has to know how late an item may be",
        "write `in_order(at, late = d)`: items leave when the newest is more than `d` ahead",
    )),
    any("then_by"),
    size("capacity"),
    time("idle").effect(HELD),
    any("ahead"),
    any("clock").needs(
        "ahead",
        "add `ahead = d`: a time that far ahead of the clock is late",
    ),
];

/// Items are held for a time, and leave as the memory gives them.
pub const HELD: Effect = Effect::Boundary(Boundary::Holds(Order::Made));

/// Of which key a batch is.
pub const BATCHES_BY: Opt = any("by").effect(Effect::Remembers(Memory::Batches));

/// The options that say when a key is forgotten.
pub const IDLE_KEYS: Opt = any("idle").effect(Effect::Boundary(Boundary::Keys));

/// The bound of the items that wait at a fan-in: more are an error.
pub const WITHIN: Opt = size("capacity").effect(Effect::Fails);

pub const RESUME: Opt = any("resume").effect(Effect::Acknowledges(Acks::Resumes));

pub const ACK: Opt = flag("ack").effect(Effect::Acknowledges(Acks::Each));

pub const KEEP_STATE: &[Opt] = &[
    any("keep").effect(Effect::KeepsState),
    size("every").needs(
        "keep",
        "it says how often the state is kept; add `keep = &snapshots`",
    ),
    KEEP_ITEM,
];

/// The choice between two items of one key.
pub const KEEP: Opt = word("keep", &["first", KEEP_LAST]);

/// The word for the later one.
pub const KEEP_LAST: &str = "last";

pub const RANK: &[Opt] = &[any("by"), any("order")];
