//! A row of the table, and how it is written.

use super::{
    arguments::{Argument, Kind},
    behaviour::Behaviour,
    build::{Build, ByValue, Part},
    facts::{
        Acks, Bound, Boundary, Input, Inputs, Memory, Order, Output, Planning, Question, Waits,
        Within,
    },
    form::Form,
    options::{Effect, Opt},
};

/// One operator.
#[derive(Clone, Copy)]
pub struct Operator {
    /// Its name in the language, and the name of its constructor.
    pub name: &'static str,
    /// Says what code calls it.
    pub form: Form,
    /// Its positional arguments, as messages name them.
    pub arguments: &'static [Argument],
    /// Its options.
    pub options: &'static [Opt],
    /// Says whether it may carry a `?`.
    pub question: Question,
    /// Its behaviour, without its options.
    pub behaviour: Behaviour,
    /// Says whether it may carry `::<…>`.
    pub turbofish: bool,
    /// Says whether it takes as many arguments as there are, which are looked at one by one.
    pub variadic: bool,
    /// The most inputs of a fan-in.
    pub most_inputs: usize,
    /// Says whether what it gives is a list, of which each item leaves by itself.
    pub gives_lists: bool,
    /// Says whether its value may go unseen where nobody asks for it.
    pub unseen: bool,
    /// The words of the warning if nobody looks at its output. It may end a chain: what could not
    /// be written comes out.
    pub writes: Option<&'static str>,
    /// Its part where windows are told of.
    pub windows: Windows,
    /// The words to write in place of an async function, if it awaits none.
    pub instead_of_async: Option<&'static str>,
    /// Right behind a source that is an iterator, that does it for itself: the constructor is
    /// given the source, and ends in `_of`.
    pub of_iterators: bool,
    /// Says whether its function is looked at: what it gives must not be a future.
    pub asks_for_futures: bool,
    /// Says whether its constructor is told of which kind the items are as text.
    pub asks_for_text: bool,
    /// Says whether it calls a function that may fail, and makes its own error of that.
    pub erases: bool,
    /// Says whether it makes artifacts durable: what it gives says which were there, and which
    /// were made.
    pub makes_artifacts: bool,
    /// Says how its constructor is called.
    pub build: Build,
    /// Says whether it is a value, and no closure.
    pub by_value: ByValue,
    /// The operator that other arguments make of the word.
    pub instead: Instead,
}

/// The part of an operator where windows are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Windows {
    /// None.
    No,
    /// It gives windows.
    Gives,
    /// It stands behind one, and tells of it.
    TellsOf,
}

