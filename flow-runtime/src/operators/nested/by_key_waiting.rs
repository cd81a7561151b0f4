//! `by_key` where something in the chain is waited for: the chain of every key is
//! a future of its own.
//!
//! All of them stand in one cut, so that a key that waits holds up no other. A
//! chain takes its items from an inlet and gives what leaves it to an outlet, one
//! at a time each. An item whose chain works on another one waits before the
//! cut, alone, and what is before it waits, too.

use std::time::Duration;

pub(super) use self::chains::ByKeyWaiting;
use crate::flow::{mailbox::Inlet, outlet::Outlet};
use crate::operators::parts::distinct::Distinct;
use crate::ty::{Fits, Ty, When, apart::Apart};

mod chains;
#[cfg(all(loom, test))]
mod model;
pub(super) mod woken;

/// [`by_key`](super::by_key::by_key) of a chain that awaits. `run` makes a future
/// of a copy of it, the end where items go in, and the end where they come out.
///
/// What leaves a chain comes out in its order; what leaves several chains, as it
/// is ready. At the end of input all chains end at the same time. `holds` says
/// whether a chain may hold what it does not work on until then.
///
/// # Panics
///
/// Where `capacity` is 0, and with `idle` at the first item where no tokio runtime
/// with time is there.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_waiting<T, U, V, A, K, F, S, C, R, Fut, M, N>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    _: Ty<V, N>,
    f: F,
    idle: Option<Duration>,
    capacity: Option<usize>,
    chain: S,
    copy: C,
    run: R,
    holds: bool,
) -> (When<A, ByKeyWaiting<T, V, K, F, S, C, R, Fut>>, Ty<U, M>)
where
    K: Distinct + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    C: Fn(&S) -> S,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut,
    Fut: Future<Output = ()>,
{
    let parts = Parts {
        key: f,
        chain,
        copy,
        run,
        holds,
    };
    (ByKeyWaiting::new(parts, idle, capacity), Ty::of_mode())
}

/// Holds what chains are made of.
pub(super) struct Parts<F, S, C, R> {
    pub(super) key: F,
    /// The chain as it was built.
    pub(super) chain: S,
    /// Gives a copy of it.
    pub(super) copy: C,
    /// Makes a future of a copy.
    pub(super) run: R,
    /// Says whether a chain may hold what it does not work on.
    pub(super) holds: bool,
}
