//! The operators, as one table.
//!
//! Parser, checks, suggestions, planning and expansion all read it. To add an
//! operator: a row here, a file in the runtime's `operators`, its tests.

/// One operator.
pub struct Operator {
    /// Its name in the language, and the name of its constructor.
    pub name: &'static str,
    /// Says where in a chain it may stand, and what code calls it there.
    pub form: Form,
    /// Its positional arguments, as messages name them.
    pub arguments: &'static [&'static str],
    /// Its options.
    pub options: &'static [Opt],
    /// Says whether it may carry a `?`.
    pub question: Question,
    /// Says whether it may carry `::<…>`.
    pub turbofish: bool,
    /// Says whether its errors may be fatal: they end the flow past any `? else`.
    pub fatal: bool,
}

/// The shape of the code that calls an operator. `op` is what its constructor
/// gave, `x` the item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A source: `for x in op`.
    Iterator,
    /// A source: `while let Some(x) = next(op).await`.
    Stream,
    /// A source: what the program emits.
    Inlet,
    /// `let x = op(x)`.
    Call,
    /// `op(&x)`.
    Look,
    /// `let x = (x, …)`, with what the source says of it.
    Meta,
    /// `op.tick()`.
    Tick,
    /// `op.show(&x).await`.
    Show,
    /// `if op(&x)`.
    Test,
    /// `if op.admit(&x)`, until `op.is_over()`.
    Gate,
    /// `if let Some(x) = op(x)`.
    Select,
    /// `for x in op(x)`.
    Each,
    /// `for x in x`.
    Flatten,
    /// `let x = op(x).await`, a cut with `concurrency`.
    Await,
    /// `let x = op.run(x).await`, a cut with `concurrency`.
    Job,
    /// `if let Some(x) = op.run(x).await`.
    AwaitSelect,
    /// `op.wait().await`.
    Pace,
    /// A cut: `feed.send(x).await`, and what comes out is another region's.
    Cut,
    /// `if let Some(x) = op.push(x)`, and `op.finish()` at the end of input.
    /// A cut with `timeout`.
    Hold,
    /// `if let Some(x) = op.push(x)`, and nothing leaves at the end of input.
    Slide,
    /// As `Hold`, where one item or the end may give several.
    HoldMany,
    /// As `HoldMany`, an operator of the user's.
    Via,
    /// `op.state(&x)`, in which the inner chain works, and `op.left()` is what
    /// came out of it. A cut with `idle`.
    Keyed,
    /// `match op(x) { Arm(x) => … }`.
    Match,
    /// A fan-in that passes every item on.
    Union,
    /// A fan-in that pairs first with first.
    Zip,
    /// A fan-in that decides by all of its inputs, each a lane.
    Lanes,
    /// A sink: `op(x)`.
    SinkCall,
    /// A sink: `op(x).await`.
    SinkAwait,
    /// A sink: `op.push(x)`, and `op.finish()` is its value.
    SinkPush,
    /// As `SinkPush`; `op.is_over()` says that it wants no more.
    SinkGate,
    /// As `SinkGate`, and `push` is awaited where the outlet is asynchronous.
    SinkSend,
    /// A sink: nothing.
    Drain,
    /// The open end of a flow: what comes here leaves it.
    Outlet,
    /// The errors of a `? else` in a chain within an element: they leave it.
    Side,
}

impl Form {
    /// Returns whether its code waits, for each item, for something of the user's.
    pub fn awaits(self) -> bool {
        matches!(
            self,
            Self::Await | Self::Job | Self::AwaitSelect | Self::Pace | Self::Show | Self::SinkAwait
        )
    }

    /// Returns whether it gives exactly one item for each, unless it is a cut.
    pub fn gives_one(self) -> bool {
        matches!(
            self,
            Self::Call
                | Self::Meta
                | Self::Look
                | Self::Tick
                | Self::Pace
                | Self::Show
                | Self::Await
                | Self::Job
        )
    }

    /// Returns whether an item may be in it when it has gone through; of a chain within it not
    /// to speak.
    pub fn keeps_items(self) -> bool {
        matches!(
            self,
            Self::Hold | Self::HoldMany | Self::Slide | Self::Via | Self::Zip | Self::Lanes
        )
    }

    /// Returns whether it may give several items for one, whatever it is joined to.
    pub fn gives_several(self) -> bool {
        matches!(
            self,
            Self::Each | Self::Flatten | Self::HoldMany | Self::Keyed | Self::Via | Self::Lanes
        )
    }
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

/// One option.
pub struct Opt {
    /// Its name.
    pub name: &'static str,
    /// Holds what may stand behind the `=`.
    pub value: Value,
}

/// Says what an option's value may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Any expression.
    Any,
    /// A size: an expression; a literal zero is a mistake.
    Size,
    /// `true` or `false`, literally: the code depends on it.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Names of inputs: `a` or `(a, b)`.
    Inputs,
}

