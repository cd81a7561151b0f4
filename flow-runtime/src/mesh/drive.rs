//! Defines how all of a mesh is made to work, by a scheduler.

use super::{
    MeshOf,
    kind::Kind,
    scheduler::{Scheduler, Turn},
};
use crate::error::Error;

/// # Errors and panics
///
/// As of [`next`](MeshOf::next): the error of a behaviour ends the run, which can be
/// gone on with.
impl<K: Kind> MeshOf<K> {
    /// Takes turns until the scheduler has none to give, and gives the number of
    /// items worked on.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, RoundRobin};
    ///
    /// let mut mesh = Mesh::new();
    /// let sink = mesh.tasklet("sink", |_: u32, _| ());
    /// let start = mesh.tasklet("start", move |n: u32, mail| mail.send(sink, n));
    /// mesh.send(start, 1)?;
    /// let mut scheduler = RoundRobin::new([start.id(), sink.id()]);
    /// assert_eq!(mesh.run(&mut scheduler)?, 2);
    /// assert_eq!(scheduler.rounds(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn run<S: Scheduler<Self> + ?Sized>(&mut self, scheduler: &mut S) -> Result<usize, Error> {
        self.turns(scheduler)
    }

    /// Takes one turn of a scheduler, and gives whether there was one.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, RoundRobin};
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// mesh.send(node, 1)?;
    /// let mut scheduler = RoundRobin::new([node.id()]);
    /// assert!(mesh.step(&mut scheduler)?);
    /// assert!(!mesh.step(&mut scheduler)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn step<S: Scheduler<Self> + ?Sized>(&mut self, scheduler: &mut S) -> Result<bool, Error> {
        let Some(turn) = scheduler.next(self) else {
            return Ok(false);
        };
        let index = turn.id().index(self.post.tag);
        self.by_hand(index, |mesh| mesh.turn(turn, index))?;
        Ok(true)
    }

    /// Runs until nothing waits, round robin in the order in which the nodes were
    /// made, and gives the number of items worked on.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// mesh.send(node, 1)?;
    /// assert_eq!(mesh.run_all()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_all(&mut self) -> Result<usize, Error> {
        let (at, worked) = (0, false);
        self.turns(&mut All { at, worked })
    }

    /// Takes turns, with an eye on the clock.
    #[inline]
    #[track_caller]
    fn turns<S: Scheduler<Self> + ?Sized>(&mut self, scheduler: &mut S) -> Result<usize, Error> {
        let mut worked = 0;
        // What a behaviour asked for before it panicked.
        self.settle();
        self.clock.start(&mut self.places);
        let mut result = Ok(());
        while let Some(turn) = scheduler.next(self) {
            let index = turn.id().index(self.post.tag);
            let alone = self.clock.begin(&mut self.places, index);
            let taken = self.turn(turn, index);
            if alone {
                self.clock.end(&mut self.places[index].time);
            }
            match taken {
                Ok(items) => worked += items,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        self.clock.share(&mut self.places);
        result.map(|()| worked)
    }
}

/// All nodes that have work, round robin in the order in which they were made.
struct All {
    at: usize,
    /// True when there was work in this round.
    worked: bool,
}

impl<K: Kind> Scheduler<MeshOf<K>> for All {
    #[inline]
    fn next(&mut self, mesh: &mut MeshOf<K>) -> Option<Turn> {
        loop {
            if self.at == mesh.places.len() {
                self.at = 0;
                if !std::mem::take(&mut self.worked) {
                    return None;
                }
            }
            let ready = mesh.post.slots[self.at].is_ready();
            self.at += 1;
            if ready {
                self.worked = true;
                return Some(Turn::All(mesh.id(self.at - 1)));
            }
        }
    }
}
