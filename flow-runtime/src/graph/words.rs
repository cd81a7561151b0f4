//! What is written at nodes and edges, whoever draws them.

use super::{Bound, Edge, Graph, Port};

/// The chains of more than one node: a name, and the nodes. Pictures put a
/// frame around each.
pub fn clusters(graph: &Graph) -> Vec<(&'static str, Vec<usize>)> {
    let mut found: Vec<(&'static str, Vec<usize>)> = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let Some(name) = node.name else { continue };
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(id),
            None => found.push((name, vec![id])),
        }
    }
    found.retain(|(_, members)| members.len() > 1);
    found
}

/// The cluster that each node is in.
pub fn cluster_of(graph: &Graph, clusters: &[(&str, Vec<usize>)]) -> Vec<Option<usize>> {
    let mut of = vec![None; graph.nodes.len()];
    for (index, (_, members)) in clusters.iter().enumerate() {
        for &member in members {
            of[member] = Some(index);
        }
    }
    of
}

/// What is written at a node.
#[derive(Clone, Debug)]
pub struct Words {
    /// The chain's name, where no frame says it.
    pub name: Option<&'static str>,
    /// The operator's word.
    pub operator: &'static str,
    /// Its arguments, shortened to be drawn.
    pub detail: String,
}

impl Words {
    /// `hot = filter`, or `filter`.
    pub fn title(&self) -> String {
        match self.name {
            Some(name) => format!("{name} = {}", self.operator),
            None => self.operator.to_string(),
        }
    }
}

/// The longest detail drawn, in characters.
const LONGEST: usize = 32;

/// What is written at a node that is, or is not, in a frame.
pub fn words(graph: &Graph, node: usize, framed: bool) -> Words {
    let node = &graph.nodes[node];
    Words {
        name: node.name.filter(|_| !framed),
        operator: node.operator,
        detail: shorten(node.detail),
    }
}

/// Cuts a text that is too long to be drawn.
fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_string();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// What is written at an edge: which branch it is, which port, what waits.
pub fn edge_words(graph: &Graph, edge: &Edge) -> String {
    let mut words = Vec::new();
    let siblings = |other: &&Edge| other.from == edge.from && other.port == edge.port;
    if graph.edges.iter().filter(siblings).nth(1).is_some() {
        words.push((edge.order + 1).to_string());
    }
    match edge.port {
        Port::Items => {}
        Port::Errors => words.push("else".to_string()),
        Port::Arm(pattern) => words.push(shorten(pattern)),
    }
    match edge.bound {
        Bound::Direct => {}
        Bound::Slots(slots) => words.push(format!("≤ {slots}")),
        Bound::Given(slots) => words.push(format!("≤ {}", shorten(slots))),
        Bound::Unbounded => words.push("unbounded".to_string()),
    }
    words.join(" · ")
}