const fn any(name: &'static str) -> Opt {
    Opt {
        name,
        value: Value::Any,
    }
}

const fn size(name: &'static str) -> Opt {
    Opt {
        name,
        value: Value::Size,
    }
}

const fn flag(name: &'static str) -> Opt {
    Opt {
        name,
        value: Value::Flag,
    }
}

const fn word(name: &'static str, words: &'static [&'static str]) -> Opt {
    Opt {
        name,
        value: Value::Word(words),
    }
}

const KEEP_ITEM: Opt = flag("keep_item");
const CONCURRENCY: &[Opt] = &[
    size("concurrency"),
    flag("ordered"),
    any("timeout"),
    any("retry"),
    any("retry_if"),
    any("retry_after"),
    KEEP_ITEM,
    any("limit"),
    any("units"),
    any("refused"),
    any("give_up"),
    any("budget"),
    any("cost"),
];
const JOBS: &[Opt] = &[size("concurrency"), flag("ordered")];
const KEEP: Opt = word("keep", &["first", "last"]);
const ENSURE: &[Opt] = &[
    size("concurrency"),
    flag("ordered"),
    any("timeout"),
    any("retry"),
    any("retry_if"),
    any("retry_after"),
    any("limit"),
    any("units"),
    any("refused"),
    any("give_up"),
    any("budget"),
    any("cost"),
    word("stale", &["replace", "keep", "error"]),
    word("rerun_failed", &["true", "false", "transient"]),
    any("estimate"),
    KEEP_ITEM,
];

const IN_ORDER: &[Opt] = &[
    any("late"),
    any("then_by"),
    size("capacity"),
    any("idle"),
    any("ahead"),
    any("clock"),
];

const ENSURE_BATCH: &[Opt] = &[
    any("key"),
    size("concurrency"),
    flag("ordered"),
    any("timeout"),
    any("retry"),
    any("retry_if"),
    any("retry_after"),
];

const ASSEMBLE: &[Opt] = &[any("key"), word("holes", &["anew", "fill", "error"])];

const RANK: &[Opt] = &[any("by"), any("order")];

const EMIT_ON: Opt = Opt {
    name: "emit_on",
    value: Value::Inputs,
};

const fn row(
    name: &'static str,
    form: Form,
    arguments: &'static [&'static str],
    options: &'static [Opt],
    question: Question,
) -> Operator {
    Operator {
        name,
        form,
        arguments,
        options,
        question,
        turbofish: false,
        fatal: false,
    }
}

const fn generic(mut row: Operator) -> Operator {
    row.turbofish = true;
    row
}

const fn fatal(mut row: Operator) -> Operator {
    row.fatal = true;
    row
}

use Form as F;
use Question::{Function, Items, Never, Value as ItsValue};

