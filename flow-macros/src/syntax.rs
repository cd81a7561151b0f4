//! Defines what the user wrote, as types with their tokens.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{AngleBracketedGenericArguments, Attribute, Expr, LitStr, Pat, Type};

use crate::health::Health;

/// A whole flow.
#[derive(Default)]
pub struct Syntax {
    /// `#![error = Type]`.
    pub error: Option<Type>,
    /// `#![on_error = cancel]`.
    pub cancels: bool,
    /// `#![observe]`.
    pub observe: Option<Observe>,
    /// The Rust variables that were declared among the statements, which was reported.
    pub lets: TokenStream,
    /// Everything that ends in `;`.
    pub statements: Vec<Statement>,
    /// The tail.
    pub result: Option<Outcome>,
}

/// `#![observe]`, or `#![observe = "name"]`.
pub struct Observe {
    /// The word.
    pub word: Ident,
    /// The name, where one is given.
    pub name: Option<LitStr>,
}

/// `name = chain;` or `chain;`.
pub struct Statement {
    /// The name of the chain's end.
    pub name: Option<Ident>,
    /// The attributes before it.
    pub attributes: Attributes,
    /// The chain itself.
    pub chain: Chain,
    /// The `;` behind it, where there is one.
    pub semicolon: Option<Span>,
}

/// The attributes of a statement.
#[derive(Default)]
pub struct Attributes {
    /// `#[capacity(n)]`.
    pub capacity: Option<Expr>,
    /// `#[cfg(…)]`: the statement is there where all of them hold.
    pub conditions: Vec<Condition>,
    /// `#[allow(…)]`.
    pub allows: Vec<Attribute>,
}

/// `#[cfg(predicate)]`, or `#[cfg(not(predicate))]`.
pub struct Condition {
    /// The predicate, without a `not` around it.
    pub predicate: TokenStream,
    /// True when the predicate has to hold, false where it has not to.
    pub holds: bool,
    /// The word `cfg`.
    pub span: Span,
}

/// The result of the flow.
#[allow(clippy::large_enum_variant, reason = "a flow has one")]
pub enum Outcome {
    /// A chain that ends in a sink, or a name of one.
    Chain(Chain),
    /// `(a, b)`.
    Names(Names),
}

/// The names of several ends.
#[derive(Default)]
pub struct Names {
    /// The names, in their order.
    pub words: Vec<Ident>,
    /// The words of what stands among them and is no name.
    pub skipped: Vec<Ident>,
    /// Says whether it was reported that something among them is no name.
    pub health: Health,
}

/// `element -> element -> …`. Never empty, except after an error.
#[derive(Default)]
pub struct Chain {
    /// The elements, from left to right.
    pub elements: Vec<Element>,
    /// The words behind a slip, up to the end of the statement: they may be names,
    /// and nobody knows of what.
    pub skipped: Vec<Ident>,
    /// True when nothing stands behind its last `->`.
    pub breaks_off: bool,
    /// Holds what stands before its first `->`, as a Rust value: it may be one.
    pub value: Option<Expr>,
}

/// `op`, `op(args)?`, or a name: which of them, resolving tells.
pub struct Element {
    /// The operator's or the stage's name.
    pub word: Ident,
    /// `::<C>`.
    pub turbofish: Option<AngleBracketedGenericArguments>,
    /// Holds what stands in parentheses, where there are any.
    pub arguments: Option<Arguments>,
    /// The `?` behind it.
    pub question: Option<Question>,
    /// Holds what it is, where it is no call and no name.
    pub special: Option<Special>,
    /// The `.` before it, in place of a `->`.
    pub dot: Option<Span>,
    /// The `aggregate(…)` behind a window.
    pub aggregate: Option<Aggregation>,
    /// Its last token.
    pub end: Span,
    /// Says what was reported: that some of it did not parse, or what should follow it.
    pub health: Health,
}

impl Element {
    /// An element with a syntax of its own.
    pub fn special(word: Ident, special: Special) -> Self {
        Self {
            end: word.span(),
            word,
            turbofish: None,
            arguments: None,
            question: None,
            special: Some(special),
            dot: None,
            aggregate: None,
            health: Health::default(),
        }
    }

    /// An element in the place of something that was reported.
    pub fn broken(word: Ident) -> Self {
        Self {
            end: word.span(),
            word,
            turbofish: None,
            arguments: Some(Arguments::default()),
            question: None,
            special: None,
            dot: None,
            aggregate: None,
            health: Health::BROKEN,
        }
    }
}

/// `aggregate(…)`, as a part of the window before it.
pub struct Aggregation {
    /// The word.
    pub word: Ident,
    /// The contents of its parentheses.
    pub values: Vec<Expr>,
}

/// An element with a syntax of its own.
#[allow(clippy::large_enum_variant, reason = "a flow has few of them")]
pub enum Special {
    /// `<T>`.
    Inlet(Type),
    /// `match { … }`.
    Match(Vec<Arm>),
    /// `by_key(f) { … }`, and all from `scatter(n)` to `gather()`.
    Inner(Inner),
    /// The members of the lists that an operator gives, one by one: the `?` is of these.
    Members,
    /// The lines that items are of, for the `accumulate(…, keep = …)` behind it.
    LinesOf,
}

/// A chain within an element: copied for every key, or for every worker.
pub struct Inner {
    /// The operators, of which the first takes what flows into the element.
    pub chain: Chain,
    /// The `gather()` that ends it.
    pub gather: Option<Box<Element>>,
}

/// `pattern if guard => body`.
pub struct Arm {
    /// Holds what it takes.
    pub pattern: Pat,
    /// Holds what must hold besides.
    pub guard: Option<Expr>,
    /// Says where it leads: nowhere for `drop`.
    pub body: Option<Chain>,
}

/// Holds what stands in an operator's parentheses.
#[derive(Default)]
pub struct Arguments {
    /// The expressions of an ordinary operator.
    pub values: Vec<Expr>,
    /// The inputs of a fan-in.
    pub inputs: Vec<Chain>,
    /// `name = value`, in order.
    pub options: Vec<(Ident, Expr)>,
    /// Says what was reported: that an input is no stage, or that the values break off.
    pub health: Health,
}

/// `?` or `? else name`.
pub struct Question {
    /// Says where the `?` is.
    pub span: Span,
    /// The segment that errors flow into.
    pub or_else: Option<Ident>,
    /// The words behind an `else` that was reported.
    pub skipped: Vec<Ident>,
    /// Says whether it was reported that `else` has no name behind it.
    pub health: Health,
}

/// The settings that the inner attributes of a flow make.
#[derive(Clone, Copy, Default)]
pub struct Settings<'s> {
    /// The error that a bare `?` gives.
    pub error: Option<&'s Type>,
    /// True when an error drops what runs beside it.
    pub cancels: bool,
    /// Asks for the numbers of the flow.
    pub observe: Option<&'s Observe>,
    /// The flow itself, where an editor is to be shown its words.
    pub editor: Option<&'s Syntax>,
}

impl Syntax {
    /// The inner attributes.
    pub fn settings(&self) -> Settings<'_> {
        Settings {
            error: self.error.as_ref(),
            cancels: self.cancels,
            observe: self.observe.as_ref(),
            editor: None,
        }
    }
}
