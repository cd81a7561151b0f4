//! The behaviour of an operator: what all phases ask of it.
//!
//! A row says it for the operator alone. A node has its own, by its options and by the chain
//! within it. So no phase has to know operators by their names.

use super::{
    facts::{
        Acks, AtEnd, Bound, Boundary, Input, Inputs, Memory, Order, Output, Planning, Role, Waits,
        Within,
    },
    options::{Effect, Opt},
};

/// The behaviour of an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Behaviour {
    /// Its place in a flow.
    pub role: Role,
    /// The form in which it takes an item.
    pub input: Input,
    /// The output for one item.
    pub output: Output,
    /// Says whether it awaits, or the chain within it.
    pub waits: Waits,
    /// The memory of earlier items.
    pub memory: Memory,
    /// Its behaviour at the end of input.
    pub at_end: AtEnd,
    /// The part of it that runs by itself.
    pub boundary: Boundary,
    /// The bound of the items that wait in that part.
    pub bound: Bound,
    /// Says whether it may want no more before the end of input.
    pub ends: bool,
    /// Says whether its errors may be fatal: they end the flow past any `? else`.
    pub fatal: bool,
    /// Says whether its items may be `Result`s by their own: an option makes them so, or it
    /// needs none.
    pub fails: bool,
    /// Says in what way it acknowledges.
    pub acks: Acks,
    /// Says whether it tells what the source says of an item.
    pub tells_source: bool,
    /// Its part when a flow is planned.
    pub planning: Planning,
    /// The chain within it.
    pub within: Within,
    /// Says whether there is one of it, also where the chain around it is copied: it cannot
    /// stand there.
    pub single: bool,
}

