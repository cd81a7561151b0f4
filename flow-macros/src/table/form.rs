//! The forms of code that call operators, and how operators of a form behave.

use super::{
    behaviour::Behaviour,
    facts::{
        Acks, AtEnd, Bound, Boundary, Input, Inputs, Memory, Order, Output, Planning, Role, Waits,
        Within,
    },
};

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

/// An operator of which nothing is said.
const PLAIN: Behaviour = Behaviour {
    role: Role::Stage,
    input: Input::Owned,
    output: Output::One,
    waits: Waits::Never,
    memory: Memory::None,
    at_end: AtEnd::Nothing,
    boundary: Boundary::None,
    bound: Bound::None,
    ends: false,
    fatal: false,
    fails: true,
    acks: Acks::Never,
    tells_source: false,
    planning: Planning::Runs,
    within: Within::None,
    single: false,
};

impl Behaviour {
    const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    const fn takes(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    const fn gives(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    const fn waits(mut self) -> Self {
        self.waits = Waits::Always;
        self
    }

    const fn ends(mut self) -> Self {
        self.ends = true;
        self
    }

    const fn holds(mut self, memory: Memory, at_end: AtEnd) -> Self {
        self.memory = memory;
        self.at_end = at_end;
        self
    }
}

const SOURCE: Behaviour = PLAIN.role(Role::Source).takes(Input::None);
const SINK: Behaviour = PLAIN.role(Role::Sink).gives(Output::None);
const FAN_IN: Behaviour = PLAIN.role(Role::FanIn);

impl Form {
    /// Returns how an operator of this form behaves, if its row says nothing else.
    pub const fn behaviour(self) -> Behaviour {
        match self {
            Self::Iterator => SOURCE,
            Self::Stream => SOURCE.waits(),
            Self::Inlet => SOURCE.role(Role::Inlet),
            Self::Call | Self::Meta => PLAIN,
            Self::Look => PLAIN.takes(Input::Borrowed).gives(Output::Same),
            Self::Tick | Self::Pace => passing(self),
            Self::Show => PLAIN.takes(Input::Borrowed).gives(Output::Same).waits(),
            Self::Test => PLAIN.takes(Input::Borrowed).gives(Output::Test),
            Self::Gate => PLAIN.takes(Input::Borrowed).gives(Output::Test).ends(),
            Self::Select => PLAIN.gives(Output::Option),
            Self::Each | Self::Flatten => PLAIN.gives(Output::Many),
            Self::Await | Self::Job => PLAIN.waits(),
            Self::AwaitSelect => PLAIN.gives(Output::Option).waits(),
            Self::Cut => PLAIN.gives(Output::Same).cut(),
            Self::Hold => PLAIN
                .gives(Output::Option)
                .holds(Memory::Together, AtEnd::Leaves),
            Self::Slide => PLAIN
                .gives(Output::Option)
                .holds(Memory::Window, AtEnd::Nothing),
            Self::HoldMany => PLAIN
                .gives(Output::Many)
                .holds(Memory::Items, AtEnd::Leaves),
            Self::Via => PLAIN
                .gives(Output::Many)
                .holds(Memory::Asked, AtEnd::Leaves),
            Self::Keyed => PLAIN
                .gives(Output::Many)
                .holds(Memory::Chains, AtEnd::Leaves),
            Self::Match => PLAIN.role(Role::Split).gives(Output::One),
            Self::Union => FAN_IN.gives(Output::Same),
            Self::Zip => FAN_IN
                .holds(Memory::Inputs(Inputs::Pairs), AtEnd::Nothing)
                .ends(),
            Self::Lanes => FAN_IN
                .gives(Output::Many)
                .holds(Memory::Inputs(Inputs::Keys), AtEnd::Settles)
                .ends(),
            Self::SinkCall => SINK,
            Self::SinkAwait => SINK.waits(),
            Self::SinkPush => SINK.gives(Output::Value),
            Self::SinkGate => SINK.gives(Output::Value).ends(),
            Self::SinkSend => sending(),
            Self::Drain => SINK.takes(Input::None),
            Self::Outlet => SINK.role(Role::Outlet),
            Self::Side => SINK.role(Role::Side),
        }
    }
}

/// It does something for each item, and does not look at it.
const fn passing(form: Form) -> Behaviour {
    let mut behaviour = PLAIN.takes(Input::None).gives(Output::Same);
    match form {
        Form::Tick => {
            behaviour.at_end = AtEnd::Finishes;
            behaviour.single = true;
        }
        _ => behaviour.waits = Waits::Always,
    }
    behaviour
}

const fn sending() -> Behaviour {
    let mut behaviour = SINK.gives(Output::Value).ends();
    behaviour.waits = Waits::Depends;
    behaviour
}

impl Behaviour {
    const fn cut(mut self) -> Self {
        self.boundary = Boundary::Holds(Order::Each);
        self.waits = Waits::Always;
        self
    }
}
