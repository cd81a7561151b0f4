//! The words of a flow, by what an editor is to know of them.

use proc_macro2::Ident;
use syn::Expr;

use crate::{
    syntax::{Arguments, Chain, Element, Outcome, Special, Syntax},
    table::{self, Operator},
};

/// The words of a flow.
#[derive(Default)]
pub struct Found<'s> {
    /// The names of stages, where they are given.
    pub names: Vec<&'s Ident>,
    /// The names of stages, where they are used.
    pub uses: Vec<&'s Ident>,
    /// The operators.
    pub operators: Vec<&'s Ident>,
    /// The options, each behind the name of its operator.
    pub options: Vec<(&'s Ident, &'s Ident)>,
    /// The words that are none of these, and where they stand; nothing where a chain breaks
    /// off.
    pub typed: Vec<(Place<'s>, Option<&'s Ident>)>,
}

/// The place of a word.
#[derive(Clone, Copy)]
pub enum Place<'s> {
    /// The beginning of a chain.
    Head,
    /// Behind `->`.
    Behind,
    /// Behind `else`, or in the result.
    Segment,
    /// Among the arguments of this operator, in the place of an option.
    Option(&'s Ident),
}

impl<'s> Found<'s> {
    /// Reads a whole flow.
    pub fn of(syntax: &'s Syntax) -> Self {
        let mut found = Self::default();
        for name in syntax
            .statements
            .iter()
            .filter_map(|each| each.name.as_ref())
        {
            let is_constant = name.to_string().starts_with(char::is_uppercase);
            if !is_constant && !found.names.contains(&name) {
                found.names.push(name);
            }
        }
        for statement in &syntax.statements {
            found.chain(&statement.chain, Place::Head);
        }
        match &syntax.result {
            Some(Outcome::Chain(chain)) => found.chain(chain, Place::Head),
            Some(Outcome::Names(names)) => {
                names
                    .words
                    .iter()
                    .for_each(|name| found.name(name, Place::Segment));
            }
            None => {}
        }
        found
    }

    fn chain(&mut self, chain: &'s Chain, mut place: Place<'s>) {
        for element in &chain.elements {
            self.element(element, place);
            place = Place::Behind;
        }
        for word in &chain.skipped {
            if self.names.contains(&word) {
                self.uses.push(word);
            }
        }
        if chain.breaks_off {
            self.typed.push((Place::Behind, None));
        }
    }

    fn element(&mut self, element: &'s Element, place: Place<'s>) {
        match &element.special {
            Some(Special::Inlet(_)) => return,
            Some(Special::Match(arms)) => {
                let bodies = arms.iter().filter_map(|arm| arm.body.as_ref());
                return bodies.for_each(|body| self.chain(body, Place::Behind));
            }
            Some(Special::Inner(inner)) => {
                self.chain(&inner.chain, Place::Behind);
                if let Some(gather) = &inner.gather {
                    self.element(gather, Place::Behind);
                }
            }
            Some(Special::Members | Special::LinesOf) | None => {}
        }
        let row = table::find(&element.word.to_string());
        match (row, &element.arguments) {
            (Some(row), arguments) => {
                self.operators.push(&element.word);
                arguments
                    .iter()
                    .for_each(|arguments| self.arguments(&element.word, row, arguments));
            }
            (None, None) => self.name(&element.word, place),
            (None, Some(_)) => self.typed.push((place, Some(&element.word))),
        }
        if let Some(aggregate) = &element.aggregate {
            self.operators.push(&aggregate.word);
        }
        if let Some(name) = element
            .question
            .as_ref()
            .and_then(|each| each.or_else.as_ref())
            && name != "drop"
        {
            self.name(name, Place::Segment);
        }
    }

    fn arguments(&mut self, operator: &'s Ident, row: &'static Operator, given: &'s Arguments) {
        for input in &given.inputs {
            self.chain(input, Place::Head);
        }
        for (word, value) in &given.options {
            match row.option(&word.to_string()) {
                Some(_) => self.options.push((operator, word)),
                None => self.typed.push((Place::Option(operator), Some(word))),
            }
            if row.is_fan_in() {
                self.named_in(value);
            }
        }
        // Behind the arguments only an option can be meant.
        for value in given.values.iter().skip(row.arguments.len()) {
            if let (Some(word), false) = (only_word(value), row.variadic) {
                self.typed.push((Place::Option(operator), Some(word)));
            }
        }
    }

    /// The stages in the value of an option: `a`, or `(a, b)`.
    fn named_in(&mut self, value: &'s Expr) {
        match value {
            Expr::Tuple(several) => several.elems.iter().for_each(|each| self.named_in(each)),
            one => {
                if let Some(word) = only_word(one)
                    && self.names.contains(&word)
                {
                    self.uses.push(word);
                }
            }
        }
    }

    fn name(&mut self, word: &'s Ident, place: Place<'s>) {
        match self.names.contains(&word) {
            true => self.uses.push(word),
            false => self.typed.push((place, Some(word))),
        }
    }
}

/// The word that is all of an expression.
fn only_word(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}
