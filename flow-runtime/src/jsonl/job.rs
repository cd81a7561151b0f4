//! The builder that the row tools share.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::report::{OnError, Report};
use super::tries::Tries;
use crate::Error;
use crate::knobs::{Knob, Steer};
use crate::operators::progress::{Progress, progress_spending};
use crate::operators::then::PLACES;
use crate::ty::Ty;

/// A row tool that is set up, and runs when it is awaited.
///
/// `T` says which one: [`Create`], [`ByKey`] or [`Flat`]. `F` is its future, which is
/// `Send` where the function's futures are.
///
/// # Errors
///
/// Beside those of the tool, one of kind [`Budget`](crate::ErrorKind::Budget) where a
/// [`budget`](Self::budget) is used up.
///
/// # Panics
///
/// Where an option was given that comes to nothing without another, such as
/// [`budget`](Self::budget) without [`cost`](Self::cost).
///
/// # Cancel safety
///
/// Dropped, it stops at once: what was being made is lost, what was being written is
/// written whole or not at all, and the next run goes on from there.
///
/// # Examples
///
/// ```
/// use flow_runtime::{BoxError, jsonl::{self, OnError}};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let (src, dst) = (folder.path().join("orders.jsonl"), folder.path().join("prices.jsonl"));
/// # std::fs::write(&src, "{\"item\":7,\"by\":\"ann\"}\n").unwrap();
/// let job = jsonl::map_by_key(&src, &dst, "item", async |item, _row| {
///     Ok::<_, BoxError>(json!({ "price": item.as_u64().unwrap_or(0) * 10 }))
/// });
/// let job = job.concurrency(8).keep(["by"]).on_error(OnError::Print).progress("prices");
/// assert_eq!(job.await?.written, 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is made until it is awaited"]
pub struct Job<F, T> {
    future: F,
    options: Arc<Mutex<Options>>,
    tool: PhantomData<fn() -> T>,
}

/// The tool [`create_or_resume`](super::create_or_resume), in the type of its [`Job`].
///
/// ```
/// # use std::path::Path;
/// use flow_runtime::{BoxError, Error, jsonl::{self, Create, Job, Report}};
/// use serde_json::json;
///
/// fn rolls(path: &Path) -> Job<impl Future<Output = Result<Report, Error>>, Create> {
///     jsonl::create_or_resume(path, "player", 2, ["ann", "bob"], async |player, roll| {
///         Ok::<_, BoxError>(json!({ "player": player, "roll": roll }))
///     })
/// }
/// ```
#[derive(Debug)]
pub enum Create {}

/// The tool [`map_by_key`](super::map_by_key), in the type of its [`Job`].
///
/// ```
/// # use std::path::Path;
/// use flow_runtime::{BoxError, Error, jsonl::{self, ByKey, Job, Report}};
/// use serde_json::json;
///
/// fn prices(src: &Path, dst: &Path) -> Job<impl Future<Output = Result<Report, Error>>, ByKey> {
///     let tool = jsonl::map_by_key(src, dst, "item", async |item, _row| {
///         Ok::<_, BoxError>(json!({ "price": item.as_u64().unwrap_or(0) * 10 }))
///     });
///     tool.keep(["by"])
/// }
/// ```
#[derive(Debug)]
pub enum ByKey {}

/// The tool [`flat_map`](super::flat_map), in the type of its [`Job`].
///
/// ```
/// # use std::path::Path;
/// use flow_runtime::{BoxError, Error, jsonl::{self, Flat, Job, Report}};
///
/// fn twice(src: &Path, dst: &Path) -> Job<impl Future<Output = Result<Report, Error>>, Flat> {
///     jsonl::flat_map(src, dst, async |row| Ok::<_, BoxError>(vec![row; 2]))
/// }
/// ```
#[derive(Debug)]
pub enum Flat {}

/// A row tool, by the marker in the type of its [`Job`]: it says what one call gives.
///
/// ```
/// use flow_runtime::jsonl::{Create, Flat, Tool};
/// use serde_json::{Value, json};
///
/// fn first<T: Tool<Made = [Value]>>(rows: &[Value]) -> &Value {
///     &T::made(rows)[0]
/// }
/// let rows = [json!({ "id": 1 })];
/// assert_eq!(first::<Flat>(&rows), Create::made(&rows));
/// ```
pub trait Tool {
    /// The output of one call of the function: a row, or several.
    type Made: ?Sized;