/// The operator that another number, or kind, of arguments makes of a word.
#[derive(Clone, Copy)]
pub enum Instead {
    /// There is none.
    Never,
    /// The operator for more than one argument.
    OfSeveral(&'static Operator),
    /// The operator for a collection that may be full before the end of input.
    OfLimited(&'static Operator),
}

/// A row, of which nothing is said but what is needed.
pub const fn row(name: &'static str, form: Form, arguments: &'static [Argument]) -> Operator {
    Operator {
        name,
        form,
        arguments,
        options: &[],
        question: Question::Never,
        behaviour: form.behaviour(),
        turbofish: false,
        variadic: false,
        most_inputs: usize::MAX,
        gives_lists: false,
        unseen: false,
        writes: None,
        windows: Windows::No,
        instead_of_async: None,
        asks_for_futures: false,
        asks_for_text: false,
        of_iterators: false,
        erases: false,
        makes_artifacts: false,
        build: Build::Parts(&[]),
        by_value: ByValue::Never,
        instead: Instead::Never,
    }
}

// What a row says beside. Each is named as the field, or what it says of the behaviour.
impl Operator {
    pub const fn options(mut self, options: &'static [Opt]) -> Self {
        self.options = options;
        self
    }

    /// Its items are `Result`s; what an option does not make so already.
    pub const fn fallible(mut self) -> Self {
        self.question = Question::Items;
        self
    }

    /// Its items are `Result`s where an option makes them so.
    pub const fn fallible_by_option(mut self) -> Self {
        self.question = Question::Items;
        self.behaviour.fails = false;
        self
    }

    pub const fn fallible_function(mut self) -> Self {
        self.question = Question::Function;
        self
    }

    pub const fn fallible_value(mut self) -> Self {
        self.question = Question::Value;
        self
    }

    pub const fn fatal(mut self) -> Self {
        self.behaviour.fatal = true;
        self
    }

    pub const fn generic(mut self) -> Self {
        self.turbofish = true;
        self
    }

    pub const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    pub const fn gives(mut self, output: Output) -> Self {
        self.behaviour.output = output;
        self
    }

    /// That an item comes is all it asks for.
    pub const fn ignores_items(mut self) -> Self {
        self.behaviour.input = Input::None;
        self
    }

    pub const fn remembers(mut self, memory: Memory) -> Self {
        self.behaviour.memory = memory;
        self
    }

    pub const fn brings(mut self, inputs: Inputs, most: usize) -> Self {
        self.behaviour.memory = Memory::Inputs(inputs);
        self.most_inputs = most;
        self
    }

    pub const fn holds(mut self, order: Order, bound: Bound) -> Self {
        self.behaviour.boundary = Boundary::Holds(order);
        self.behaviour.bound = bound;
        self
    }

    pub const fn boundary(mut self, boundary: Boundary, bound: Bound) -> Self {
        self.behaviour.boundary = boundary;
        self.behaviour.bound = bound;
        self
    }

    pub const fn bound(mut self, bound: Bound) -> Self {
        self.behaviour.bound = bound;
        self
    }

    pub const fn within(mut self, within: Within) -> Self {
        self.behaviour.within = within;
        self
    }

    pub const fn planning(mut self, planning: Planning) -> Self {
        self.behaviour.planning = planning;
        self
    }

    pub const fn tells_source(mut self) -> Self {
        self.behaviour.tells_source = true;
        self.behaviour.planning = Planning::Never;
        self
    }

    pub const fn gives_lists(mut self) -> Self {
        self.gives_lists = true;
        self
    }

    pub const fn unseen(mut self) -> Self {
        self.unseen = true;
        self
    }

    pub const fn writes(mut self, unseen: &'static str) -> Self {
        self.writes = Some(unseen);
        self
    }

    pub const fn windows(mut self, windows: Windows) -> Self {
        self.windows = windows;
        self
    }

    pub const fn instead_of_async(mut self, write: &'static str) -> Self {
        self.instead_of_async = Some(write);
        self
    }

    pub const fn erases(mut self) -> Self {
        self.erases = true;
        self
    }

    pub const fn makes_artifacts(mut self) -> Self {
        self.makes_artifacts = true;
        self
    }

    pub const fn asks_for_futures(mut self) -> Self {
        self.asks_for_futures = true;
        self
    }

    pub const fn asks_for_text(mut self) -> Self {
        self.asks_for_text = true;
        self
    }

    /// Iterators have it themselves.
    pub const fn of_iterators(mut self) -> Self {
        self.of_iterators = true;
        self
    }

    pub const fn build(mut self, build: Build) -> Self {
        self.build = build;
        self
    }

    pub const fn parts(mut self, parts: &'static [Part]) -> Self {
        self.build = Build::Parts(parts);
        self
    }

    pub const fn by_value(mut self, by_value: ByValue) -> Self {
        self.by_value = by_value;
        self
    }

    pub const fn or(mut self, instead: Instead) -> Self {
        self.instead = instead;
        self
    }
}

impl Operator {
    /// Returns how it behaves in its place: `given` says which of its options take effect,
    /// `within` for how much the chain within it awaits, where there is one.
    pub fn behaves(&self, given: impl Fn(&str) -> bool, within: Option<Waits>) -> Behaviour {
        let options = self.options.iter().filter(|option| given(option.name));
        self.behaviour.with(options, within)
    }

    /// Returns whether it starts a chain and takes no input.
    pub fn is_source(&self) -> bool {
        self.behaviour.is_source()
    }

    /// Returns whether it starts a chain and takes the inputs in its parentheses.
    pub fn is_fan_in(&self) -> bool {
        self.behaviour.is_fan_in()
    }

    /// Returns whether it may end a chain though it gives something: what could not be written.
    pub fn is_writer(&self) -> bool {
        self.writes.is_some()
    }

    /// Returns whether nothing flows out of it where it ends a chain.
    pub fn is_sink(&self) -> bool {
        self.behaviour.is_sink()
    }

    /// Returns whether it is a sink that gives all its items in a collection.
    pub fn is_collection(&self) -> bool {
        matches!(self.build, Build::Collect)
    }

    /// Returns whether it has a chain of this kind within it.
    pub fn has_within(&self, within: Within) -> bool {
        self.behaviour.within == within
    }

    /// Returns whether a value is built of it that its code calls, or pulls from.
    pub const fn is_called(&self) -> bool {
        !matches!(
            self.form,
            Form::Flatten | Form::Meta | Form::Drain | Form::Inlet | Form::Outlet | Form::Side
        )
    }

    /// Returns whether there is more of it than the user's function: it remembers something.
    pub fn keeps(&self) -> bool {
        let is_function = |argument: &Argument| argument.kind == Kind::Function;
        let behaviour = &self.behaviour;
        !matches!(self.arguments, [only] if is_function(only))
            || self.by_value == ByValue::Always
            || behaviour.memory != Memory::None
            || behaviour.has_value()
            || behaviour.ends
    }

    /// The option of this name.
    pub fn option(&self, name: &str) -> Option<&Opt> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Returns the option that has such an effect.
    pub fn option_that(&self, has: impl Fn(Effect) -> bool) -> Option<&Opt> {
        self.options.iter().find(|option| has(option.effect))
    }

    /// Returns the option by which it acknowledges.
    pub fn acknowledged_by(&self) -> Option<(&Opt, Acks)> {
        self.options.iter().find_map(|option| match option.effect {
            Effect::Acknowledges(acks) => Some((option, acks)),
            _ => None,
        })
    }

    /// Returns how it is written, as a reminder: `fold(init, f)`.
    pub fn usage(&self) -> String {
        let arguments = self.arguments.iter();
        let mut inside: Vec<String> = arguments.map(|each| each.name.to_string()).collect();
        if self.is_fan_in() {
            inside.push("a, b, …".to_string());
        }
        let options = self.options.iter();
        inside.extend(options.map(|option| format!("{} = …", option.name)));
        if self.variadic {
            inside.push("count(), sum(f), …".to_string());
        }
        let behind = match self.behaviour.within {
            Within::Keys => " { … }",
            Within::None | Within::Workers => "",
        };
        format!("`{}({}){behind}`", self.name, inside.join(", "))
    }
}
