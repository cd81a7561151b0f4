//! The numbers of a flow as lines, now and then.

use std::{fmt::Write as _, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{Snapshot, Watch};

impl Watch {
    /// Writes the numbers of the flow in one line every `d`, and once more when it has ended:
    /// to `tracing`, as an event at the level of information, where that feature is on, else
    /// to standard error.
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
        let mut due = Instant::now() + d;
        while !self.has_ended() {
            let now = Instant::now();
            if now >= due {
                write(&self.snapshot());
                due = now + d;
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
    let line = line(snapshot);
    #[cfg(feature = "tracing")]
    tracing::info!(flow = snapshot.name, "{line}");
    #[cfg(not(feature = "tracing"))]
    eprintln!("{}: {line}", snapshot.name);
}

/// The numbers in one line; those of which there is nothing to say are left out.
fn line(snapshot: &Snapshot) -> String {
    let mut line = format!("{:.1} s", snapshot.seconds);
    for edge in &snapshot.edges {
        let _ = write!(line, ", {} -> {} {}", edge.from, edge.to, edge.items);
    }
    for queue in snapshot.queues.iter().filter(|queue| queue.waiting > 0) {
        let _ = write!(line, ", {} waiting at {}", queue.waiting, queue.stage);
        if let Some(bound) = queue.bound {
            let _ = write!(line, " of {bound}");
        }
    }
    for job in &snapshot.jobs {
        let _ = write!(
            line,
            ", {} running {} done {}",
            job.stage, job.running, job.done
        );
        if job.failed > 0 {
            let _ = write!(line, " failed {}", job.failed);
        }
        if let (Some(p50), Some(p99)) = (job.p50, job.p99) {
            let _ = write!(line, " p50 {p50:.3} s p99 {p99:.3} s");
        }
    }
    for errors in &snapshot.errors {
        let _ = write!(line, ", {} errors at {}", errors.count, errors.stage);
    }
    for budget in &snapshot.budgets {
        let _ = write!(
            line,
            ", {} spent {} of {}",
            budget.stage, budget.spent, budget.total
        );
    }
    if let Some(slow) = &snapshot.slow {
        let _ = write!(line, ", slow: {slow}");
    }
    if let Some(ended) = &snapshot.ended {
        let _ = write!(line, ", {ended}");
    }
    line
}
