//! Where several inputs meet.
