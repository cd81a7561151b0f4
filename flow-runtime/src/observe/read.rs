//! The numbers of a flow, added up.

use std::sync::{PoisonError, atomic::Ordering::Relaxed};

use tokio::time::Instant;

use super::{
    ArtifactCounts, BudgetUse, EdgeItems, LimitUse, QueueFill, RegionShares, Snapshot,
    shared::{Life, Shared},
    slow,
    times::shares,
};

impl Shared {
    /// Returns the numbers as they are now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let (begun, Life { over, ended }) = (self.begun(), self.life());
        let now = over.unwrap_or_else(Instant::now);
        let seconds = begun.map_or(0.0, |begun| {
            now.saturating_duration_since(begun).as_secs_f64()
        });
        let sums = self.blocks.sums();
        let (edges, regions) = (self.edges(&sums), self.shares(now));
        let sum = |index: usize| sums.get(index).copied().unwrap_or(0);
        Snapshot {
            name: self.about.name.into(),
            ended,
            slow: slow::stage(self, now),
            seconds,
            edges,
            queues: self.fills(over.is_some()),
            regions,
            jobs: self
                .about
                .jobs
                .iter()
                .zip(&self.jobs)
                .map(|(about, running)| {
                    let [untimed, failed] = [about.counter, about.counter + 1].map(sum);
                    running.told(about.stage, now, [untimed.saturating_sub(failed), failed])
                })
                .collect(),
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

    fn edges(&self, sums: &[u64]) -> Vec<EdgeItems> {
        let items = |counters: &[usize]| {
            let counts = counters.iter().filter_map(|index| sums.get(*index));
            counts.sum()
        };
        let edges = self.about.edges.iter().map(|edge| EdgeItems {
            from: edge.from.into(),
            to: edge.to.into(),
            items: items(edge.counters),
        });
        edges.collect()
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
