//! Possible, extant, all: what is read, what is made, what is stored.
