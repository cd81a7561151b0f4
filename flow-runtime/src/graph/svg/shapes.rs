//! The shapes of nodes, a kind each.
//!
//! ```text
//! ( source )   | operator |   \ fan-in /   < match >   || cut ||   a bowl: sink
//! ```

use std::fmt::Write;

use super::theme::{DETAIL, TITLE, letters};
use crate::graph::{NodeKind, words::Words};

/// Returns how wide and how high a node is.
#[inline]
pub fn size(words: &Words<'_>, kind: NodeKind) -> (f64, f64) {
    let text = (letters(&words.title()) * TITLE).max(letters(&words.detail) * DETAIL);
    let beside = match kind {
        NodeKind::Operator => 12.0,
        NodeKind::Sink | NodeKind::Value | NodeKind::Source => 17.0,
        NodeKind::Cut => 19.0,
        NodeKind::Inlet | NodeKind::FanIn | NodeKind::Match => 21.0,
    };
    let height = if words.detail.is_empty() { 32.0 } else { 46.0 };
    ((text + 2.0 * beside).max(68.0).ceil(), height)
}

/// The class of a kind, for its colours.
#[inline]
pub fn class(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Source => "source",
        NodeKind::Inlet => "inlet",
        NodeKind::Operator => "operator",
        NodeKind::FanIn => "fan-in",
        NodeKind::Match => "match",
        NodeKind::Cut => "cut",
        NodeKind::Sink => "sink",
        NodeKind::Value => "result",
    }
}

/// A kind's outline, around a middle.
#[inline]
pub fn outline(kind: NodeKind, (x, y): (f64, f64), (width, height): (f64, f64)) -> String {
    let (left, right) = (x - width / 2.0, x + width / 2.0);
    let (top, bottom) = (y - height / 2.0, y + height / 2.0);
    let mut path = String::new();
    let _ = match kind {
        NodeKind::Source => rounded(
            &mut path,
            left,
            top,
            width,
            height,
            height / 2.0,
            height / 2.0,
        ),
        NodeKind::Sink | NodeKind::Value => rounded(&mut path, left, top, width, height, 2.0, 16.0),
        NodeKind::Operator => rounded(&mut path, left, top, width, height, 5.0, 5.0),
        NodeKind::Cut => rounded(&mut path, left, top, width, height, 3.0, 3.0).and_then(|()| {
            let (first, last) = (left + 7.0, right - 7.0);
            write!(path, "M{first} {top}V{bottom}M{last} {top}V{bottom}")
        }),
        NodeKind::Inlet => {
            let (a, b) = (left + 12.0, right - 12.0);
            write!(path, "M{a} {top}H{right}L{b} {bottom}H{left}Z")
        }
        NodeKind::FanIn => {
            let (a, b) = (right - 12.0, left + 12.0);
            write!(path, "M{left} {top}H{right}L{a} {bottom}H{b}Z")
        }
        NodeKind::Match => {
            let (a, b) = (left + 14.0, right - 14.0);
            write!(
                path,
                "M{a} {top}H{b}L{right} {y}L{b} {bottom}H{a}L{left} {y}Z"
            )
        }
    };
    path
}

/// A rectangle with round corners: the upper two, and the lower two.
#[inline]
fn rounded(
    path: &mut String,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    upper: f64,
    lower: f64,
) -> std::fmt::Result {
    let (start, across) = (left + upper, width - 2.0 * upper);
    let (sides, foot) = (height - upper - lower, width - 2.0 * lower);
    write!(
        path,
        "M{start} {top}h{across}a{upper} {upper} 0 0 1 {upper} {upper}v{sides}\
         a{lower} {lower} 0 0 1 -{lower} {lower}h-{foot}a{lower} {lower} 0 0 1 -{lower} -{lower}\
         v-{sides}a{upper} {upper} 0 0 1 {upper} -{upper}Z"
    )
}
