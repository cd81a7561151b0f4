//! What `flow!` gives back: a value to drive.
