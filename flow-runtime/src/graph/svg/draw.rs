//! The text of the drawing.

use std::fmt::{Result, Write};

use super::{
    Scene,
    labels::labels,
    place::{FOOT, HEAD},
    route::{self, ARROW, Line},
    shapes,
    split::What,
    theme::{STYLE, width},
};
use crate::graph::{Port, Shape};

/// Draws what was laid out: frames at the bottom, then lines, nodes, and the
/// words at the lines on top. A script finds nodes and edges by their indices where they
/// are `numbered`.
#[inline]
pub fn draw(graph: &Shape<'_>, scene: &Scene<'_>, numbered: bool) -> String {
    let mut text = String::new();
    let number = |what: &str, index: usize| match numbered {
        true => format!(" data-{what}=\"{index}\""),
        false => String::new(),
    };
    let lines = route::lines(&scene.rows, &scene.placed);
    // Writing to a string does not fail.
    let _ = begin(&mut text, graph, scene, numbered);
    let _ = frames(&mut text, scene);
    for (index, line) in lines.iter().enumerate() {
        let _ = edge(
            &mut text,
            graph,
            scene,
            (index, line),
            &number("edge", index),
        );
    }
    for id in 0..graph.nodes.len() {
        let _ = node(&mut text, graph, scene, id, &number("node", id));
    }
    for (index, (words, at)) in labels(graph, scene, &lines).iter().enumerate() {
        let errors = errors(graph, index);
        let _ = label(&mut text, errors, words, *at, &number("label", index));
    }
    text.push_str("</svg>\n");
    text
}

/// The head. Where the drawing is `numbered`, the page that it stands in has its style.
#[inline]
fn begin(text: &mut String, graph: &Shape<'_>, scene: &Scene<'_>, numbered: bool) -> Result {
    let (width, height) = (scene.placed.width.ceil(), scene.placed.height.ceil());
    let count = graph.nodes.len();
    write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow-graph\" role=\"img\" \
         aria-label=\"a flow of {count} operators\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\""
    )?;
    if !numbered {
        write!(
            text,
            " style=\"max-width:100%;height:auto\">\n<style>{STYLE}</style"
        )?;
    }
    write!(
        text,
        ">\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n"
    )
}

/// The rectangle of each frame, around the columns that are its sides: left,
/// right, top and bottom.
#[inline]
pub fn areas(scene: &Scene<'_>) -> Vec<(usize, [f64; 4])> {
    let area = |frame: usize| {
        let side = |what: What| {
            let ids = 0..scene.rows.vertices.len();
            let found = ids.filter(|id| {
                let vertex = &scene.rows.vertices[*id];
                vertex.what == what && vertex.frame == Some(frame)
            });
            found.collect::<Vec<_>>()
        };
        let (left, right) = (side(What::Left), side(What::Right));
        let (&first, &last, &opposite) = (left.first()?, left.last()?, right.first()?);
        let tallest = |side: usize| {
            let row = &scene.rows.rows[scene.rows.vertices[side].row];
            let heights = row.iter().map(|id| scene.rows.vertices[*id].height);
            heights.fold(0.0, f64::max) / 2.0
        };
        let band = |side: usize| scene.placed.bands[scene.rows.vertices[side].row].middle;
        let top = band(first) - tallest(first) - HEAD;
        let bottom = band(last) + tallest(last) + FOOT;
        let x = &scene.placed.x;
        Some((frame, [x[first], x[opposite], top, bottom]))
    };
    (0..scene.frames.len()).filter_map(area).collect()
}

/// The frames, and their names.
#[inline]
fn frames(text: &mut String, scene: &Scene<'_>) -> Result {
    for (frame, [x, right, top, bottom]) in areas(scene) {
        let (width, height) = (right - x, bottom - top);
        writeln!(
            text,
            "<rect class=\"frame\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\" rx=\"8\"/>\n<text class=\"head name\" x=\"{:.1}\" \
             y=\"{:.1}\">{}</text>",
            x + 10.0,
            top + 16.0,
            escape(scene.frames[frame])
        )?;
    }
    Ok(())
}

#[inline]
fn edge(
    text: &mut String,
    graph: &Shape<'_>,
    scene: &Scene<'_>,
    (index, line): (usize, &Line),
    number: &str,
) -> Result {
    let errors = errors(graph, index);
    let back = if scene.rows.back[index] { " back" } else { "" };
    write!(
        text,
        "<path class=\"edge{errors}{back}\"{number} d=\"{}\"/>",
        line.path
    )?;
    if let Some((x, y)) = line.tip {
        let (a, b, base) = (x - 3.8, x + 3.8, y - ARROW - 0.5);
        write!(
            text,
            "<path class=\"arrow{errors}\" d=\"M{a:.1} {base:.1}H{b:.1}L{x:.1} {y:.1}Z\"/>"
        )?;
    }
    text.push('\n');
    Ok(())
}

#[inline]
fn errors(graph: &Shape<'_>, edge: usize) -> &'static str {
    match graph.edges[edge].port {
        Port::Errors => " errors",
        _ => "",
    }
}

#[inline]
fn node(
    text: &mut String,
    graph: &Shape<'_>,
    scene: &Scene<'_>,
    id: usize,
    number: &str,
) -> Result {
    let (node, words) = (&graph.nodes[id], &scene.words[id]);
    let vertex = &scene.rows.vertices[id];
    let (x, y) = (scene.placed.x[id], scene.placed.bands[vertex.row].middle);
    let (x, y) = ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0);
    let class = shapes::class(node.kind);
    let outline = shapes::outline(node.kind, (x, y), (vertex.width, vertex.height));
    write!(
        text,
        "<g class=\"node\"{number}><path class=\"shape {class}\" d=\"{outline}\"/>"
    )?;
    // What had to be shortened can be read where the pointer rests.
    if words.detail != node.detail {
        write!(text, "<title>{}</title>", escape(node.detail))?;
    }
    let title = y + if words.detail.is_empty() { 4.5 } else { -3.5 };
    write!(text, "<text x=\"{x}\" y=\"{title:.1}\">")?;
    if let Some(name) = words.name {
        let equals = if words.operator.is_empty() { "" } else { " = " };
        write!(
            text,
            "<tspan class=\"name\">{}</tspan>{equals}",
            escape(name)
        )?;
    }
    write!(text, "{}</text>", escape(words.operator))?;
    if !words.detail.is_empty() {
        let detail = escape(&words.detail);
        write!(
            text,
            "<text class=\"detail\" x=\"{x}\" y=\"{:.1}\">{detail}</text>",
            y + 13.0
        )?;
    }
    text.push_str("</g>\n");
    Ok(())
}

#[inline]
fn label(text: &mut String, errors: &str, words: &str, at: (f64, f64), number: &str) -> Result {
    if words.is_empty() {
        return Ok(());
    }
    let ((x, y), width) = (at, width(words));
    let (left, top, base) = (x - width / 2.0, y - 7.5, y + 3.7);
    writeln!(
        text,
        "<rect class=\"halo\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
         height=\"15\" rx=\"7.5\"/><text class=\"label{errors}\"{number} x=\"{x:.1}\" y=\"{base:.1}\">{}</text>",
        escape(words)
    )
}

/// Returns what means something in XML.
#[inline]
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
