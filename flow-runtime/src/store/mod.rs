//! Stores: where extant records rest.
//!
//! A [`Store`] is a typed handle: records and keys go in and come out. Below it
//! a [`Storage`] keeps bytes: the key in an encoding whose byte order is the
//! order of the keys, the record as JSON. Typed values never cross a thread,
//! so neither records nor keys have to be `Send`.
//!
//! ```text
//! put(&record) ──encode──▶ Write ──queue──▶ writer thread ──commit(batch)──▶ Storage
//!      ▲                                          │
//!      └───────────── durable ◀───────────────────┘
//! ```
//!
//! All that queues while one batch is written goes into the next: commits are
//! grouped without any timer. Reads go to the storage directly, and never wait
//! for a write.

pub(crate) mod disk;
#[cfg(feature = "redb")]
mod embedded;
mod encode;
mod failed;
pub(crate) mod fnv;
mod handle;
mod jsonl;
mod key_bytes;
mod key_serializer;
pub(crate) mod locked;
mod memory;
mod meta;
mod order;
pub(crate) mod read_only;
mod storage;
mod turns;
#[cfg(feature = "redb")]
mod unmade;
#[cfg(not(feature = "redb"))]
mod unopened;
#[cfg(feature = "cli")]
pub(crate) mod untyped;
mod writer;

pub(crate) use failed::Failed;
pub use failed::Failure;
pub use handle::Store;
pub(crate) use handle::{Link, Listed};
pub use jsonl::Recovered;
pub(crate) use jsonl::log;
pub(crate) use meta::{Known, Meta};
pub use storage::{Entry, FailedKey, Found, Storage, StorageFuture, Write};
pub(crate) use turns::Turn;
