//! Defines what the user wrote, as types with their tokens.

use proc_macro2::{Ident, Span};
use syn::{AngleBracketedGenericArguments, Expr, Pat, Type};

/// A whole flow.
#[derive(Default)]
pub struct Syntax {
    /// `#![error = Type]`.
    pub error: Option<Type>,
    /// Everything that ends in `;`.
    pub statements: Vec<Statement>,
    /// The tail.
    pub result: Option<Outcome>,
}

/// `name = chain;` or `chain;`.
pub struct Statement {
    /// The name of the chain's end.
    pub name: Option<Ident>,
    /// `#[capacity(n)]`.
    pub capacity: Option<Expr>,
    /// The chain itself.
    pub chain: Chain,
    /// The `;` behind it, where there is one.
    pub semicolon: Option<Span>,
}

/// Says what the flow gives back.
#[allow(clippy::large_enum_variant, reason = "a flow has one")]
pub enum Outcome {
    /// A chain that ends in a sink, or a name of one.
    Chain(Chain),
    /// `(a, b)`.
    Names(Vec<Ident>),
}

/// `element -> element -> …`. Never empty, except after an error.
#[derive(Default)]
pub struct Chain {
    /// The elements, from left to right.
    pub elements: Vec<Element>,
    /// The words behind a slip, up to the end of the statement: they may be names,
    /// and nobody knows of what.
    pub skipped: Vec<Ident>,
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
    /// Its last token.
    pub end: Span,
    /// Says whether some of it did not parse: reported, and to be left alone.
    pub broken: bool,
    /// Says whether what should follow it did not parse: it is whole, but nothing is
    /// known of where its items go.
    pub cut_off: bool,
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
    /// Says whether an input is no stage: reported.
    pub broken: bool,
    /// Says whether the values did not parse, which is reported, but where they break
    /// off could be mended: types can be checked up to there.
    pub mended: bool,
}

/// `?` or `? else name`.
pub struct Question {
    /// Says where the `?` is.
    pub span: Span,
    /// The segment that errors flow into.
    pub or_else: Option<Ident>,
    /// Says whether `else` has no name behind it: reported.
    pub broken: bool,
}
