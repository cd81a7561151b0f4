//! The numbers of a flow at one time.

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

/// Defines structs of public fields that serialize under the names of their fields.
macro_rules! figures {
    ($($(#[$outer:meta])* pub struct $name:ident {
        $($(#[$inner:meta])* pub $field:ident: $of:ty,)*
    })*) => {$(
        $(#[$outer])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$inner])* pub $field: $of,)*
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let count = [$(stringify!($field)),*].len();
                let mut fields = serializer.serialize_struct(stringify!($name), count)?;
                $(fields.serialize_field(stringify!($field), &self.$field)?;)*
                fields.end()
            }
        }
    )*};
}

figures! {
    /// The numbers of a flow at one time: what [`Watch::snapshot`](super::Watch::snapshot)
    /// gives.
    ///
    /// Stages have the names of the user's statements, else the operator's with its place:
    /// `map_3`. A stage within braces, or between `scatter` and `gather`, stands behind the
    /// stage it is within: `by_key_2.map_1`.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::Snapshot};
    ///
    /// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// let watch = job.watch();
    /// job.run();
    /// let told: Snapshot = watch.snapshot();
    /// let json = serde_json::to_string(&told)?;
    /// assert!(json.starts_with(r#"{"name":"sums","ended":"done""#));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Snapshot {
        /// The name of the flow: that of `#![observe = "name"]`, else its file and line.
        pub name: String,
        /// The end of the flow: `done`, `error: …`, `panic` or `cancelled`; `None` while
        /// it has not. A piece ends with its last copy, and is done where every copy that took
        /// an item has had the end of its input.
        pub ended: Option<String>,
        /// The stage that was at work longest, or was waited for; of several alike, the one
        /// nearest to the end. Functions of one loop that nothing tells apart are all named:
        /// `map_1 or fold_3`.
        pub slow: Option<String>,
        /// The seconds since the flow began, to its end where it has ended.
        pub seconds: f64,
        /// The items on each edge: first those of [`Graph::edges`](crate::graph::Graph::edges), in its
        /// order, then those of chains within elements.
        pub edges: Vec<EdgeItems>,
        /// The items that wait in operators between regions.
        pub queues: Vec<QueueFill>,
        /// The shares of their time that the regions of an asynchronous flow spend.
        ///
        /// A synchronous flow that is run is one region, at work from beginning to end; one
        /// that is taken from, or emitted into, item by item has none: no clock is read.
        pub regions: Vec<RegionShares>,
        /// The functions that run for the items of a stage.
        pub jobs: Vec<JobCounts>,
        /// The errors of the stages that have had any.
        pub errors: Vec<StageErrors>,
        /// The outcomes of the artifacts that came to an `ensure`.
        pub artifacts: Vec<ArtifactCounts>,
        /// The limits that stages run under.
        pub limits: Vec<LimitUse>,
        /// The budgets that stages spend.
        pub budgets: Vec<BudgetUse>,
    }

    /// The items that have gone over an edge so far.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::EdgeItems};
    ///
    /// let job = flow! { #![observe] from([1, 2]) -> sum::<u8>() };
    /// let watch = job.watch();
    /// job.run();
    /// let edge: EdgeItems = watch.snapshot().edges.remove(0);
    /// assert_eq!((edge.from.as_str(), edge.to.as_str(), edge.items), ("from_0", "sum_1", 2));
    /// ```
    pub struct EdgeItems {
        /// The stage they come from.
        pub from: String,
        /// The stage they go to.
        pub to: String,
        /// Their number.
        pub items: u64,
    }

    /// The items that wait in a stage. Of one in a chain of keys, or in a piece, both numbers
    /// are the sums over all copies that live.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{flow, inspect::QueueFill};
    ///
    /// let job = flow! { #![observe] from(0..9) -> buffer(4) -> count() };
    /// let watch = job.watch();
    /// job.run().await;
    /// let queue: QueueFill = watch.snapshot().queues.remove(0);
    /// assert_eq!((queue.stage.as_str(), queue.waiting, queue.bound), ("buffer_1", 0, Some(4)));
    /// # Ok(())
    /// # }
    /// ```
    pub struct QueueFill {
        /// The stage.
        pub stage: String,
        /// The number of items that wait.
        pub waiting: u64,
        /// The most that may wait; `None` where there is no bound.
        pub bound: Option<u64>,
    }

    /// The shares of the flow's time that a region, the stages of one loop, spends. They add up
    /// to 1.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{flow, inspect::RegionShares};
    ///
    /// let job = flow! { #![observe] from(0..9) -> buffer(4) -> count() };
    /// let watch = job.watch();
    /// job.run().await;
    /// let region: RegionShares = watch.snapshot().regions.remove(1);
    /// assert_eq!(region.stages, ["count_2"]);
    /// assert!((region.busy + region.waiting + region.held_up - 1.0).abs() < 1e-9);
    /// # Ok(())
    /// # }
    /// ```
    pub struct RegionShares {
        /// The stages, in the order of the graph.
        pub stages: Vec<String>,
        /// The share in which it works, or waits for a function that a stage awaits.
        pub busy: f64,
        /// The share in which it waits for input, has not begun, or is over.
        pub waiting: f64,
        /// The share in which what is behind it takes nothing more, or a stage of its own lets
        /// an item wait for its time.
        pub held_up: f64,
    }

    /// The functions that run for the items of a stage.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{flow, inspect::JobCounts};
    ///
    /// let job = flow! { #![observe] from(0..9) -> then(async |n: u8| n) -> count() };
    /// let watch = job.watch();
    /// job.run().await;
    /// let jobs: JobCounts = watch.snapshot().jobs.remove(0);
    /// assert_eq!((jobs.stage.as_str(), jobs.running, jobs.done), ("then_1", 0, 9));
    /// assert!(jobs.p50 <= jobs.p99);
    /// # Ok(())
    /// # }
    /// ```
    pub struct JobCounts {
        /// The stage.
        pub stage: String,
        /// The number that run now.
        pub running: u64,
        /// The number that have ended well.
        pub done: u64,
        /// The number that have failed.
        pub failed: u64,
        /// The median time of one that has ended, in seconds, within 4 %.
        pub p50: Option<f64>,
        /// The time in seconds that 99 of 100 keep within, within 4 %.
        pub p99: Option<f64>,
        /// The oldest that run now, oldest first.
        pub oldest: Vec<OldestJob>,
    }

    /// A function that runs.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{flow, inspect::OldestJob};
    ///
    /// let job = flow! { #![observe] from(0..9) -> then(async |n: u8| n) -> count() };
    /// let watch = job.watch();
    /// job.run().await;
    /// let oldest: Vec<OldestJob> = watch.snapshot().jobs[0].oldest.clone();
    /// assert!(oldest.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub struct OldestJob {
        /// The key of its artifact, or the number of its item.
        pub key: String,
        /// The seconds for which it runs.
        pub seconds: f64,
    }

    /// The errors of a stage.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::StageErrors};
    ///
    /// let job = flow! { #![observe] from(["1", "x"]) -> map(str::parse::<u8>)? else drop -> count() };
    /// let watch = job.watch();
    /// job.run();
    /// let errors: StageErrors = watch.snapshot().errors.remove(0);
    /// assert_eq!((errors.count, errors.last[0].as_str()), (1, "invalid digit found in string"));
    /// ```
    pub struct StageErrors {
        /// The stage.
        pub stage: String,
        /// Their number.
        pub count: u64,
        /// The last messages, the newest last.
        pub last: Vec<String>,
    }

    /// The outcomes of the artifacts that came to a stage.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// # use flow_runtime::{Keyed, Store, extant};
    /// # #[extant(key = id)]
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Answer { id: u32 }
    /// use flow_runtime::{flow, inspect::ArtifactCounts};
    ///
    /// let store = Store::<Answer>::memory();
    /// let job = flow! { #![observe] from([1, 1, 2]) -> map(|id| Keyed::new(id, Answer { id })) -> ensure(&store)? -> count() };
    /// let watch = job.watch();
    /// job.run().await?;
    /// let counts: ArtifactCounts = watch.snapshot().artifacts.remove(0);
    /// assert_eq!((counts.extant, counts.derived), (1, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub struct ArtifactCounts {
        /// The stage.
        pub stage: String,
        /// The number that were stored already.
        pub extant: u64,
        /// The number that were made.
        pub derived: u64,
    }

    /// A limit that a stage runs under.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{Limit, flow, inspect::LimitUse};
    ///
    /// let limit = Limit::fixed(3);
    /// let job = flow! { #![observe] from(0..9) -> then(async |n: u8| n, limit = &limit) -> count() };
    /// let watch = job.watch();
    /// job.run().await;
    /// let used: LimitUse = watch.snapshot().limits.remove(0);
    /// assert_eq!((used.stage.as_str(), used.running, used.bound), ("then_1", 0, Some(3)));
    /// # Ok(())
    /// # }
    /// ```
    pub struct LimitUse {
        /// The stage.
        pub stage: String,
        /// The number that run under it now, of all who share it.
        pub running: u64,
        /// The number that wait for it, of all who share it.
        pub waiting: u64,
        /// The most that may run at once now; `None` where only the rate is limited.
        pub bound: Option<u64>,
    }

    /// A budget that a stage spends.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// use flow_runtime::{Budget, flow, inspect::BudgetUse};
    ///
    /// let spend = Budget::new(50.0);
    /// let ask = async |n: u8| Ok::<_, std::io::Error>(n);
    /// let job = flow! { #![observe] from(0..9) -> then(ask, budget = &spend, cost = |_| 1.5)? -> count() };
    /// let watch = job.watch();
    /// job.run().await?;
    /// let used: BudgetUse = watch.snapshot().budgets.remove(0);
    /// assert_eq!((used.spent, used.total), (13.5, 50.0));
    /// # Ok(())
    /// # }
    /// ```
    pub struct BudgetUse {
        /// The stage.
        pub stage: String,
        /// The amount that is spent, of all who share it.
        pub spent: f64,
        /// The amount that there is.
        pub total: f64,
    }
}
