#![doc = include_str!("front.md")]

// Attributes reach the crate by the name that the user's manifest gives it,
// which inside this crate is this.
extern crate self as flow_runtime;

#[doc(hidden)]
pub mod __private;
pub mod artifact;
mod attempts;
mod block_on;
mod blocking;
mod error;
mod flow;
pub mod graph;
mod hub;
mod operator;
mod operators;
mod region;
mod store;
mod ty;

#[doc = include_str!("reference.md")]
pub mod reference {}

/// Compiles the description of a data pipeline into the loop a careful engineer
/// would have written.
///
/// ```
/// use flow_runtime::flow;
///
/// let (evens, sum) = flow! {
///     numbers = from(1..=10) -> map(|n| n * n);
///     evens   = numbers -> filter(|n| n % 2 == 0) -> collect::<Vec<_>>();
///     sum     = numbers -> sum();
///     (evens, sum)
/// }
/// .run();
/// assert_eq!(evens, [4, 16, 36, 64, 100]);
/// assert_eq!(sum, 385);
/// ```
///
/// What it gives back and how errors leave is told [in front](crate); the
/// operators, each with an example, are in the [reference](mod@reference).
#[macro_export]
macro_rules! flow {
    ($($flow:tt)*) => {
        // The crate is reached by `$crate`, so that it may be renamed.
        $crate::__private::compile_flow! { [$crate] $($flow)* }
    };
}

pub use artifact::{Artifact, Either, Ensured, Extant, Keyed, KeyedItem, Outcome};
pub use attempts::Retry;
pub use blocking::{Blocking, blocking};
pub use error::{BoxError, Error, ErrorKind};
pub use flow::{EmitError, Emitter, RunUntil, RunUntilDeadline, TryEmitError};
#[doc = include_str!("artifact/derived.md")]
pub use flow_macros::derived;
#[doc = include_str!("artifact/extant.md")]
pub use flow_macros::extant;
pub use hub::{Everything, Hub, Missed, Subscription};
pub use operator::Operator;
pub use operators::{batch::Batch, inline_batch::InlineBatch, send::SendError, window::Window};
pub use store::{Entry, Found, Recovered, Storage, StorageFuture, Store, Write};

/// The README's code, which has to compile and to hold.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
