//! The x of every vertex.
//!
//! Each column would like to stand at the mean of what it is joined to. First
//! columns may push others: pushing all right until nothing is too near is one
//! solution, pushing them left another, and the mean of two solutions is a
//! solution. Then each moves as far as there is room, and nothing is pushed.

use super::{
    columns::{Columns, columns},
    split::{Rows, What},
};

/// Rounds of pushing, which find the shape.
const PUSHES: usize = 4;
/// Rounds of settling, which straighten it.
const SETTLES: usize = 120;
/// Between two parts that nothing joins.
const PARTS: f64 = 36.0;

/// The x of every vertex, from 0; how wide all of them are.
#[inline]
pub fn across(rows: &Rows) -> (Vec<f64>, f64) {
    let columns = columns(rows);
    let sides = sides(rows, &columns);
    let pulls = pulls(rows, &columns);
    let mut x = columns.push_right(&vec![0.0; columns.count]);
    let wish = |column: usize, x: &[f64]| {
        let pulls = &pulls[column];
        let sum: f64 = pulls.iter().map(|(other, weight)| x[*other] * weight).sum();
        let weight: f64 = pulls.iter().map(|(_, weight)| weight).sum();
        if weight == 0.0 {
            x[column]
        } else {
            sum / weight
        }
    };
    for _ in 0..PUSHES {
        let wanted: Vec<f64> = (0..x.len()).map(|column| wish(column, &x)).collect();
        let (right, left) = (columns.push_right(&wanted), columns.push_left(&wanted));
        for (x, (right, left)) in x.iter_mut().zip(right.iter().zip(&left)) {
            // Half of the way: two that are joined must not change places for
            // ever.
            *x = f64::midpoint(*x, f64::midpoint(*right, *left));
        }
        tighten(&columns, &sides, &mut x);
    }
    for round in 0..SETTLES {
        match round % 4 {
            0 => loosen(&columns, &sides, [1, -1], &mut x),
            2 => loosen(&columns, &sides, [-1, 1], &mut x),
            _ => {}
        }
        for &column in columns.order.iter().filter(|column| sides[**column] == 0) {
            let (low, high) = columns.room(column, &x);
            if low <= high {
                x[column] = wish(column, &x).clamp(low, high);
            }
        }
        tighten(&columns, &sides, &mut x);
    }
    let x = columns.of.iter().map(|column| x[*column]).collect();
    side_by_side(rows, x)
}

/// The columns that are the left side of a frame (1), or the right one (-1).
#[inline]
fn sides(rows: &Rows, columns: &Columns) -> Vec<i8> {
    let mut sides = vec![0; columns.count];
    for (id, vertex) in rows.vertices.iter().enumerate() {
        match vertex.what {
            What::Left => sides[columns.of[id]] = 1,
            What::Right => sides[columns.of[id]] = -1,
            _ => {}
        }
    }
    sides
}

/// Returns what each column would like to be near to, and how much.
#[inline]
fn pulls(rows: &Rows, columns: &Columns) -> Vec<Vec<(usize, f64)>> {
    let mut pulls = vec![Vec::new(); columns.count];
    let mut pull = |a: usize, b: usize, weight: f64| {
        let (a, b) = (columns.of[a], columns.of[b]);
        if a != b {
            pulls[a].push((b, weight));
            pulls[b].push((a, weight));
        }
    };
    for &(above, below) in &rows.links {
        pull(above, below, 1.0);
    }
    let back = rows.paths.iter().zip(&rows.back).filter(|(_, back)| **back);
    for (path, _) in back {
        pull(path[0], path[1], 0.1);
        pull(path[path.len() - 1], path[path.len() - 2], 0.1);
    }
    pulls
}

/// Moves the sides of frames outwards, so that what is in them can move; where
/// two frames face each other, those of the side named first.
#[inline]
fn loosen(columns: &Columns, sides: &[i8], order: [i8; 2], x: &mut [f64]) {
    for side in order {
        for column in (0..x.len()).filter(|column| sides[*column] == side) {
            let (low, high) = columns.room(column, x);
            x[column] = if side == 1 { low } else { high };
        }
    }
}

/// Moves the sides of frames inwards, close to what is in them.
#[inline]
fn tighten(columns: &Columns, sides: &[i8], x: &mut [f64]) {
    let mut near = x.to_vec();
    for (near, side) in near.iter_mut().zip(sides) {
        match side {
            1 => *near = f64::MAX,
            -1 => *near = f64::MIN,
            _ => {}
        }
    }
    for &(left, right, distance) in &columns.apart {
        if sides[left] == 1 && sides[right] != -1 {
            near[left] = near[left].min(x[right] - distance);
        }
        if sides[right] == -1 && sides[left] != 1 {
            near[right] = near[right].max(x[left] + distance);
        }
    }
    x.copy_from_slice(&near);
}

/// Puts the separate parts beside each other.
#[inline]
fn side_by_side(rows: &Rows, mut x: Vec<f64>) -> (Vec<f64>, f64) {
    let mut parts: Vec<usize> = rows.part.clone();
    parts.sort_unstable();
    parts.dedup();
    let mut at = 0.0;
    for part in parts {
        let mut ids: Vec<usize> = (0..x.len()).collect();
        ids.retain(|id| rows.part[*id] == part);
        let end = |id: &usize, side: f64| x[*id] + side * rows.vertices[*id].width / 2.0;
        let left = ids.iter().map(|id| end(id, -1.0)).fold(f64::MAX, f64::min);
        let right = ids.iter().map(|id| end(id, 1.0)).fold(f64::MIN, f64::max);
        for id in ids {
            x[id] += at - left;
        }
        at += right - left + PARTS;
    }
    (x, (at - PARTS).max(0.0))
}
