//! The search for the stage that is the slow one.
//!
//! 1. Where regions are held up for a tenth of their time or more, it is behind the last of
//!    them: the stage that has no room, where it is one that works, else the costliest stage of
//!    the region behind it. `buffer`, `latest` and rings do not work.
//! 2. Else, where a region works for half of its time or more, it is the costliest stage of
//!    the one that works most. Nothing tells the stages of a flow apart that awaits nothing.
//! 3. Else, where the first region waits for half of its time or more, it is its source; or,
//!    where that is never waited for, as in a circle, the stage that has most items now: those
//!    that wait in it, and those that its functions run for.
//!
//! The costliest stage of a region is the one whose functions have taken most time; in a
//! region of which none is awaited no clock is read, and it is the last of its stages.

use tokio::time::Instant;

use super::{RegionShares, shared::Shared};

const HELD_UP: f64 = 0.1;
const MOSTLY: f64 = 0.5;

/// Returns the name of the slow stage, where one is.
pub(super) fn stage(shared: &Shared, shares: &[RegionShares], now: Instant) -> Option<String> {
    let held = shares.iter().rposition(|region| region.held_up >= HELD_UP);
    if let Some(held) = held {
        let queue = shared.about.queues.get(shared.regions[held].holder())?;
        return match queue.works {
            true => Some(queue.stage.into()),
            false => costliest(shared, queue.below?, now),
        };
    }
    let busiest = (0..shares.len()).max_by(|a, b| shares[*a].busy.total_cmp(&shares[*b].busy))?;
    if !shared.about.regions.get(busiest)?.yields {
        return None;
    }
    if shares[busiest].busy >= MOSTLY {
        return costliest(shared, busiest, now);
    }
    let first = shared.about.regions.first()?;
    if shares[0].waiting < MOSTLY {
        return None;
    }
    match first.round {
        true => fullest(shared),
        false => first.source.map(Into::into),
    }
}

/// Returns the stage of those that work beside the regions that has most items.
fn fullest(shared: &Shared) -> Option<String> {
    let run = |stage: &str| -> u64 {
        let jobs = shared.about.jobs.iter().zip(&shared.jobs);
        let jobs = jobs.filter(|(about, _)| about.stage == stage);
        jobs.map(|(_, running)| running.count()).sum()
    };
    let queues = shared.about.queues.iter().zip(&shared.queues);
    // What waits in the chain of a key is among what the chain works on.
    let queues = queues.filter(|(about, _)| about.works && about.below.is_some());
    let held = queues.map(|(about, fill)| (about.stage, fill.waiting() + run(about.stage)));
    let fullest = held.max_by_key(|(_, items)| *items)?;
    (fullest.1 > 0).then(|| fullest.0.into())
}

/// Returns the stage of a region that takes most time.
fn costliest(shared: &Shared, region: usize, now: Instant) -> Option<String> {
    let jobs = shared.about.jobs.iter().zip(&shared.jobs);
    let jobs = jobs.filter(|(about, _)| about.region == Some(region));
    let costs = jobs.map(|(about, running)| (about.stage, running.seconds(now)));
    let costliest = costs.max_by(|a, b| a.1.total_cmp(&b.1));
    let last = || shared.about.regions.get(region)?.stages.last().copied();
    costliest
        .map(|(stage, _)| stage)
        .or_else(last)
        .map(Into::into)
}
