//! The positional arguments of operators.

/// One positional argument.
#[derive(Clone, Copy)]
pub struct Argument {
    /// The name that messages give it.
    pub name: &'static str,
    /// The kind that it has to be.
    pub kind: Kind,
}

/// The kind that an argument has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any expression.
    Any,
    /// A function of an item.
    Function,
    /// A size: a literal zero is a mistake.
    Size,
    /// A length of time: literally none is a mistake.
    Length,
}

pub const fn any(name: &'static str) -> Argument {
    let kind = Kind::Any;
    Argument { name, kind }
}

pub const fn function(name: &'static str) -> Argument {
    let kind = Kind::Function;
    Argument { name, kind }
}

pub const fn size(name: &'static str) -> Argument {
    let kind = Kind::Size;
    Argument { name, kind }
}

pub const fn length(name: &'static str) -> Argument {
    let kind = Kind::Length;
    Argument { name, kind }
}

/// A function of an item, alone.
pub const F: &[Argument] = &[function("f")];

/// A test of an item.
pub const PREDICATE: &[Argument] = &[function("predicate")];

/// Any number of items.
pub const N: &[Argument] = &[any("n")];

/// A number of items, one at least.
pub const SIZE: &[Argument] = &[size("n")];

/// A time.
pub const D: &[Argument] = &[any("d")];

/// A store.
pub const STORE: &[Argument] = &[any("store")];

/// A state, and what is made of it and an item.
pub const INIT_F: &[Argument] = &[any("init"), function("f")];