/// All of them, in the order of the language's reference.
pub const OPERATORS: &[Operator] = &[
    row("from", F::Iterator, &["iter"], &[size("epochs")], Items),
    row("stream", F::Stream, &["stream"], &[flag("ack")], Items),
    row("receive", F::Stream, &["rx"], &[], Items),
    row("lines", F::Iterator, &["path"], &[any("resume")], Items),
    row("tail", F::Stream, &["path"], &[any("from_end")], Items),
    row("interval", F::Stream, &["d"], &[], Never),
    row("poll", F::Stream, &["d", "f"], &[], Items),
    row("stored", F::Stream, &["store"], &[], Never),
    row("map", F::Call, &["f"], &[KEEP_ITEM], Items),
    row("filter", F::Test, &["predicate"], &[], Never),
    row("filter_map", F::Select, &["f"], &[KEEP_ITEM], Items),
    row("flat_map", F::Each, &["f"], &[KEEP_ITEM], Items),
    row("flatten", F::Flatten, &[], &[KEEP_ITEM], Items),
    row("inspect", F::Look, &["f"], &[], Never),
    row("with_meta", F::Meta, &[], &[], Never),
    row("enumerate", F::Call, &[], &[], Never),
    row("take", F::Gate, &["n"], &[], Never),
    row("take_while", F::Gate, &["predicate"], &[], Never),
    row("skip", F::Test, &["n"], &[], Never),
    row("skip_while", F::Test, &["predicate"], &[], Never),
    row("step_by", F::Test, &["n"], &[], Never),
    row("then", F::Await, &["f"], CONCURRENCY, Items),
    row(
        "accumulate",
        F::Call,
        &["init", "f"],
        &[any("keep"), size("every"), KEEP_ITEM],
        Items,
    ),
    row(
        "unique",
        F::Test,
        &[],
        &[any("by"), size("capacity")],
        Never,
    ),
    row("dedup", F::Test, &[], &[any("by")], Never),
    row("via", F::Via, &["operator"], &[], Items),
    row("via_async", F::Cut, &["piece"], &[], Items),
    row("tap", F::Show, &["hub"], &[], Never),
    row("progress", F::Tick, &["label"], &[any("total")], Never),
    row(
        "partition",
        F::Hold,
        &["n"],
        &[any("by"), any("timeout")],
        Never,
    ),
    row(
        "partition_unique",
        F::Hold,
        &["n"],
        &[any("by"), KEEP],
        Never,
    ),
    row(
        "sliding_window",
        F::Slide,
        &["n"],
        &[flag("partial")],
        Never,
    ),
    row(
        "timed_window",
        F::Cut,
        &["d"],
        &[any("by"), KEEP, flag("empty"), size("capacity")],
        Never,
    ),
    row(
        "tumbling_window",
        F::HoldMany,
        &["d", "at"],
        &[any("by")],
        Items,
    ),
    row(
        "hopping_window",
        F::HoldMany,
        &["d", "every", "at"],
        &[any("by")],
        Items,
    ),
    row(
        "session_window",
        F::HoldMany,
        &["gap", "at"],
        &[any("by")],
        Items,
    ),
    row("aggregate", F::Call, &[], &[], Items),
    row("group_by", F::Hold, &["f"], &[], Never),
    row("window_by", F::HoldMany, &["f"], &[], Never),
    row("union", F::Union, &[], &[], Never),
    row("chain", F::Lanes, &[], &[size("capacity")], Items),
    row("zip", F::Zip, &[], &[size("capacity")], Items),
    row("zip_latest", F::Lanes, &[], &[size("capacity")], Items),
    row("combine_latest", F::Lanes, &[], &[EMIT_ON], Never),
    row("merge_keyed", F::Lanes, &[], &[], Items),
    row("cogroup", F::Lanes, &[], &[flag("carry")], Items),
    row("in_order", F::HoldMany, &["at"], IN_ORDER, Items),
    row("buffer", F::Cut, &["n"], &[], Never),
    row("delay", F::Cut, &["d"], &[size("capacity")], Never),
    row("rate_limit", F::Pace, &["d"], &[], Never),
    row("debounce", F::Cut, &["d"], &[], Never),
    row("sample", F::Cut, &["d"], &[], Never),
    row("latest", F::Cut, &[], &[], Never),
    row("scatter", F::Cut, &["n"], &[any("by")], Never),
    row("gather", F::Outlet, &[], &[flag("ordered")], Never),
    row(
        "by_key",
        F::Keyed,
        &["f"],
        &[any("idle"), size("capacity")],
        Items,
    ),
    fatal(row("ensure", F::Job, &["store"], ENSURE, Items)),
    row("ensure_batch", F::Job, &["store", "f"], ENSURE_BATCH, Items),
    fatal(row("assemble", F::Job, &["store", "f"], ASSEMBLE, Items)),
    row("get", F::Job, &[], CONCURRENCY, Items),
    fatal(row("store", F::Job, &["store"], CONCURRENCY, Items)),
    fatal(row("append", F::Job, &["rows"], JOBS, Items)),
    row(
        "missing",
        F::AwaitSelect,
        &["store"],
        &[word("stale", &["replace", "keep"])],
        Never,
    ),
    row("for_each", F::SinkCall, &["f"], &[], Function),
    row("sink", F::SinkAwait, &["f"], &[], Function),
    generic(row("collect", F::SinkPush, &[], &[], ItsValue)),
    row("fold", F::SinkPush, &["init", "f"], &[], Function),
    row("reduce", F::SinkPush, &["f"], &[], Never),
    row("count", F::SinkPush, &[], &[], Never),
    generic(row("sum", F::SinkPush, &[], &[], Never)),
    row("min", F::SinkPush, &[], RANK, Never),
    row("max", F::SinkPush, &[], RANK, Never),
    row("top", F::SinkPush, &["n"], RANK, Never),
    row("first", F::SinkGate, &[], &[], Never),
    row("last", F::SinkPush, &[], &[], Never),
    row("send", F::SinkSend, &["tx"], &[], ItsValue),
    row(
        "write_lines",
        F::SinkGate,
        &["path"],
        &[flag("append")],
        ItsValue,
    ),
    row("drain", F::Drain, &[], &[], Never),
];

/// Holds what a program emits: `<T>`. It has a syntax of its own and cannot be typed
/// by this name.
pub const INLET: &Operator = &row("<T>", F::Inlet, &[], &[], Never);

