//! The options of row tools whose calls cost something.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::job::{Job, Tool};
use crate::{Budget, Error, Limit, Retry};

/// Options for calls that cost something: the same as those of `then`. Functions of the
/// error see an [`Error`], in which [`find`](Error::find) looks for the function's own.
///
/// An option that comes to nothing without another (`budget` and `cost`, `units` without
/// `limit`, `give_up` without `refused`, `retry_after` without `retry`) panics where the
/// job is awaited.
///
/// ```
/// use flow_runtime::{Budget, Limit, jsonl};
/// use serde_json::{Value, json};
/// use std::{fmt, time::Duration};
///
/// #[derive(Debug)]
/// struct Refused {
///     retry_after: Duration,
/// }
/// # impl std::error::Error for Refused {}
/// # impl fmt::Display for Refused {
/// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
/// #         f.write_str("refused")
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("answers.jsonl");
/// let (account, spend) = (Limit::adaptive(4..=64).per_minute(500), Budget::new(50.0));
/// let report = jsonl::create_or_resume(&path, "id", 1, 0..20, async |id: u32, _| {
///     Ok::<Value, Refused>(json!({ "id": id, "dollars": 0.25 }))
/// })
/// .limit(&account)
/// .refused(|error| Some(error.find::<Refused>()?.retry_after))
/// .budget(&spend)
/// .cost(|row| row["dollars"].as_f64().unwrap_or(0.0))
/// .await?;
/// assert_eq!((report.written, spend.spent()), (20, 5.0));
/// # Ok(())
/// # }
/// ```
impl<F, T> Job<F, T> {
    /// Calls the function under this limit, in place of [`concurrency`](Self::concurrency);
    /// of both the smaller holds. A limit is shared by all that are given it.
    ///
    /// ```
    /// use flow_runtime::{BoxError, Limit, jsonl};
    /// use serde_json::{Value, json};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let account = Limit::fixed(8).per_minute(60);
    /// let start = tokio::time::Instant::now();
    /// let make = async |id: u32, _| Ok::<_, BoxError>(json!({ "id": id }));
    /// jsonl::create_or_resume(&path, "id", 1, 0..30, make).limit(&account).await?;
    /// assert!(start.elapsed().as_secs() >= 29);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(self, limit: &Limit) -> Self {
        let limit = limit.clone();
        self.set(|options| options.tries.limit = Some(limit))
    }

    /// Counts so many units for a call as `f` says, under the paces of a
    /// [`limit`](Self::limit) that count them. It sees the key for
    /// [`create_or_resume`](super::create_or_resume), else the row of the source.
    ///
    /// ```
    /// use flow_runtime::{BoxError, Limit, jsonl};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let account = Limit::fixed(8).units_per_minute(60);
    /// let start = tokio::time::Instant::now();
    /// let make = async |id: u64, _| Ok::<_, BoxError>(json!({ "id": id }));
    /// let job = jsonl::create_or_resume(&path, "id", 1, [20, 10, 5], make).limit(&account);
    /// job.units(|key| key.as_u64().unwrap_or(0)).await?;
    /// assert!(start.elapsed().as_secs() >= 30);
    /// # Ok(())
    /// # }
    /// ```
    pub fn units(self, f: impl Fn(&Value) -> u64 + Send + Sync + 'static) -> Self {
        self.set(|options| options.tries.asks.units = Some(Arc::new(f)))
    }

    /// Takes an error for a refusal where `f` gives how long to wait. The call goes back in
    /// line without holding a place or spending a try, and all under the limit wait as long;
    /// [`Duration::ZERO`] waits as back-off does.
    ///
    /// ```
    /// use flow_runtime::{Limit, jsonl};
    /// use serde_json::json;
    /// use std::{fmt, sync::atomic::{AtomicU32, Ordering}, time::Duration};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let calls = AtomicU32::new(0);
    /// let make = async |id: u64, _| match calls.fetch_add(1, Ordering::Relaxed) {
    ///     0 => Err(fmt::Error),
    ///     _ => Ok(json!({ "id": id })),
    /// };
    /// let account = Limit::fixed(4);
    /// let job = jsonl::create_or_resume(&path, "id", 1, [1, 2, 3], make).limit(&account);
    /// let report = job.refused(|error| error.is::<fmt::Error>().then_some(Duration::from_secs(1))).await?;
    /// assert_eq!((report.written, calls.into_inner()), (3, 4));
    /// # Ok(())
    /// # }
    /// ```
    pub fn refused(self, f: impl Fn(&Error) -> Option<Duration> + Send + Sync + 'static) -> Self {
        self.set(|options| options.tries.asks.refused = Some(Arc::new(f)))
    }

    /// Gives a call up that was refused for this long after its first try. 15 minutes,
    /// unless it is said. It fails then with an error of kind
    /// [`Timeout`](crate::ErrorKind::Timeout), behind which is the last refusal.
    ///
    /// ```
    /// use flow_runtime::{ErrorKind, jsonl};
    /// use std::{fmt, time::Duration};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let job = jsonl::create_or_resume(&path, "id", 1, [1], async |_, _| Err(fmt::Error));
    /// let job = job.refused(|_| Some(Duration::from_secs(1))).give_up(Duration::from_secs(60));
    /// assert_eq!(job.await.unwrap_err().kind(), ErrorKind::Timeout);
    /// # }
    /// ```
    pub fn give_up(self, after: Duration) -> Self {
        self.set(|options| options.tries.give_up = Some(after))
    }

    /// Pays for calls from this budget: what [`cost`](Self::cost) says of what they gave.
    /// When it is used up no call begins, what runs is finished and written, and the job
    /// ends with an error of kind [`Budget`](crate::ErrorKind::Budget), also under
    /// [`OnError::Print`](super::OnError::Print).
    ///
    /// ```
    /// use flow_runtime::{BoxError, Budget, ErrorKind, jsonl};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let spend = Budget::new(2.5);
    /// let make = async |id: u32, _| Ok::<_, BoxError>(json!({ "id": id }));
    /// let job = jsonl::create_or_resume(&path, "id", 1, 0..100, make).budget(&spend).cost(|_| 1.0);
    /// assert_eq!(job.await.unwrap_err().kind(), ErrorKind::Budget);
    /// assert_eq!(spend.spent(), 3.0);
    /// # }
    /// ```
    pub fn budget(self, budget: &Budget) -> Self {
        let budget = budget.clone();
        self.set(|options| options.tries.budget = Some(budget))
    }

    /// Says what a call cost, by what it gave: the row, or the rows for
    /// [`flat_map`](super::flat_map). Failures cost nothing.
    ///
    /// ```
    /// use flow_runtime::{BoxError, Budget, jsonl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let (src, dst) = (folder.path().join("src.jsonl"), folder.path().join("dst.jsonl"));
    /// std::fs::write(&src, "{\"text\":\"to be\"}\n").unwrap();
    /// let spend = Budget::new(50.0);
    /// let job = jsonl::flat_map(&src, &dst, async |row| Ok::<_, BoxError>(vec![row; 3]));
    /// job.budget(&spend).cost(|rows| 0.5 + rows.len() as f64).await?;
    /// assert_eq!(spend.spent(), 3.5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cost(self, f: impl Fn(&T::Made) -> f64 + Send + Sync + 'static) -> Self
    where
        T: Tool,
    {
        let cost = move |rows: &[Value]| f(T::made(rows));
        self.set(|options| options.tries.asks.cost = Some(Arc::new(cost)))
    }

    /// Calls the function again where it fails, as often and after as long as the policy
    /// says: a number, or a [`Retry`].
    ///
    /// ```
    /// use flow_runtime::jsonl;
    /// use serde_json::json;
    /// use std::{fmt, sync::atomic::{AtomicU32, Ordering}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let calls = AtomicU32::new(0);
    /// let make = async |id: u64, _| match calls.fetch_add(1, Ordering::Relaxed) {
    ///     0 | 1 => Err(fmt::Error),
    ///     _ => Ok(json!({ "id": id })),
    /// };
    /// let report = jsonl::create_or_resume(&path, "id", 1, [1, 2], make).retry(3).await?;
    /// assert_eq!(report.written, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(self, policy: impl Into<Retry>) -> Self {
        let policy = policy.into();
        self.set(|options| options.tries.retry = Some(policy))
    }

    /// Calls the function again only after errors for which `f` returns `true`. A time-out
    /// is always tried again.
    ///
    /// ```
    /// use flow_runtime::jsonl;
    /// use std::{fmt, io, sync::atomic::{AtomicU32, Ordering}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let calls = AtomicU32::new(0);
    /// let make = async |_: u64, _| {
    ///     calls.fetch_add(1, Ordering::Relaxed);
    ///     Err(fmt::Error)
    /// };
    /// let job = jsonl::create_or_resume(&path, "id", 1, [1], make).retry(3);
    /// assert!(job.retry_if(|error| error.is::<io::Error>()).await.is_err());
    /// assert_eq!(calls.into_inner(), 1);
    /// # }
    /// ```
    pub fn retry_if(self, f: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.set(|options| options.tries.asks.retry_if = Some(Arc::new(f)))
    }

    /// Waits as long as `f` says before the function is called again, in place of the
    /// back-off of [`retry`](Self::retry).
    ///
    /// ```
    /// use flow_runtime::jsonl;
    /// use std::{fmt, time::Duration};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let start = tokio::time::Instant::now();
    /// let job = jsonl::create_or_resume(&path, "id", 1, [1], async |_, _| Err(fmt::Error));
    /// let job = job.retry(2).retry_after(|_| Some(Duration::from_secs(30)));
    /// assert!(job.await.is_err());
    /// assert_eq!(start.elapsed().as_secs(), 60);
    /// # }
    /// ```
    pub fn retry_after(
        self,
        f: impl Fn(&Error) -> Option<Duration> + Send + Sync + 'static,
    ) -> Self {
        self.set(|options| options.tries.asks.retry_after = Some(Arc::new(f)))
    }

    /// Gives each try this long. One whose time is over fails with an error of kind
    /// [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```
    /// use flow_runtime::{BoxError, ErrorKind, jsonl};
    /// use serde_json::Value;
    /// use std::{future::pending, time::Duration};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// let never = async |_: u32, _| pending::<Result<Value, BoxError>>().await;
    /// let job = jsonl::create_or_resume(&path, "id", 1, [1], never).timeout(Duration::from_secs(30));
    /// assert_eq!(job.await.unwrap_err().kind(), ErrorKind::Timeout);
    /// # }
    /// ```
    pub fn timeout(self, each: Duration) -> Self {
        self.set(|options| options.tries.timeout = Some(each))
    }
}
