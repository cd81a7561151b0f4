//! Operators, one at a time.
