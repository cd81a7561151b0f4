//! The numbers of a flow as lines, now and then.

use std::{fmt, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{Snapshot, Watch};
use crate::{region::timer::later, terminal::Escaped};

impl Watch {
    /// Writes the numbers of the flow in one line every `d`, and once more when it has ended:
    /// to standard error, or, where the program has a subscriber of `tracing`, as an event at
    /// the level of information.
    ///
    /// Names and messages may hold what they like: a letter that would end the line, or that a
    /// terminal would obey, is written as in a literal, `\n` and `\u{1b}`.
    ///
    /// It is a future, which ends with the flow; nothing is spawned. Whoever wants the lines
    /// runs it beside the flow: with `tokio::spawn`, `tokio::join!` or `select!`. In synchronous
    /// code there is nothing that could run it: take a [`snapshot`](Self::snapshot) from another
    /// thread.
    ///
    /// ```
    /// use flow_runtime::flow;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let slow = async |n: u64| { tokio::time::sleep(Duration::from_secs(1)).await; n };
    /// let job = flow! { #![observe = "slow"] from(0..5) -> then(slow) -> sum::<u64>() };
    /// let log = job.watch().log_every(Duration::from_secs(2));
    /// let (sum, ()) = tokio::join!(job.run(), log);
    /// assert_eq!(sum, 10);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Where `d` is zero, and outside a tokio runtime with time.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    pub async fn log_every(self, d: Duration) {
        assert!(!d.is_zero(), "`log_every` needs a time that is not zero");
        let mut due = later(Instant::now(), d);
        while !self.has_ended() {
            let now = Instant::now();
            if now >= due {
                write(&self.snapshot());
                due = later(now, d);
            }
            // The end is looked for more often than it is logged.
            sleep_until(due.min(now + LOOK)).await;
        }
        write(&self.snapshot());
    }
}

/// The longest time between the end and the last line.
const LOOK: Duration = Duration::from_millis(250);

fn write(snapshot: &Snapshot) {
    #[cfg(feature = "tracing")]
    {
        use tracing::{dispatcher::get_default, subscriber::NoSubscriber};
        if !get_default(|subscriber| subscriber.is::<NoSubscriber>()) {
            tracing::info!(flow = snapshot.name, "{}", Escaped(Line(snapshot)));
            return;
        }
    }
    eprintln!("{snapshot}");
}

/// Writes the numbers in one line, behind the name of the flow; those of which there is nothing
/// to say are left out. What would end the line, or what a terminal would obey, is escaped.
///
/// ```
/// use flow_runtime::flow;
///
/// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
/// let watch = job.watch();
/// job.run();
/// let line = watch.snapshot().to_string();
/// assert!(line.starts_with("sums: ") && line.ends_with(" s, from_0 -> sum_1 2, done"));
/// ```
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, line) = (Escaped(&self.name), Escaped(Line(self)));
        write!(f, "{name}: {line}")
    }
}

/// The numbers in one line, without the name of the flow.
struct Line<'a>(&'a Snapshot);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(snapshot) = self;
        write!(f, "{:.1} s", snapshot.seconds)?;
        for edge in &snapshot.edges {
            write!(f, ", {} -> {} {}", edge.from, edge.to, edge.items)?;
        }
        for queue in snapshot.queues.iter().filter(|queue| queue.waiting > 0) {
            write!(f, ", {} waiting at {}", queue.waiting, queue.stage)?;
            if let Some(bound) = queue.bound {
                write!(f, " of {bound}")?;
            }
        }
        for job in &snapshot.jobs {
            write!(
                f,
                ", {} running {} done {}",
                job.stage, job.running, job.done
            )?;
            if job.failed > 0 {
                write!(f, " failed {}", job.failed)?;
            }
            if let (Some(p50), Some(p99)) = (job.p50, job.p99) {
                write!(f, " p50 {p50:.3} s p99 {p99:.3} s")?;
            }
        }
        for errors in &snapshot.errors {
            write!(f, ", {} errors at {}", errors.count, errors.stage)?;
        }
        for budget in &snapshot.budgets {
            write!(
                f,
                ", {} spent {} of {}",
                budget.stage, budget.spent, budget.total
            )?;
        }
        if let Some(slow) = &snapshot.slow {
            write!(f, ", slow: {slow}")?;
        }
        if let Some(ended) = &snapshot.ended {
            write!(f, ", {ended}")?;
        }
        Ok(())
    }
}
