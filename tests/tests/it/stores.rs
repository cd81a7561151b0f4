//! Stores: durability, recovery, locks.
