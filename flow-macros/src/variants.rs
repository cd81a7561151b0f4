//! `#[cfg(…)]` on statements: a flow for each combination of the predicates.
//!
//! A macro cannot ask whether a predicate holds, so the flow is written once for each
//! answer, and rustc keeps the one that applies:
//!
//! ```text
//! {
//!     #[cfg(feature = "log")]
//!     let flow = { … };
//!     #[cfg(not(feature = "log"))]
//!     let flow = { … };
//!     flow
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{
    errors::Errors,
    syntax::{Condition, Syntax},
};

/// The number of predicates a flow may have: each doubles what is written.
const MOST: usize = 4;

/// The predicates of a flow, no two of them equal, in the order they are written.
pub struct Predicates(Vec<TokenStream>);

/// One answer to all predicates.
pub type Answers = Vec<bool>;

impl Predicates {
    /// The predicates of all statements; one too many is reported, and then there are
    /// none.
    pub fn of(syntax: &Syntax, errors: &mut Errors) -> Self {
        let mut found = Self(Vec::new());
        let statements = syntax.statements.iter();
        for condition in statements.flat_map(|statement| &statement.attributes.conditions) {
            if found.position(condition).is_some() {
                continue;
            }
            if found.0.len() == MOST {
                let wrong = format!("more than {MOST} predicates of `cfg` in one flow");
                let help = "each doubles what the flow expands to: join some, as `all(…)` or `any(…)`, or put `#[cfg(…)]` around the flow";
                errors.at(condition.span, wrong, help);
                return Self(Vec::new());
            }
            found.0.push(condition.predicate.clone());
        }
        found
    }

    /// Returns whether the flow is the same under all circumstances.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes a flow for each answer, of which rustc keeps one.
    pub fn expand(&self, mut flow: impl FnMut(&Answers) -> TokenStream) -> TokenStream {
        let name = Ident::new("flow", Span::mixed_site());
        let variants = (0..1_usize << self.0.len()).map(|number| {
            let answers: Answers = (0..self.0.len())
                .map(|index| number >> index & 1 == 0)
                .collect();
            let all = self.0.iter().zip(&answers).map(|(predicate, holds)| {
                if *holds {
                    predicate.clone()
                } else {
                    quote!(not(#predicate))
                }
            });
            let flow = flow(&answers);
            quote!(#[cfg(all(#(#all),*))] let #name = #flow;)
        });
        quote!({ #(#variants)* #name })
    }

    /// Removes the statements that are not there where the predicates hold as `answers`
    /// says.
    pub fn keep(&self, syntax: &mut Syntax, answers: &Answers) {
        let holds = |condition: &Condition| {
            let answer = self.position(condition).map(|index| answers[index]);
            answer.is_none_or(|answer| answer == condition.holds)
        };
        let statements = &mut syntax.statements;
        statements.retain(|statement| statement.attributes.conditions.iter().all(holds));
    }

    fn position(&self, condition: &Condition) -> Option<usize> {
        let text = condition.predicate.to_string();
        let mut known = self.0.iter();
        known.position(|predicate| predicate.to_string() == text)
    }
}

#[cfg(test)]
mod tests {
    use crate::compile;
    use proc_macro2::TokenStream;
    use quote::quote;

    fn expansion(flow: &str) -> String {
        let flow: TokenStream = flow.parse().expect("a flow is tokens");
        compile::flow(&quote!(::flow_runtime), flow).to_string()
    }

    #[test]
    fn a_predicate_and_its_opposite_are_one() {
        let text =
            expansion("#[cfg(unix)] a = from(x); #[cfg(not(unix))] a = from(y); a -> for_each(f);");
        assert_eq!(text.matches("# [cfg").count(), 2, "{text}");
        assert_eq!(text.matches("op :: from").count(), 2, "{text}");
        assert!(!text.contains("compile_error"), "{text}");
    }

    #[test]
    fn four_predicates_are_sixteen_flows_and_a_fifth_is_refused() {
        let statements = |n: usize| -> String {
            let statement = |i| format!("#[cfg(feature = \"f{i}\")] a -> for_each(f{i}); ");
            (0..n).map(statement).collect()
        };
        let four = expansion(&format!("a = from(x); a -> drain(); {}", statements(4)));
        assert_eq!(four.matches("# [cfg (all").count(), 16);
        assert!(!four.contains("compile_error"), "{four}");
        let five = expansion(&format!("a = from(x); a -> drain(); {}", statements(5)));
        assert_eq!(five.matches("compile_error").count(), 1, "{five}");
        assert!(five.contains("more than 4 predicates"), "{five}");
    }

    #[test]
    fn a_mistake_is_told_where_the_statement_is() {
        let text = expansion("a = from(x) -> drain(); #[cfg(test)] from(y) -> mpa(f) -> drain();");
        assert_eq!(text.matches("compile_error").count(), 1, "{text}");
    }
}
