//! The operators, as one table.
//!
//! Parser, checks, suggestions, planning and expansion all read it: a row says what an operator
//! takes, how it behaves, what code calls it, and how that is built. Behind the table nobody
//! knows operators by their names. To add one: a row in `rows`, an entry in the reference, a
//! file in the runtime's `operators`, its tests.

mod aggregates;
pub mod arguments;
mod behaviour;
mod build;
pub mod elsewhere;
mod facts;
mod form;
pub mod options;
mod row;
mod rows;

use std::{collections::HashMap, sync::LazyLock};

pub use self::{
    aggregates::AGGREGATES,
    arguments::Kind,
    behaviour::Behaviour,
    build::{Build, ByValue, Costs, Part},
    facts::{
        Acks, AtEnd, Bound, Boundary, Inputs, Memory, Output, Planning, Question, Role, Waits,
        Within,
    },
    form::Form,
    options::{Effect, KEEP_LAST, Opt, Required, Value},
    row::{Instead, Operator, Windows},
    rows::{
        DROP, GATHER, INLET, LINES_OF, MATCH, MEMBERS, OF_ARM, OF_VALUE, OUTLET, PLANNED, SIDE,
        UNION, operators,
    },
};

/// The operator of this name.
pub fn find(name: &str) -> Option<&'static Operator> {
    static NAMED: LazyLock<HashMap<&str, &Operator>> =
        LazyLock::new(|| operators().map(|row| (row.name, row)).collect());
    NAMED.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = operators().map(|row| row.name).collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            assert!(pair[0] != pair[1], "{}", pair[0]);
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

    #[test]
    fn what_an_option_needs_is_an_option() {
        for row in operators() {
            for option in row.options {
                let needed = option.needs.map(|(other, _)| row.option(other).is_some());
                assert!(needed != Some(false), "`{}` of `{}`", option.name, row.name);
            }
        }
    }
}