/// `match { … }`.
pub const MATCH: &Operator = &row("match", F::Match, &[], &[], Never);

/// Says where several chains feed one segment, or open arms join.
pub const UNION: &Operator = &row("union", F::Union, &[], &[], Never);

/// What comes of each item of a batch, behind `ensure_batch`.
pub const MEMBERS: &Operator = &fatal(row("flatten", F::Flatten, &[], &[], Items));

/// The lines that items are of, before `accumulate(…, keep = …)`.
pub const LINES_OF: &Operator = &row("with_meta", F::Meta, &[], &[], Never);

/// `? else drop`.
pub const DROP: &Operator = &row("drop", F::Drain, &[], &[], Never);

/// `? else name` in a chain within an element, to a segment around it.
pub const SIDE: &Operator = &row("else", F::Side, &[], &[], Never);

/// An `ensure` in the part of a flow that is planned: nothing comes out of it.
pub const PLANNED: &Operator = &row("ensure", Form::AwaitSelect, &["store"], ENSURE, Never);

/// The open end of a result chain.
pub const OUTLET: &Operator = &row("result", F::Outlet, &[], &[], Never);

/// `collect` into what may be over before the end of input.
pub const COLLECT: &Operator = &generic(row("collect", F::SinkGate, &[], &[], ItsValue));

/// `sliding_window` of a time: it has two arguments, and gives what is not older.
pub const SLIDING_TIME: &Operator = &row(
    "sliding_window",
    F::HoldMany,
    &["d", "at"],
    &[any("by")],
    Items,
);

/// The operator of this name.
pub fn find(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|row| row.name == name)
}

impl Operator {
    /// Returns whether it starts a chain and takes no input.
    pub fn is_source(&self) -> bool {
        matches!(self.form, Form::Iterator | Form::Stream | Form::Inlet)
    }

    /// Returns whether it starts a chain and takes the inputs in its parentheses.
    pub fn is_fan_in(&self) -> bool {
        matches!(self.form, Form::Union | Form::Zip | Form::Lanes)
    }

    /// Returns whether it is a fan-in that keeps the latest of its inputs.
    pub fn is_latest(&self) -> bool {
        matches!(self.name, "zip_latest" | "combine_latest")
    }

    /// Returns how many inputs a fan-in takes at most.
    pub fn most_inputs(&self) -> usize {
        match self.name {
            "merge_keyed" | "cogroup" => 8,
            "chain" | "zip" | "zip_latest" | "combine_latest" => 12,
            _ => usize::MAX,
        }
    }

    /// Returns whether it may end a chain though it gives something: what could not be written.
    pub fn is_writer(&self) -> bool {
        matches!(self.name, "store" | "append")
    }

    /// Returns whether nothing flows out of it where it ends a chain.
    pub fn is_sink(&self) -> bool {
        matches!(
            self.form,
            Form::SinkCall
                | Form::SinkAwait
                | Form::SinkPush
                | Form::SinkGate
                | Form::SinkSend
                | Form::Drain
                | Form::Outlet
                | Form::Side
        )
    }

    /// Returns whether what it gives is a list, of which each item leaves by itself.
    pub fn gives_lists(&self) -> bool {
        self.name == "ensure_batch"
    }

    /// The options that have to be given.
    pub fn needs(&self) -> &'static [&'static str] {
        match self.name {
            "ensure_batch" | "assemble" => &["key"],
            _ => &[],
        }
    }

    /// The option of this name.
    pub fn option(&self, name: &str) -> Option<&Opt> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Returns how it is written, as a reminder: `fold(init, f)`.
    pub fn usage(&self) -> String {
        let mut inside: Vec<String> = self
            .arguments
            .iter()
            .map(|argument| (*argument).to_string())
            .collect();
        if self.is_fan_in() {
            inside.push("a, b, …".to_string());
        }
        inside.extend(
            self.options
                .iter()
                .map(|option| format!("{} = …", option.name)),
        );
        if self.name == "aggregate" {
            inside.push("count(), sum(f), …".to_string());
        }
        let behind = match self.form {
            Form::Keyed => " { … }",
            _ => "",
        };
        format!("`{}({}){behind}`", self.name, inside.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (index, row) in OPERATORS.iter().enumerate() {
            assert!(
                OPERATORS[..index]
                    .iter()
                    .all(|other| other.name != row.name),
                "{}",
                row.name
            );
        }
    }

    #[test]
    fn a_usage_names_arguments_and_options() {
        let usage = find("partition_unique").map(Operator::usage);
        assert_eq!(
            usage.as_deref(),
            Some("`partition_unique(n, by = …, keep = …)`")
        );
    }
}
