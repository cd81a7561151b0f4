//! Stores: where extant records rest.
