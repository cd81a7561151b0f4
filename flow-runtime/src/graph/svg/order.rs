//! The order of each row, from left to right.
//!
//! Sweeps down and up sort a row by where the row before has what it is joined
//! to (the barycentre heuristic of Sugiyama, Tagawa and Toda), and the order
//! with the fewest crossings is kept. Two rules make every order one that
//! `place` can draw:
//!
//! - What continues a column is sorted by that column alone, so two columns
//!   never change sides.
//! - What stands in a frame stays together, between the sides of the frame.

use super::split::{Rows, What};

/// Sweeps in each direction.
const SWEEPS: usize = 12;

/// Orders all rows.
#[inline]
pub fn order(rows: &mut Rows) {
    let mut sweep = Sweep::new(rows);
    let all: Vec<usize> = (0..sweep.rows.rows.len()).collect();
    for &row in &all {
        let keys = sweep.rows.rows[row].iter();
        let keys = keys.map(|id| sweep.rows.vertices[*id].seed).collect();
        let frames = sweep.frame_seeds();
        sweep.arrange(row, keys, |frame| frames[frame]);
    }
    let mut best = (sweep.crossings(), sweep.rows.rows.clone());
    for _ in 0..SWEEPS {
        for (down, order) in [
            (true, all.clone()),
            (false, all.iter().rev().copied().collect()),
        ] {
            order
                .windows(2)
                .for_each(|pair| sweep.sort(pair[1], pair[0], down));
            let crossings = sweep.crossings();
            if crossings < best.0 {
                best = (crossings, sweep.rows.rows.clone());
            }
        }
        if best.0 == 0 {
            break;
        }
    }
    sweep.rows.rows = best.1;
}

struct Sweep<'r> {
    rows: &'r mut Rows,
    /// The place of each vertex in its row.
    place: Vec<usize>,
    /// Holds what each vertex is joined to in the row above, and below.
    joined: [Vec<Vec<usize>>; 2],
}

impl<'r> Sweep<'r> {
    #[inline]
    fn new(rows: &'r mut Rows) -> Self {
        let count = rows.vertices.len();
        let mut joined = [vec![Vec::new(); count], vec![Vec::new(); count]];
        for &(above, below) in &rows.links {
            joined[0][below].push(above);
            joined[1][above].push(below);
        }
        Self {
            rows,
            place: vec![0; count],
            joined,
        }
    }

    #[inline]
    fn frame_seeds(&self) -> Vec<f64> {
        let mut seeds = vec![0.0; self.rows.frames];
        for vertex in &self.rows.vertices {
            if let (What::Left, Some(frame)) = (vertex.what, vertex.frame) {
                seeds[frame] = vertex.seed;
            }
        }
        seeds
    }

    /// Sorts a row by the row next to it, which is the one above where the
    /// sweep goes down.
    #[inline]
    fn sort(&mut self, row: usize, fixed: usize, down: bool) {
        let scale = self.rows.rows[fixed].len() as f64 / self.rows.rows[row].len().max(1) as f64;
        let towards = usize::from(!down);
        let ids = self.rows.rows[row].clone();
        let key = |id: usize| {
            let vertex = &self.rows.vertices[id];
            let column = if down { vertex.above } else { vertex.below };
            if let Some(column) = column {
                return self.place[column] as f64;
            }
            match self.joined[towards][id].as_slice() {
                [] => self.place[id] as f64 * scale,
                many => {
                    many.iter()
                        .map(|each| self.place[*each] as f64)
                        .sum::<f64>()
                        / many.len() as f64
                }
            }
        };
        let mut keys: Vec<f64> = ids.iter().map(|id| key(*id)).collect();
        // Where a frame goes on, its sides say where; else its members do.
        let mut frames: Vec<Frame> = vec![Frame::default(); self.rows.frames];
        for (id, key) in ids.iter().zip(&keys) {
            let vertex = &self.rows.vertices[*id];
            let goes_on = if down { vertex.above } else { vertex.below }.is_some();
            let Some(frame) = vertex.frame else { continue };
            match vertex.what {
                What::Left | What::Right if goes_on => frames[frame].sides.push(*key),
                What::Left | What::Right => {}
                _ => frames[frame].members.push(*key),
            }
        }
        // A way back runs right beside the node it begins or ends at.
        for index in 0..ids.len() {
            let vertex = &self.rows.vertices[ids[index]];
            let goes_on = if down { vertex.above } else { vertex.below }.is_some();
            if let (What::Return { from, to }, false) = (vertex.what, goes_on) {
                let node = if down { to } else { from };
                let near = self.rows.vertices[node]
                    .frame
                    .map(|frame| frames[frame].key());
                let beside = ids.iter().position(|id| *id == node).map(|at| keys[at]);
                keys[index] = near.or(beside).unwrap_or(keys[index]) + 0.01;
            }
        }
        self.arrange(row, keys, |frame| frames[frame].key());
    }

    /// Sorts a row by keys, its frames by theirs; equals stay as they are.
    #[inline]
    fn arrange(&mut self, row: usize, keys: Vec<f64>, frame_key: impl Fn(usize) -> f64) {
        let ids = &self.rows.rows[row];
        let mut entries: Vec<_> = ids
            .iter()
            .zip(keys)
            .map(|(&id, key)| {
                let vertex = &self.rows.vertices[id];
                let side = match vertex.what {
                    What::Left => 0,
                    What::Right => 2,
                    _ => 1,
                };
                let outer = vertex.frame.map_or(key, &frame_key);
                let frame = vertex.frame.map_or(0, |frame| frame + 1);
                (self.rows.part[id], outer, frame, side, key, id)
            })
            .collect();
        let first = |frame: usize| {
            let at = ids
                .iter()
                .position(|id| self.rows.vertices[*id].frame == Some(frame - 1));
            at.unwrap_or(0)
        };
        let stands = |entry: &(usize, f64, usize, u8, f64, usize)| match entry.2 {
            0 => self.place[entry.5],
            frame => first(frame),
        };
        entries.sort_by(|a, b| {
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then_with(|| stands(a).cmp(&stands(b)))
                .then(a.2.cmp(&b.2))
                .then(a.3.cmp(&b.3))
                .then(a.4.total_cmp(&b.4))
                .then_with(|| self.place[a.5].cmp(&self.place[b.5]))
        });
        self.rows.rows[row] = entries.iter().map(|entry| entry.5).collect();
        for (place, entry) in entries.iter().enumerate() {
            self.place[entry.5] = place;
        }
    }

    /// Returns how many pairs of links cross.
    #[inline]
    fn crossings(&self) -> usize {
        let mut crossings = 0;
        for row in &self.rows.rows {
            let mut passed: Vec<usize> = Vec::new();
            for id in row {
                let mut ends: Vec<usize> = self.joined[1][*id]
                    .iter()
                    .map(|to| self.place[*to])
                    .collect();
                ends.sort_unstable();
                for end in &ends {
                    crossings += passed.len() - passed.partition_point(|other| other <= end);
                }
                for end in ends {
                    let at = passed.partition_point(|other| *other <= end);
                    passed.insert(at, end);
                }
            }
        }
        crossings
    }
}

/// Says where a frame belongs in a row.
#[derive(Clone, Default)]
struct Frame {
    sides: Vec<f64>,
    members: Vec<f64>,
}

impl Frame {
    #[inline]
    fn key(&self) -> f64 {
        let keys = if self.sides.is_empty() {
            &self.members
        } else {
            &self.sides
        };
        keys.iter().sum::<f64>() / keys.len().max(1) as f64
    }
}
