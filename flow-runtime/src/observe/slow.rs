//! The search for the stage that is the slow one: the one that is at work, or waited for, longest.
//!
//! A stage has a time of its own:
//!
//! 1. A function that is awaited, by a region that goes no further meanwhile: as long as it takes.
//! 2. The stage with the only function that a region calls: as long as the region computes.
//! 3. A stage beside the regions, such as jobs that run concurrently: as long as a region is held
//!    up by it, for all its places are taken by what it works on. A stage that lets items wait for
//!    their time, as `rate_limit` does, holds up its region itself.
//! 4. A source: as long as the first region that is not over waits for it, and no region is held
//!    up. Where that region's source is over, it is the stage before it that still works; where
//!    all goes round in a circle, the stage that has most items.
//!
//! While the task of the flow computes, no other time goes on. Where the longest times are alike
//! within a twentieth, it is the stage nearest to the end: its items wait before it, or it would
//! be idle. Nothing tells apart several stages of a region whose functions are called, nor the
//! stages of a flow that awaits nothing: of the former all are named, of the latter none.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{moments::Station, shared::Shared};

/// The times of stages; `None` is outside, or unknown.
#[derive(Default)]
struct Taken(BTreeMap<Option<&'static str>, Time>);

/// The time of a stage.
#[derive(Default)]
struct Time {
    seconds: f64,
    /// The greater, the nearer to the end of the flow.
    place: usize,
}

impl Taken {
    fn add(&mut self, place: usize, stage: Option<&'static str>, seconds: f64) {
        let time = self.0.entry(stage).or_default();
        time.seconds += seconds;
        time.place = time.place.max(place);
    }

    /// Returns the stage that has taken longest; of several alike, the one nearest to the end.
    fn longest(self) -> Option<&'static str> {
        let most = self.0.values().map(|time| time.seconds);
        let most = most.fold(0.0, f64::max);
        let alike = self
            .0
            .into_iter()
            .filter(|(_, time)| time.seconds > 0.0 && time.seconds >= most * ALIKE);
        alike.max_by_key(|(_, time)| time.place)?.0
    }
}

/// The part of the longest time from which on another is alike.
const ALIKE: f64 = 0.95;

/// Returns the name of the slow stage, where one is.
pub(super) fn stage(shared: &Shared, now: Instant) -> Option<String> {
    let about = shared.about;
    let nanos = shared.nanos(now);
    let spent = |station| seconds(shared.moments.spent(station, nanos));
    let mut taken = Taken::default();
    taken.add(0, None, spent(Station::Outside));
    for (index, region) in about.regions.iter().enumerate() {
        if !region.yields {
            return None;
        }
        let place = 3 * index + 2;
        taken.add(place, region.source, spent(Station::Source(index)));
        let place = place + 1;
        let [at_once, awaited] = functions(shared, index, now);
        let computed = seconds(shared.regions[index].computed());
        let others = spent(Station::Work(index));
        let rest = computed - total(&at_once);
        let mut add = |stage, seconds| taken.add(place, stage, seconds);
        share(&at_once, computed, &mut add);
        add(region.computes, rest.max(0.0));
        match total(&awaited) > 0.0 {
            true => share(&awaited, others, &mut add),
            false => add(region.awaits, others),
        }
    }
    for (index, queue) in about.queues.iter().enumerate() {
        let place = queue.below.map_or(0, |below| 3 * below + 1);
        taken.add(place, Some(queue.stage), spent(Station::Queue(index)));
    }
    taken.add(0, fullest(shared), spent(Station::Round));
    taken.longest().map(ToOwned::to_owned)
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
