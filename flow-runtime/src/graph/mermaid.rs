//! A Mermaid flowchart.
//!
//! Ids are `n0`, `n1`, …, so no stage can be named after a word of Mermaid's;
//! labels are quoted, and what means something inside quotes is written as an
//! entity. Colours are left to the theme of the page, but for errors.

use std::fmt::Write;

use super::{
    NodeKind, Port, Shape,
    words::{Words, cluster_of, clusters, edge_words, words},
};

/// The whole chart.
pub fn text(graph: &Shape<'_>) -> String {
    let mut text = "flowchart TD\n".to_string();
    let clusters = clusters(graph);
    let cluster_of = cluster_of(graph, &clusters);
    let node = |id: usize, indent: &str| {
        let (open, close) = brackets(graph.nodes[id].kind);
        let label = label(&words(graph, id, cluster_of[id].is_some()));
        format!("{indent}n{id}{open}\"{label}\"{close}\n")
    };
    for (index, (name, members)) in clusters.iter().enumerate() {
        let _ = writeln!(text, "  subgraph c{index}[\"{}\"]", escape(name));
        text.extend(members.iter().map(|member| node(*member, "    ")));
        text.push_str("  end\n");
    }
    let free = (0..graph.nodes.len()).filter(|id| cluster_of[*id].is_none());
    text.extend(free.map(|id| node(id, "  ")));
    let mut errors = Vec::new();
    for (index, edge) in graph.edges.iter().enumerate() {
        let arrow = if edge.port == Port::Errors {
            errors.push(index.to_string());
            "-.->"
        } else {
            "-->"
        };
        let label = match edge_words(graph, edge) {
            none if none.is_empty() => none,
            some => format!("|\"{}\"|", escape(&some)),
        };
        let _ = writeln!(text, "  n{} {arrow}{label} n{}", edge.from, edge.to);
    }
    if !errors.is_empty() {
        let _ = writeln!(
            text,
            "  linkStyle {} stroke:#c0392b,color:#c0392b",
            errors.join(",")
        );
    }
    text
}

/// The brackets that make a shape.
fn brackets(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Source => ("([", "])"),
        NodeKind::Inlet => ("[/", "/]"),
        NodeKind::Operator => ("[", "]"),
        NodeKind::FanIn => ("[\\", "/]"),
        NodeKind::Match => ("{{", "}}"),
        NodeKind::Cut => ("[[", "]]"),
        NodeKind::Sink => ("(", ")"),
        NodeKind::Value => ("([", "])"),
    }
}

fn label(words: &Words<'_>) -> String {
    let title = escape(&words.title());
    if words.detail.is_empty() {
        title
    } else {
        format!("{title}<br/>{}", escape(&words.detail))
    }
}

/// Entities for what would end a label, begin Markdown or be read as HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            // Behind a backslash an `n` is a line of its own.
            '&' | '#' | '`' | '%' | '\\' => {
                let _ = write!(escaped, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
