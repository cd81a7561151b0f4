//! The compiler's knowledge of a flow that is observed: a constant in the expansion.

use crate::graph::Graph;

/// A flow, as the compiler knows it. Stages are names; the rest are indices.
pub struct About {
    /// The name of the flow.
    pub name: &'static str,
    /// The picture.
    pub graph: &'static Graph,
    /// The edges, those of the picture first.
    pub edges: &'static [EdgeAbout],
    /// The loops of a flow that awaits.
    pub regions: &'static [RegionAbout],
    /// The cuts and rings between loops, and where items wait at fan-ins.
    pub queues: &'static [QueueAbout],
    /// The stages whose functions are awaited.
    pub jobs: &'static [JobAbout],
    /// The stages that may fail.
    pub errors: &'static [&'static str],
}

/// An edge.
pub struct EdgeAbout {
    /// The stage that gives.
    pub from: &'static str,
    /// The stage that takes.
    pub to: &'static str,
    /// The counters that add up to its items: one for each place in the code where an
    /// item takes it.
    pub counters: &'static [usize],
}

/// A loop.
pub struct RegionAbout {
    /// Its stages.
    pub stages: &'static [&'static str],
    /// The source that it pulls from, where it has one alone.
    pub source: Option<&'static str>,
    /// True where no source of it is awaited: where it waits, it waits for what goes round.
    pub round: bool,
    /// The stages that compute for as long as no other stage of it is known to, in words: those
    /// with functions that are called, else the iterator that it pulls from, or its only stage.
    pub computes: Option<&'static str>,
    /// The stage that is awaited, where no function is.
    pub awaits: Option<&'static str>,
    /// True where the clock is read as it yields. A flow that awaits nothing is one loop, at
    /// work from the beginning to the end.
    pub yields: bool,
}

/// A place where items wait.
pub struct QueueAbout {
    /// The stage that they wait in, or for.
    pub stage: &'static str,
    /// True where the stage itself works on what waits, or lets it wait for a time: else
    /// what is behind it does.
    pub works: bool,
    /// The loop that takes what waits; `None` in the chain of a key.
    pub below: Option<usize>,
    /// True where what waits is told. Else it is a stage that paces its loop: an item waits for
    /// its time, and none behind it.
    pub told: bool,
}

/// A stage whose functions are awaited.
pub struct JobAbout {
    /// The stage.
    pub stage: &'static str,
    /// The loop that begins them; `None` in the chain of a key, and in pieces.
    pub region: Option<usize>,
    /// True where they run beside it. Else it waits for them.
    pub beside: bool,
    /// True where artifacts come to it.
    pub ensures: bool,
    /// The first of its counters: of functions that were not timed, of those among them that
    /// failed, and the number of the first at which the next is timed.
    pub counter: usize,
}
