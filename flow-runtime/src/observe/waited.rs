//! The search for the stage that all others wait for now.
//!
//! A flow is one task. While it computes, its regions count the time. Between two of its polls
//! nothing changes, so one look at the regions tells who is waited for in the whole time between
//! them. The rule is in [`slow`](super::slow).

use super::{
    moments::Station,
    shared::Shared,
    times::{State, Times},
};

/// Returns the regions that await functions now.
pub(super) fn at_work(shared: &Shared) -> impl Iterator<Item = usize> {
    let regions = shared.regions.iter().enumerate();
    regions.filter_map(|(index, region)| (region.state() == State::Busy).then_some(index))
}

/// Returns the station that all others wait for now; `None` where it is a region that awaits
/// functions.
pub(super) fn waited_for(shared: &Shared) -> Option<Station> {
    let states = || shared.regions.iter().map(Times::state);
    if let Some(held) = states().position(|state| state == State::HeldUp) {
        return behind(shared, held);
    }
    let first = states().position(|state| state != State::Apart)?;
    match shared.regions[first].state() {
        State::Waiting => Some(starved(shared, first).unwrap_or(Station::Round)),
        _ => None,
    }
}

/// Returns the station that a region waits for which is held up: from queue to queue on, up to
/// the first region that is not held up as well.
fn behind(shared: &Shared, held: usize) -> Option<Station> {
    let mut region = held;
    for _ in &shared.regions {
        let queue = shared.regions[region].holder();
        let Some(about) = shared.about.queues.get(queue) else {
            return Some(Station::Outside);
        };
        let (true, Some(below)) = (about.told, about.below) else {
            return Some(Station::Queue(queue));
        };
        match shared.regions[below].state() {
            State::HeldUp => region = below,
            // It has taken all that was finished: it is no reason for the want of room.
            State::Busy if about.works && shared.queues[queue].waiting() == 0 => {
                return Some(Station::Queue(queue));
            }
            State::Busy => return None,
            State::Waiting if !about.works => {
                let starved = starved(shared, below);
                return Some(starved.unwrap_or(Station::Queue(queue)));
            }
            State::Waiting | State::Apart => return Some(Station::Queue(queue)),
        }
    }
    // They hold up each other.
    Some(Station::Round)
}

/// Returns the station that a region waits for which has no input: its source, or the cut before
/// it in which something is on its way.
fn starved(shared: &Shared, region: usize) -> Option<Station> {
    if !shared.about.regions[region].round {
        return Some(Station::Source(region));
    }
    let queues = shared.about.queues.iter().zip(&shared.queues);
    let mut queues = queues.map(|(about, fill)| {
        about.told && about.works && about.below == Some(region) && fill.works()
    });
    queues.position(|works| works).map(Station::Queue)
}
