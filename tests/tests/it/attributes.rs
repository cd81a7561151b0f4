//! What `#[extant]` and `#[derived]` generate.
