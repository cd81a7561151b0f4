//! `accumulate(init, f, keep = &snapshots)`: a state that is kept with the position of
//! the lines that it was made of.
//!
//! The state runs ahead of what is done with: behind it lines may wait, and fail. So now
//! and then it is written down as it is between two lines, with the first of them, and
//! goes to the file when the ledger says that this line, and all before it, is done
//! with. At the end of a flow the state itself is written, if it is of no line that is
//! not done with.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::kept_states::{Live, Written};
use super::offsets::Offsets;
use super::position::{Mark, Position};
use super::snapshots::{Keeps, Snapshots};
use crate::ty::{Ty, When};

/// The number of items that make a snapshot, unless `every = n` says so.
pub const SNAPSHOT: usize = 1024;

struct Running<S> {
    base: Mark,
    state: Mutex<State<S>>,
}

struct State<S> {
    state: S,
    /// The last line that it is made of.
    at: Position,
    /// The number of items it is made of since it was last written down.
    since: usize,
    /// True when a function is in the middle of it, or panicked there, or lines came out
    /// of order: it is of no line then.
    is_unclear: bool,
}

impl<S: Serialize + DeserializeOwned + Send> Live for Running<S> {
    fn base(&self) -> Mark {
        self.base
    }

    fn capture(&self, done: Position) -> Option<io::Result<Vec<u8>>> {
        // Where it is locked, `f` asks for this.
        let state = self.state.try_lock().ok()?;
        let is_of_these = !state.is_unclear && state.at.line <= done.line;
        is_of_these.then(|| encode(&state.state))
    }
}

/// Returns the JSON of a state that comes back from it.
fn encode<S: Serialize + DeserializeOwned>(state: &S) -> io::Result<Vec<u8>> {
    let wrong = |error| {
        let wrong =
            format!("the state cannot be kept, for it does not come back from its JSON: {error}");
        io::Error::new(io::ErrorKind::InvalidData, wrong)
    };
    let json = serde_json::to_vec(state).map_err(wrong)?;
    serde_json::from_slice::<S>(&json).map_err(wrong)?;
    Ok(json)
}

/// A state that can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in snapshots",
    label = "a state that is kept is `Serialize + DeserializeOwned + Send`"
)]
pub trait Keepable: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<S: Serialize + DeserializeOwned + Send + 'static> Keepable for S {}

/// Gives the snapshots of a `keep = …`: a flow that keeps a clone of them may be spawned.
#[must_use]
pub fn keeping<S, K: Keeps<S>>(keep: K) -> Snapshots<S> {
    keep.snapshots()
}

/// Gives what `f` makes of a state and each item, as `accumulate`; the state begins as it
/// was kept, or as `init` where none was.
///
/// # Panics
///
/// Where `every` is zero.
#[track_caller]
pub fn accumulate_kept<T, S, U, F, M>(
    _: Ty<(T, Position), M>,
    init: S,
    f: F,
    keep: Snapshots<S>,
    every: usize,
) -> (When<U, AccumulateKept<S, F>>, Ty<U, M>)
where
    S: Keepable,
    F: FnMut(&mut S, T) -> U,
{
    assert!(every > 0, "`every` must not be zero");
    let accumulate = AccumulateKept {
        running: begin(&keep.offsets, init),
        f,
        keep,
        every,
    };
    (accumulate, Ty::of_mode())
}

/// A state that is kept, and what changes it.
pub struct AccumulateKept<S, F> {
    running: Arc<Running<S>>,
    f: F,
    keep: Snapshots<S>,
    every: usize,
}

impl<S: Keepable, F> AccumulateKept<S, F> {
    /// Gives what the function makes of the state and an item.
    pub fn call<T, U>(&mut self, (item, position): (T, Position)) -> U
    where
        F: FnMut(&mut S, T) -> U,
    {
        let state = self.running.state.lock();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let written = state.turn_to(position, self.every);
        state.since += 1;
        // Where `f` panics, this stays.
        let was_unclear = std::mem::replace(&mut state.is_unclear, true);
        let out = (self.f)(&mut state.state, item);
        state.is_unclear = was_unclear;
        drop(state);
        if let Some(written) = written {
            let mut offsets = self.keep.offsets.state();
            if let Some(kept) = &mut offsets.kept {
                kept.wait(written);
            }
        }
        out
    }
}

impl<S: Keepable> State<S> {
    /// Goes on to an item of this line. Gives the state as it is between the last line
    /// and this one, if it is time to write it down.
    fn turn_to(&mut self, to: Position, every: usize) -> Option<Written> {
        let at = std::mem::replace(&mut self.at, to);
        if to.line < at.line {
            self.is_unclear = true;
        }
        if self.is_unclear || to.line == at.line || self.since < every {
            return None;
        }
        self.since = 0;
        let mark = Mark {
            line: at,
            unended: false,
        };
        Some((mark, encode(&self.state)))
    }
}

/// The state of a flow, which begins as it was kept.
fn begin<S: Keepable>(offsets: &Offsets, init: S) -> Arc<Running<S>> {
    let mut offsets = offsets.state();
    let kept = offsets.kept.as_mut().expect("these are snapshots");
    let (base, state) = match kept.base() {
        Some((mark, state)) => {
            let state = serde_json::from_slice(state);
            let state = state.expect("it came back when it was written, or the file opened");
            (mark, state)
        }
        None => (Mark::default(), init),
    };
    let running = Arc::new(Running {
        base,
        state: Mutex::new(State {
            state,
            at: base.line,
            since: 0,
            is_unclear: false,
        }),
    });
    let live: Weak<Running<S>> = Arc::downgrade(&running);
    kept.enter(live);
    running
}
