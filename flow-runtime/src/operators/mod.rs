//! The operators a flow calls, one a file.
