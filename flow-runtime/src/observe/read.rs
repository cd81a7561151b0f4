//! The numbers of a flow, added up.

use std::sync::{PoisonError, atomic::Ordering::Relaxed};

use tokio::time::Instant;

use super::{
    ArtifactCounts, BudgetUse, EdgeItems, JobCounts, LimitUse, QueueFill, RegionShares, Snapshot,
    about::EdgeAbout,
    shared::{Life, Shared},
    slow,
    times::shares,
};

impl EdgeAbout {
    fn items(&self, sums: &[u64]) -> EdgeItems {
        let counts = self.counters.iter().filter_map(|index| sums.get(*index));
        EdgeItems {
            from: self.from.into(),
            to: self.to.into(),
            items: counts.sum(),
        }
    }
}

impl Shared {
    /// Returns the numbers as they are now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let (begun, Life { over, ended }) = (self.begun(), self.life());
        let now = over.unwrap_or_else(Instant::now);
        let seconds = begun.map_or(0.0, |begun| {
            now.saturating_duration_since(begun).as_secs_f64()
        });
        let (edges, jobs) = self.edges_and_jobs(now);
        Snapshot {
            name: self.about.name.into(),
            ended,
            slow: slow::stage(self, now),
            seconds,
            edges,
            queues: self.fills(over.is_some()),
            regions: self.shares(now),
            jobs,
            errors: self
                .about
                .errors
                .iter()
                .zip(&self.errors)
                .filter_map(|(stage, errors)| errors.told(stage))
                .collect(),
            artifacts: self.artifacts(),
            limits: self.limits(),
            budgets: self.budgets(),
        }
    }

    /// Returns the items on the edges, and the functions that run.
    ///
    /// The flow goes on meanwhile. So it is read from its end to its beginning: what left a
    /// stage before its functions, and those before what came to it. No stage has then done more
    /// than what came to it, or has given more than what it did. An item that waits for room
    /// in a stage is counted a moment after its function has begun: where it came over one edge,
    /// that edge has it.
    fn edges_and_jobs(&self, now: Instant) -> (Vec<EdgeItems>, Vec<JobCounts>) {
        let about = self.about;
        let first = self.blocks.sums();
        let mut edges: Vec<_> = about.edges.iter().map(|edge| edge.items(&first)).collect();
        let mut jobs = Vec::with_capacity(about.jobs.len());
        for (job, running) in about.jobs.iter().zip(&self.jobs).rev() {
            let sums = self.blocks.sums();
            let sum = |index: usize| sums.get(index).copied().unwrap_or(0);
            let [untimed, failed] = [job.counter, job.counter + 1].map(sum);
            let untimed = [untimed.saturating_sub(failed), failed];
            jobs.push(running.told(job.stage, now, untimed));
            let sums = self.blocks.sums();
            let ways = edges.iter_mut().zip(about.edges);
            let mut ways: Vec<_> = ways.filter(|(_, edge)| edge.to == job.stage).collect();
            for (told, edge) in &mut ways {
                **told = edge.items(&sums);
            }
            if let ([(told, _)], Some(job)) = (&mut *ways, jobs.last()) {
                told.items = told.items.max(job.done + job.failed + job.running);
            }
        }
        jobs.reverse();
        (edges, jobs)
    }

    fn shares(&self, now: Instant) -> Vec<RegionShares> {
        let now = self.nanos(now);
        let regions = self.about.regions.iter().zip(&self.regions);
        let regions = regions.map(|(about, times)| shares(about.stages, times.spent(now), now));
        regions.collect()
    }

    /// Returns what waits, and may: nothing does any more when all is over.
    fn fills(&self, over: bool) -> Vec<QueueFill> {
        let queues = self.about.queues.iter().zip(&self.queues);
        let queues = queues.filter(|(about, _)| about.told);
        let queues = queues.map(|(about, fill)| QueueFill {
            stage: about.stage.into(),
            waiting: if over { 0 } else { fill.waiting() },
            bound: fill.bound(),
        });
        queues.collect()
    }

    fn artifacts(&self) -> Vec<ArtifactCounts> {
        let jobs = self.about.jobs.iter().zip(&self.artifacts);
        let jobs = jobs.filter(|(about, _)| about.ensures);
        let counts = jobs.map(|(about, [extant, derived])| ArtifactCounts {
            stage: about.stage.into(),
            extant: extant.load(Relaxed),
            derived: derived.load(Relaxed),
        });
        counts.collect()
    }

    fn limits(&self) -> Vec<LimitUse> {
        let under = self.under.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = under.limits.iter().map(|(stage, limit)| {
            let (running, waiting, bound) = limit.in_use();
            LimitUse {
                stage: (*stage).into(),
                running,
                waiting,
                bound: Some(bound),
            }
        });
        limits.collect()
    }

    fn budgets(&self) -> Vec<BudgetUse> {
        let under = self.under.lock().unwrap_or_else(PoisonError::into_inner);
        let budgets = under.budgets.iter().map(|(stage, budget)| BudgetUse {
            stage: (*stage).into(),
            spent: budget.spent(),
            total: budget.total(),
        });
        budgets.collect()
    }
}
