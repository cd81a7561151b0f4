//! Conditions, and what they have in common.
//!
//! A branch that parts and meets again asks for the same thing on both ways. So what
//! several conditions share is said once, or the code would double at every meeting.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The condition under which an output is asked for.
#[derive(Clone)]
pub enum Demand {
    /// To the end of input.
    Always,
    /// While this holds.
    While(Conditions),
    /// By nobody but the cycle it goes back into.
    Never,
}

/// Conditions that must all hold. None is there twice.
#[derive(Clone, Default)]
pub struct Conditions(Vec<Condition>);

#[derive(Clone)]
struct Condition {
    text: String,
    tokens: TokenStream,
}

impl Condition {
    fn new(tokens: TokenStream) -> Self {
        let text = tokens.to_string();
        Self { text, tokens }
    }
}

impl Conditions {
    fn holds(&self, condition: &Condition) -> bool {
        self.0.iter().any(|known| known.text == condition.text)
    }

    /// Returns whether this holds only where the other does.
    fn implies(&self, other: &Self) -> bool {
        other.0.iter().all(|condition| self.holds(condition))
    }

    fn len(&self) -> usize {
        self.0.iter().map(|condition| condition.text.len()).sum()
    }

    fn and(mut self, other: Self) -> Self {
        for condition in other.0 {
            if !self.holds(&condition) {
                self.0.push(condition);
            }
        }
        self
    }

    fn tokens(&self) -> TokenStream {
        if self.0.is_empty() {
            return quote!(true);
        }
        let conditions = self.0.iter().map(|condition| &condition.tokens);
        quote!(#(#conditions)&&*)
    }

    /// Writes what several have in common, and what is left of each.
    fn shared(all: &[Self]) -> (Self, Vec<TokenStream>) {
        let everywhere = |condition: &&Condition| all.iter().all(|each| each.holds(condition));
        let first = all.first().map_or(&[][..], |first| &first.0);
        let shared = Self(first.iter().filter(everywhere).cloned().collect());
        let rest = all.iter().map(|each| {
            let rest = each.0.iter().filter(|condition| !shared.holds(condition));
            Self(rest.cloned().collect()).tokens()
        });
        let rest = rest.collect();
        (shared, rest)
    }

    /// That any of several holds: what they share, and one of the rest.
    fn any(all: Vec<Self>) -> Self {
        let mut fewest: Vec<Self> = Vec::new();
        for each in all {
            if fewest.iter().all(|known| !each.implies(known)) {
                fewest.retain(|known| !known.implies(&each));
                fewest.push(each);
            }
        }
        let Some((first, others)) = fewest.split_first() else {
            return Self::default();
        };
        if others.is_empty() {
            return first.clone();
        }
        let (shared, rest) = Self::shared(&fewest);
        let any = quote!((#(#rest)||*));
        shared.and(Self(vec![Condition::new(any)]))
    }
}

impl ToTokens for Conditions {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens());
    }
}

impl Demand {
    /// While this holds.
    pub fn when(condition: TokenStream) -> Self {
        Self::While(Conditions(vec![Condition::new(condition)]))
    }

    /// The condition, where there is one.
    pub fn condition(&self) -> Option<TokenStream> {
        match self {
            Self::Always | Self::Never => None,
            Self::While(conditions) => Some(conditions.tokens()),
        }
    }

    /// The rest to be asked, without what is known to hold.
    pub fn without(self, known: &Self) -> Self {
        match (self, known) {
            (Self::While(mut conditions), Self::While(known)) => {
                conditions.0.retain(|condition| !known.holds(condition));
                match conditions.0.is_empty() {
                    true => Self::Always,
                    false => Self::While(conditions),
                }
            }
            (demand, _) => demand,
        }
    }

    /// The same, where it is no longer than so many bytes; else always.
    pub fn within(self, longest: usize) -> Self {
        match &self {
            Self::While(conditions) if conditions.len() > longest => Self::Always,
            _ => self,
        }
    }

    /// While both.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, demand) | (demand, Self::Always) => demand,
            (Self::While(a), Self::While(b)) => Self::While(a.and(b)),
        }
    }

    /// Writes what several share, where they share anything, and what is left of each.
    pub fn shared(demands: Vec<Self>) -> (Option<Conditions>, Vec<TokenStream>) {
        let conditions = demands.into_iter().map(|demand| match demand {
            Self::While(conditions) => conditions,
            Self::Always | Self::Never => Conditions::default(),
        });
        let (shared, rest) = Conditions::shared(&conditions.collect::<Vec<_>>());
        let shared = (!shared.0.is_empty()).then_some(shared);
        (shared, rest)
    }

    /// While any.
    pub fn any(demands: Vec<Self>) -> Self {
        let by_nobody = !demands.is_empty();
        let mut conditions = Vec::new();
        for demand in demands {
            match demand {
                Self::Always => return Self::Always,
                Self::Never => {}
                Self::While(condition) => conditions.push(condition),
            }
        }
        match conditions.is_empty() {
            true if by_nobody => Self::Never,
            true => Self::Always,
            false => Self::While(Conditions::any(conditions)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(text: &str) -> Demand {
        let all = text.split(" && ").map(|each| {
            let tokens = each.parse().expect("tokens");
            Demand::when(tokens)
        });
        all.fold(Demand::Always, Demand::and)
    }

    #[test]
    fn what_ways_have_in_common_is_said_once() {
        for (ways, expected) in [
            (&["a", "a"] as &[_], "a"),
            (&["a", "b"], "(a || b)"),
            (&["a && b", "b"], "b"),
            (&["b", "a && b", "c"], "(b || c)"),
            (&["a && b", "c && b"], "b && (a || c)"),
            (&["a && b", "c && d"], "(a && b || c && d)"),
        ] {
            let ways = ways.iter().map(|way| demand(way)).collect();
            let any = Demand::any(ways).condition().expect("a condition");
            assert_eq!(any.to_string(), expected);
        }
    }
}
