//! The search for the stage that is the slow one: the one that the others have waited for
//! longest.
//!
//! At every moment the others wait for one stage:
//!
//! 1. While the task of the flow computes, for a stage of the region that computes: the function
//!    that is awaited, where that has its value at once; the stage with the only function that is
//!    called, for the rest.
//! 2. Else, where a region is held up, for what has no room for its items: the region behind
//!    that, where it is at work; the stage itself, where the region behind has taken all that was
//!    finished. Where the region behind is held up as well, for what holds up that one. A stage
//!    that lets items wait for their time, as `rate_limit` does, holds up its region itself.
//! 3. Else for what the first region waits for that is not over: its source, the functions that
//!    it awaits, or, where its source is over, the stage before it that still works. Where all
//!    goes round in a circle, for the stage that has most items.
//!
//! Time in which a region awaits functions is theirs by the time that they have taken. Nothing
//! tells apart several stages of a region whose functions are called, nor the stages of a flow
//! that awaits nothing: none is named where they take the longest.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{moments::Station, shared::Shared};

/// The seconds for which the others have waited for stages; `None` is outside, or unknown.
type Waited = BTreeMap<Option<&'static str>, f64>;

/// Returns the name of the slow stage, where one is.
pub(super) fn stage(shared: &Shared, now: Instant) -> Option<String> {
    let about = shared.about;
    let nanos = shared.nanos(now);
    let spent = |station| seconds(shared.moments.spent(station, nanos));
    let mut waited = Waited::from([(None, spent(Station::Outside))]);
    let mut add = |stage, seconds| *waited.entry(stage).or_default() += seconds;
    for (index, region) in about.regions.iter().enumerate() {
        if !region.yields {
            return None;
        }
        add(region.source, spent(Station::Source(index)));
        let ([at_once, awaited], [computed, others]) = (
            functions(shared, index, now),
            [
                seconds(shared.regions[index].computed()),
                spent(Station::Work(index)),
            ],
        );
        let rest = computed - total(&at_once);
        share(&at_once, computed, &mut add);
        add(region.computes, rest.max(0.0));
        match total(&awaited) > 0.0 {
            true => share(&awaited, others, &mut add),
            false => add(region.awaits, others),
        }
    }
    for (index, queue) in about.queues.iter().enumerate() {
        add(Some(queue.stage), spent(Station::Queue(index)));
    }
    add(fullest(shared), spent(Station::Round));
    let longest = waited.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    longest.0.filter(|_| longest.1 > 0.0).map(ToOwned::to_owned)
}

/// The functions of a region, and the seconds that each has taken.
type Functions = Vec<(&'static str, f64)>;

/// Returns the functions that a region has begun and that had their value at once, and those
/// that it had to wait for.
fn functions(shared: &Shared, region: usize, now: Instant) -> [Functions; 2] {
    let jobs = shared.about.jobs.iter().zip(&shared.jobs);
    let jobs = jobs.filter(|(about, _)| about.region == Some(region));
    let (mut at_once, mut awaited) = (Functions::new(), Functions::new());
    for (about, running) in jobs {
        let [computed, others] = running.seconds(now);
        at_once.push((about.stage, computed));
        if !about.beside {
            awaited.push((about.stage, others));
        }
    }
    [at_once, awaited]
}

fn total(functions: &Functions) -> f64 {
    functions.iter().map(|(_, seconds)| seconds).sum()
}

/// Gives each function its part of a time: no more than it has taken itself, where that is less.
fn share(functions: &Functions, time: f64, add: &mut impl FnMut(Option<&'static str>, f64)) {
    let whole = total(functions).max(f64::MIN_POSITIVE);
    for (stage, seconds) in functions {
        add(Some(stage), seconds * (time / whole).min(1.0));
    }
}

#[allow(clippy::cast_precision_loss, reason = "a time that is compared")]
fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

/// Returns the cut that has most items: those that wait in it, and those that are worked on, in
/// chains of keys as well.
fn fullest(shared: &Shared) -> Option<&'static str> {
    let queues = || shared.about.queues.iter().zip(&shared.queues);
    let items = |stage: &str| -> u64 {
        let is_of = |name: &str| {
            let rest = name.strip_prefix(stage);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let waiting = queues().filter(|(about, _)| is_of(about.stage));
        let waiting = waiting.map(|(_, fill)| fill.waiting());
        let jobs = shared.about.jobs.iter().zip(&shared.jobs);
        let running = jobs.filter(|(about, _)| is_of(about.stage));
        let running = running.map(|(_, running)| running.count());
        waiting.sum::<u64>() + running.sum::<u64>()
    };
    let cuts = queues().filter(|(about, _)| about.told && about.works);
    let cuts = cuts.filter(|(about, _)| about.below.is_some());
    let cuts = cuts.map(|(about, _)| (about.stage, items(about.stage)));
    let (stage, items) = cuts.max_by_key(|(_, items)| *items)?;
    (items > 0).then_some(stage)
}
