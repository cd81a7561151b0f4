//! Columns, and what holds them apart.
//!
//! Every column has one x. Neighbours in a row keep their distance, which is a
//! constraint on two columns.

use super::split::{Rows, Vertex, What};

/// The space between two neighbours in a row.
#[inline]
fn between(left: &Vertex, right: &Vertex) -> f64 {
    let space = match (left.what, right.what) {
        (What::Left, _) | (_, What::Right) => 14.0,
        (What::Node, What::Node) | (What::Right, What::Left) => 26.0,
        (What::Bend | What::Return { .. }, What::Bend | What::Return { .. }) => 16.0,
        _ => 20.0,
    };
    (space + (left.width + right.width) / 2.0)
        .max(if left.what == What::Left {
            left.head
        } else {
            0.0
        })
        .max(if right.what == What::Right {
            right.head
        } else {
            0.0
        })
}

/// The columns, and what holds them apart.
pub struct Columns {
    /// The column of each vertex.
    pub of: Vec<usize>,
    /// Says how many there are.
    pub count: usize,
    /// Every column after all to the left of it.
    pub order: Vec<usize>,
    /// (column, column to the right of it, distance).
    pub apart: Vec<(usize, usize, f64)>,
    /// Holds what is to the left, as indices into `apart`, and to the right.
    lefts: Vec<Vec<usize>>,
    rights: Vec<Vec<usize>>,
}

/// The columns of all rows.
#[inline]
pub fn columns(rows: &Rows) -> Columns {
    let mut of = vec![usize::MAX; rows.vertices.len()];
    let mut count = 0;
    for row in &rows.rows {
        for &id in row {
            of[id] = match rows.vertices[id].above {
                Some(above) => of[above],
                None => {
                    count += 1;
                    count - 1
                }
            };
        }
    }
    let mut apart = Vec::new();
    let (mut lefts, mut rights) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for row in &rows.rows {
        for pair in row.windows(2) {
            if rows.part[pair[0]] != rows.part[pair[1]] {
                continue;
            }
            let distance = between(&rows.vertices[pair[0]], &rows.vertices[pair[1]]);
            let (left, right) = (of[pair[0]], of[pair[1]]);
            lefts[right].push(apart.len());
            rights[left].push(apart.len());
            apart.push((left, right, distance));
        }
    }
    let mut unmet: Vec<usize> = lefts.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..count).filter(|column| unmet[*column] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for &constraint in &rights[order[next]] {
            let (_, right, _) = apart[constraint];
            unmet[right] -= 1;
            if unmet[right] == 0 {
                order.push(right);
            }
        }
        next += 1;
    }
    debug_assert_eq!(order.len(), count, "no two columns change sides");
    Columns {
        of,
        count,
        order,
        apart,
        lefts,
        rights,
    }
}

impl Columns {
    /// As near to the wishes as pushing right allows.
    #[inline]
    pub fn push_right(&self, wishes: &[f64]) -> Vec<f64> {
        let mut x = wishes.to_vec();
        for &column in &self.order {
            for &constraint in &self.lefts[column] {
                let (left, _, distance) = self.apart[constraint];
                x[column] = x[column].max(x[left] + distance);
            }
        }
        x
    }

    /// As near to the wishes as pushing left allows.
    #[inline]
    pub fn push_left(&self, wishes: &[f64]) -> Vec<f64> {
        let mut x = wishes.to_vec();
        for &column in self.order.iter().rev() {
            for &constraint in &self.rights[column] {
                let (_, right, distance) = self.apart[constraint];
                x[column] = x[column].min(x[right] - distance);
            }
        }
        x
    }

    /// Between what is left and what is right of a column.
    #[inline]
    pub fn room(&self, column: usize, x: &[f64]) -> (f64, f64) {
        let lefts = self.lefts[column].iter().map(|at| self.apart[*at]);
        let rights = self.rights[column].iter().map(|at| self.apart[*at]);
        (
            lefts
                .map(|(left, _, distance)| x[left] + distance)
                .fold(f64::NEG_INFINITY, f64::max),
            rights
                .map(|(_, right, distance)| x[right] - distance)
                .fold(f64::INFINITY, f64::min),
        )
    }
}