impl Behaviour {
    /// Returns how it is with these options, and with a chain within that awaits for so much,
    /// where there is one.
    pub fn with<'o>(
        mut self,
        options: impl IntoIterator<Item = &'o Opt>,
        within: Option<Waits>,
    ) -> Self {
        let options = options.into_iter();
        options.for_each(|option| self.change(option.effect));
        if let Some(inner) = within {
            if self.within == Within::Keys && inner != Waits::Never {
                self.boundary = Boundary::Chains;
            }
            self.waits = self.waits.max(inner);
        }
        if self.is_cut() {
            self.waits = Waits::Always;
        }
        self
    }

    /// Changes it as an option does.
    fn change(&mut self, effect: Effect) {
        match effect {
            Effect::None | Effect::KeepsState | Effect::Appends => {}
            Effect::Boundary(boundary) => self.boundary = boundary,
            Effect::Remembers(memory) => self.memory = memory,
            Effect::Acknowledges(acks) => self.acks = acks,
            Effect::Fatal => self.fatal = true,
            Effect::Fails => self.fails = true,
        }
    }

    /// Returns whether time passes between input and output: what comes out runs in
    /// another region.
    pub fn is_cut(&self) -> bool {
        self.boundary != Boundary::None
    }

    /// Returns whether an item may leave a boundary as soon as there is room behind it: it
    /// waits for no time, and for no function.
    pub fn lets_pass(&self) -> bool {
        matches!(
            (self.boundary, self.bound),
            (Boundary::Holds(Order::Each), Bound::Size)
                | (Boundary::Holds(Order::Newest), Bound::Slots(1))
        )
    }

    /// Returns whether it starts a chain and takes no input.
    pub fn is_source(&self) -> bool {
        matches!(self.role, Role::Source | Role::Inlet)
    }

    /// Returns whether it starts a chain and takes the inputs in its parentheses.
    pub fn is_fan_in(&self) -> bool {
        self.role == Role::FanIn
    }

    /// Returns whether it is a fan-in that passes every item on.
    pub fn is_union(&self) -> bool {
        self.is_fan_in() && self.memory == Memory::None
    }

    /// Returns whether it is a fan-in that pairs first with first.
    pub fn pairs(&self) -> bool {
        self.inputs() == Some(Inputs::Pairs)
    }

    /// Returns whether nothing flows out of it where it ends a chain.
    pub fn is_sink(&self) -> bool {
        matches!(self.role, Role::Sink | Role::Outlet | Role::Side)
    }

    /// Returns whether anything is done with its items beside noticing that they come.
    pub fn needs_items(&self) -> bool {
        self.role != Role::Sink || self.input != Input::None
    }

    /// Returns whether an item that comes out is the one that came, which it never had.
    pub fn passes(&self) -> bool {
        let same = matches!(self.output, Output::Same | Output::Test);
        self.role == Role::Stage && same && self.input != Input::Owned
    }

    /// Returns whether it gives exactly one item for each, in the same step.
    pub fn gives_one(&self) -> bool {
        let one = matches!(self.output, Output::Same | Output::One);
        self.role == Role::Stage && one && !self.is_cut()
    }

    /// Returns whether it gives one item at most for each, in the same step.
    pub fn gives_one_at_most(&self) -> bool {
        let several = matches!(self.output, Output::None | Output::Value | Output::Many);
        self.role == Role::Stage && !several && !self.is_cut()
    }

    /// Returns whether it may give several items for one, in the same step.
    pub fn gives_several(&self) -> bool {
        let many = self.role == Role::Stage && self.output == Output::Many;
        // What comes out of a cut of keys goes through the chain of its key behind it.
        let behind = self.is_cut() && self.boundary != Boundary::Keys;
        (many && !behind) || self.has_lanes()
    }

    /// Returns whether each item that comes out was made of one that came.
    pub fn gives_one_by_one(&self) -> bool {
        let stands = matches!(self.role, Role::Stage | Role::Split | Role::FanIn);
        stands && self.memory == Memory::None
    }

    /// Returns the way in which a fan-in brings its inputs together, where it does.
    pub fn inputs(&self) -> Option<Inputs> {
        match self.memory {
            Memory::Inputs(inputs) => Some(inputs),
            _ => None,
        }
    }

    /// Returns whether it is a fan-in that keeps the newest of its inputs.
    pub fn is_latest(&self) -> bool {
        self.inputs().is_some_and(Inputs::is_latest)
    }

    /// Returns whether it is a fan-in of which each input is a lane of its own.
    pub fn has_lanes(&self) -> bool {
        matches!(self.inputs(), Some(inputs) if inputs != Inputs::Pairs)
    }

    /// Returns whether what it holds leaves at the end of input, within the step.
    pub fn flushes(&self) -> bool {
        self.at_end == AtEnd::Leaves && !self.is_cut()
    }

    /// Returns whether items may be in it that leave it by nothing but time or the end of
    /// input, in an order that is not known.
    pub fn is_opaque(&self) -> bool {
        self.boundary == Boundary::Holds(Order::Unknown)
    }

    /// Returns whether futures run in it.
    pub fn runs_jobs(&self) -> bool {
        self.boundary == Boundary::Jobs
    }

    /// Returns whether a sink has a value.
    pub fn has_value(&self) -> bool {
        self.output == Output::Value
    }

    /// Returns whether it is told which of its items are done with.
    pub fn acknowledges(&self) -> bool {
        self.acks != Acks::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    fn of(name: &str, options: &[&str], within: Option<Waits>) -> Behaviour {
        let row = table::find(name).expect("an operator");
        row.behaves(|option| options.contains(&option), within)
    }

    #[test]
    fn options_make_boundaries() {
        for (name, options, boundary) in [
            ("then", &[] as &[&str], Boundary::None),
            ("then", &["concurrency"], Boundary::Jobs),
            ("then", &["limit"], Boundary::Jobs),
            ("partition", &["by"], Boundary::None),
            ("partition", &["timeout"], Boundary::Holds(Order::Made)),
            ("in_order", &["idle"], Boundary::Holds(Order::Made)),
            ("by_key", &["idle"], Boundary::Keys),
            ("buffer", &[], Boundary::Holds(Order::Each)),
        ] {
            assert_eq!(
                of(name, options, None).boundary,
                boundary,
                "{name} {options:?}"
            );
        }
    }

    #[test]
    fn chains_of_keys_that_await_are_a_boundary() {
        let never = of("by_key", &[], Some(Waits::Never));
        assert_eq!(
            (never.boundary, never.waits),
            (Boundary::None, Waits::Never)
        );
        for inner in [Waits::Depends, Waits::Always] {
            let awaits = of("by_key", &["idle"], Some(inner));
            assert_eq!(
                (awaits.boundary, awaits.waits),
                (Boundary::Chains, Waits::Always)
            );
        }
    }

    #[test]
    fn batches_by_key_are_several() {
        assert_eq!(of("partition", &[], None).memory, Memory::Together);
        assert_eq!(of("partition", &["by"], None).memory, Memory::Batches);
    }

    #[test]
    fn what_is_said_of_a_row_fits_together() {
        for row in table::operators() {
            let Behaviour {
                role,
                input,
                output,
                at_end,
                memory,
                within,
                ..
            } = row.behaviour;
            let gives_none = matches!(output, Output::None | Output::Value);
            assert_eq!(gives_none, row.behaviour.is_sink(), "{}", row.name);
            let takes = matches!(role, Role::Source | Role::Inlet);
            assert!(!takes || input == Input::None, "{}", row.name);
            // What leaves at the end was remembered.
            assert!(
                at_end != AtEnd::Leaves || memory != Memory::None,
                "{}",
                row.name
            );
            let lanes = row.behaviour.has_lanes();
            assert_eq!(at_end == AtEnd::Settles, lanes, "{}", row.name);
            assert_eq!(
                within == Within::Keys,
                memory == Memory::Chains,
                "{}",
                row.name
            );
        }
    }
}
