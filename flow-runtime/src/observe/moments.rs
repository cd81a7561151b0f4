//! The times for which the stages of a flow were waited for.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::{about::About, times::add};

/// Whoever is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Station {
    /// Whoever is outside the flow: who takes what leaves it.
    Outside,
    /// All that goes round in a circle.
    Round,
    /// The source of a region.
    Source(usize),
    /// The functions that a region awaits, whoever waits for them.
    Work(usize),
    /// A cut that works on its items, or a stage that lets one wait for its time.
    Queue(usize),
}

/// The time for which each station was waited for, or was at work, in nanoseconds. The task of the
/// flow alone writes it.
pub(super) struct Moments {
    regions: usize,
    spent: Box<[AtomicU64]>,
    /// The regions that await functions now.
    at_work: Box<[AtomicBool]>,
    /// The station now; the number of stations while the task is polled.
    now: AtomicUsize,
    since: AtomicU64,
}

impl Moments {
    pub(super) fn of(about: &About) -> Self {
        let regions = about.regions.len();
        let stations = 2 + 2 * regions + about.queues.len();
        Self {
            regions,
            spent: (0..stations).map(|_| AtomicU64::new(0)).collect(),
            at_work: (0..regions).map(|_| AtomicBool::new(false)).collect(),
            now: AtomicUsize::new(stations),
            since: AtomicU64::new(0),
        }
    }

    fn place(&self, station: Station) -> usize {
        match station {
            Station::Outside => 0,
            Station::Round => 1,
            Station::Source(region) => 2 + region,
            Station::Work(region) => 2 + self.regions + region,
            Station::Queue(queue) => 2 + 2 * self.regions + queue,
        }
    }

    /// The task is polled again.
    pub(super) fn resume(&self, now: u64) {
        let elapsed = now.saturating_sub(self.since.load(Relaxed));
        let place = self.now.load(Relaxed);
        if let Some(spent) = self.spent.get(place) {
            self.now.store(self.spent.len(), Relaxed);
            add(spent, elapsed);
        }
        for (region, at_work) in self.at_work.iter().enumerate() {
            if at_work.load(Relaxed) {
                at_work.store(false, Relaxed);
                add(&self.spent[self.place(Station::Work(region))], elapsed);
            }
        }
    }

    /// The task has nothing to do until it is woken: it waits for this station, and these regions
    /// await functions.
    pub(super) fn rest(
        &self,
        station: Option<Station>,
        at_work: impl IntoIterator<Item = usize>,
        now: u64,
    ) {
        self.since.store(now, Relaxed);
        let place = station.map_or(self.spent.len(), |station| self.place(station));
        self.now.store(place, Relaxed);
        for region in at_work {
            self.at_work[region].store(true, Relaxed);
        }
    }

    /// Returns the nanoseconds for which a station was waited for, or was at work, up to now.
    pub(super) fn spent(&self, station: Station, now: u64) -> u64 {
        let place = self.place(station);
        let is_open = match station {
            Station::Work(region) => self.at_work[region].load(Relaxed),
            _ => self.now.load(Relaxed) == place,
        };
        let open = match is_open {
            true => now.saturating_sub(self.since.load(Relaxed)),
            false => 0,
        };
        self.spent[place].load(Relaxed) + open
    }
}
