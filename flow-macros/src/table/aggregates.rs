//! The words in the parentheses of `aggregate`.

/// The six words, and whether they are given a function.
pub const AGGREGATES: &[(&str, bool)] = &[
    ("count", false),
    ("sum", true),
    ("mean", true),
    ("var", true),
    ("min", true),
    ("max", true),
];
