//! Operators that hold items keep their tokens.
