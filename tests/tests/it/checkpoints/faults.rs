//! Whatever goes wrong, what was acknowledged was delivered.
