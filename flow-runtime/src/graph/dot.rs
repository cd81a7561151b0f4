//! A Graphviz graph.

use std::fmt::Write;

use super::{
    NodeKind, Port, Shape,
    words::{Words, cluster_of, clusters, edge_words, words},
};

const HEAD: &str = r##"digraph flow {
  graph [rankdir=TB, fontname="monospace", fontsize=11, nodesep=0.4, ranksep=0.45]
  node [fontname="monospace", fontsize=11, shape=box, style=filled, fillcolor="#f6f8fa", color="#57606a"]
  edge [fontname="monospace", fontsize=10, color="#57606a", arrowsize=0.7]
"##;

/// The whole graph.
pub fn text(graph: &Shape<'_>) -> String {
    let mut text = HEAD.to_string();
    let clusters = clusters(graph);
    let cluster_of = cluster_of(graph, &clusters);
    let node = |id: usize, indent: &str| {
        let label = label(&words(graph, id, cluster_of[id].is_some()));
        let shape = shape(graph.nodes[id].kind);
        format!("{indent}n{id} [label=\"{label}\"{shape}]\n")
    };
    for (index, (name, members)) in clusters.iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{index} {{");
        let name = escape(name);
        let _ = writeln!(
            text,
            "    label=\"{name}\" labeljust=l style=rounded color=\"#afb8c1\""
        );
        text.extend(members.iter().map(|member| node(*member, "    ")));
        text.push_str("  }\n");
    }
    let free = (0..graph.nodes.len()).filter(|id| cluster_of[*id].is_none());
    text.extend(free.map(|id| node(id, "  ")));
    for edge in graph.edges {
        let mut attributes = Vec::new();
        let words = edge_words(graph, edge);
        if !words.is_empty() {
            attributes.push(format!("label=\" {} \"", escape(&words)));
        }
        if edge.port == Port::Errors {
            attributes.push("style=dashed color=\"#c0392b\" fontcolor=\"#c0392b\"".to_string());
        }
        if edge.back {
            attributes.push("constraint=false".to_string());
        }
        let attributes = match attributes.as_slice() {
            [] => String::new(),
            some => format!(" [{}]", some.join(" ")),
        };
        let _ = writeln!(text, "  n{} -> n{}{attributes}", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Source => " style=\"rounded,filled\" fillcolor=\"#e3f3e6\"",
        NodeKind::Inlet => " shape=parallelogram fillcolor=\"#e3f3e6\"",
        NodeKind::Operator => "",
        NodeKind::FanIn => " shape=invtrapezium fillcolor=\"#efe8fb\"",
        NodeKind::Match => " shape=hexagon fillcolor=\"#efe8fb\"",
        NodeKind::Cut => " peripheries=2 fillcolor=\"#fdf1d6\"",
        NodeKind::Sink => " style=\"rounded,filled\" fillcolor=\"#e4eefb\"",
        NodeKind::Value => " style=\"rounded,filled,bold\" fillcolor=\"#e4eefb\"",
    }
}

/// Two lines, the second one left out where it is empty.
fn label(words: &Words<'_>) -> String {
    let title = escape(&words.title());
    if words.detail.is_empty() {
        title
    } else {
        format!("{title}\\n{}", escape(&words.detail))
    }
}

/// Returns what means something inside quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
