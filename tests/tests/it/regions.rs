//! Concurrent work: bounds, order, no starvation.