    /// Returns the rows of a call as it gave them.
    ///
    /// # Panics
    ///
    /// Where there is no row, and the function gives one.
    ///
    /// ```
    /// use flow_runtime::jsonl::{Flat, Tool};
    ///
    /// assert!(Flat::made(&[]).is_empty());
    /// ```
    fn made(rows: &[Value]) -> &Self::Made;
}

impl Tool for Create {
    type Made = Value;

    fn made(rows: &[Value]) -> &Value {
        &rows[0]
    }
}

impl Tool for ByKey {
    type Made = Value;

    fn made(rows: &[Value]) -> &Value {
        &rows[0]
    }
}

impl Tool for Flat {
    type Made = [Value];

    fn made(rows: &[Value]) -> &[Value] {
        rows
    }
}

/// The options of a job, as they were given before it was awaited.
#[derive(Clone, Default)]
pub(super) struct Options {
    pub(super) tries: Tries,
    pub(super) keep: Vec<String>,
    pub(super) on_error: OnError,
    label: Option<String>,
}

impl Options {
    /// Returns the bar, where one was asked for.
    pub(super) fn bar(&self, total: Option<u64>) -> Bar {
        let (label, budget) = (self.label.clone(), self.tries.budget.clone());
        let bar = label.map(|label| progress_spending(Ty::<()>::new(), label, total, [budget]));
        Bar(Mutex::new(bar))
    }
}

/// A progress bar that may be none.
pub(super) struct Bar(Mutex<Option<Progress>>);

impl Bar {
    /// Counts a row that was written, or failed.
    pub(super) fn tick(&self) {
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = &mut *bar {
            bar.tick();
        }
    }

    pub(super) fn finish(&self) {
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = &mut *bar {
            bar.finish();
        }
    }
}

impl<F, T> Job<F, T> {
    /// Creates a job; the future is given its options when it is polled first.
    pub(super) fn new(make: impl FnOnce(Asked) -> F) -> Self {
        let options = Arc::new(Mutex::new(Options::default()));
        Self {
            future: make(Asked(options.clone())),
            options,
            tool: PhantomData,
        }
    }

    pub(super) fn set(self, set: impl FnOnce(&mut Options)) -> Self {
        set(&mut self.options.lock().unwrap_or_else(PoisonError::into_inner));
        self
    }

    /// Lets up to `n` calls of the function run at once: a number, or a
    /// [`Knob`](crate::inspect::Knob) by reference. One, unless it is said, or a
    /// [`limit`](Self::limit) stands in its place; of both the smaller holds.
    ///
    /// # Panics
    ///
    /// Where `n` is zero. The knob refuses that from now on.
    #[track_caller]
    pub fn concurrency(self, n: impl Steer<usize>) -> Self {
        let n = n.setting(PLACES);
        let knob = n.knob().cloned().unwrap_or_else(|| Knob::new(*n.get()));
        self.set(|options| options.tries.concurrency = Some(knob))
    }

    /// Treats errors in this way: by [`OnError::Raise`], unless it is said.
    pub fn on_error(self, on_error: OnError) -> Self {
        self.set(|options| options.on_error = on_error)
    }

    /// Draws a bar of this name on standard error, where that is a terminal.
    pub fn progress(self, label: impl Into<String>) -> Self {
        self.set(|options| options.label = Some(label.into()))
    }
}

impl<F> Job<F, ByKey> {
    /// Copies these columns from each row of the source to the row that is made of it,
    /// digit by digit. They win over fields of the function's with the same name.
    pub fn keep<I>(self, columns: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.set(|options| options.keep = columns.into_iter().map(Into::into).collect())
    }
}

/// The options of a job, for its future.
pub(super) struct Asked(Arc<Mutex<Options>>);

impl Asked {
    pub(super) fn options(&self) -> Options {
        let options = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        options.clone()
    }
}

impl<F: Future<Output = Result<Report, Error>>, T> IntoFuture for Job<F, T> {
    type Output = Result<Report, Error>;
    type IntoFuture = F;

    #[track_caller]
    fn into_future(self) -> F {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        options.tries.check(Location::caller());
        drop(options);
        self.future
    }
}

impl<F, T> fmt::Debug for Job<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}
