//! The picture of a flow, and which numbers belong where on it.
//!
//! A flow of more than [`MOST`] nodes is folded: all nodes of a named stage are one, all
//! others one for each operator.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::graph::{Bound, Edge, Graph, Node, NodeKind, Port, live};
use crate::inspect::Snapshot;

/// The number of nodes that are drawn one by one.
const MOST: usize = 100;

/// The drawing of one flow.
#[derive(Debug)]
pub struct Picture {
    /// The description that a browser gets of it, as JSON, once.
    pub text: String,
    /// The edge of the drawing that each edge of the graph is part of; `None` where both
    /// its ends are in one node.
    edges: Vec<Option<usize>>,
    /// The number of edges that are drawn.
    drawn: usize,
}

impl Picture {
    /// Draws a graph. The names of its stages are those at the ends of the edges in its
    /// snapshot, which are in the same order.
    pub fn new(graph: Graph, snapshot: &Snapshot) -> Self {
        let nodes = graph.nodes();
        let mut stages: Vec<Option<&str>> = vec![None; nodes.len()];
        for (edge, items) in graph.edges().iter().zip(&snapshot.edges) {
            stages[edge.from] = Some(&items.from);
            stages[edge.to] = Some(&items.to);
        }
        let own = |id: usize| nodes[id].name.unwrap_or(nodes[id].operator);
        let stages: Vec<&str> = (0..nodes.len())
            .map(|id| stages[id].unwrap_or(own(id)))
            .collect();
        match nodes.len() > MOST {
            false => Self::whole(graph, &stages),
            true => Self::folded(graph, &stages),
        }
    }

    fn whole(graph: Graph, stages: &[&str]) -> Self {
        let drawn = live::live(graph.nodes(), graph.edges());
        let nodes = graph.nodes().iter().zip(stages);
        let nodes: Vec<Value> = nodes
            .map(|(node, stage)| json!({ "stages": [stage], "waits": node.kind == NodeKind::Cut }))
            .collect();
        let edges = graph.edges().len();
        Self {
            text: told(&drawn, &nodes, graph.edges(), graph.nodes().len(), false),
            edges: (0..edges).map(Some).collect(),
            drawn: edges,
        }
    }

    fn folded(graph: Graph, stages: &[&str]) -> Self {
        // What is folded together has a name in common. Where even these are too many, the
        // last ones have none.
        let mut groups: Vec<(&str, bool)> = Vec::new();
        let mut found: HashMap<(&str, bool), usize> = HashMap::new();
        let mut group_of = Vec::with_capacity(stages.len());
        for node in graph.nodes() {
            let key = (node.name.unwrap_or(node.operator), node.name.is_some());
            let group = *found.entry(key).or_insert_with(|| {
                if groups.len() == MOST - 1 {
                    groups.push(("others", true));
                } else if groups.len() < MOST {
                    groups.push(key);
                }
                groups.len() - 1
            });
            group_of.push(group);
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for (id, group) in group_of.iter().enumerate() {
            members[*group].push(id);
        }
        let details: Vec<String> = members
            .iter()
            .map(|ids| format!("× {}", ids.len()))
            .collect();
        let nodes: Vec<Node<'_>> = groups
            .iter()
            .zip(&members)
            .zip(&details)
            .map(|(((name, is_named), ids), detail)| Node {
                name: is_named.then_some(*name),
                operator: if *is_named { "" } else { name },
                kind: kind(graph, ids),
                detail: if ids.len() > 1 { detail } else { "" },
                location: "",
            })
            .collect();
        let (edges, edge_of) = folded_edges(graph, &group_of);
        let drawn = live::live(&nodes, &edges);
        let told_nodes: Vec<Value> = members
            .iter()
            .zip(&nodes)
            .map(|(ids, node)| {
                let mut stages: Vec<&str> = ids.iter().map(|id| stages[*id]).collect();
                stages.sort_unstable();
                stages.dedup();
                let waits = node.kind == NodeKind::Cut;
                json!({ "stages": stages, "waits": waits, "name": node.name })
            })
            .collect();
        Self {
            text: told(&drawn, &told_nodes, &edges, graph.nodes().len(), true),
            drawn: edges.len(),
            edges: edge_of,
        }
    }

    /// Returns the items on each edge of the drawing.
    pub fn items(&self, snapshot: &Snapshot) -> Vec<u64> {
        let mut items = vec![0; self.drawn];
        for (edge, counted) in self.edges.iter().zip(&snapshot.edges) {
            if let Some(edge) = edge {
                items[*edge] += counted.items;
            }
        }
        items
    }

    /// Returns the number of edges of the graph; those of chains within elements are
    /// behind them in a snapshot.
    pub fn edges(&self) -> usize {
        self.edges.len()
    }
}

/// The description of a picture that a browser gets.
fn told(drawn: &live::Live, nodes: &[Value], edges: &[Edge], count: usize, folded: bool) -> String {
    let ends = edges.iter().zip(&drawn.words);
    let edges: Vec<Value> = ends
        .map(|(edge, words)| json!([edge.from, edge.to, words]))
        .collect();
    let picture = json!({
        "svg": drawn.svg, "nodes": nodes, "edges": edges,
        "folded": folded.then_some(count),
    });
    picture.to_string()
}

/// Returns the kind of node that stands for several: that of one which others wait for.
fn kind(graph: Graph, ids: &[usize]) -> NodeKind {
    let mut kinds = ids.iter().map(|id| graph.nodes()[*id].kind);
    let first = kinds.clone().next().unwrap_or(NodeKind::Operator);
    kinds.find(|kind| *kind == NodeKind::Cut).unwrap_or(first)
}

/// The edges between groups, each once, and which of them each edge of the graph is part of.
fn folded_edges(graph: Graph, group_of: &[usize]) -> (Vec<Edge>, Vec<Option<usize>>) {
    let mut edges: Vec<Edge> = Vec::new();
    let mut found: BTreeMap<(usize, usize, bool), usize> = BTreeMap::new();
    let mut order: HashMap<usize, u32> = HashMap::new();
    let edge_of = graph.edges().iter().map(|edge| {
        let (from, to) = (group_of[edge.from], group_of[edge.to]);
        if from == to {
            return None;
        }
        let errors = edge.port == Port::Errors;
        Some(*found.entry((from, to, errors)).or_insert_with(|| {
            let next = order.entry(from).or_default();
            edges.push(Edge {
                from,
                to,
                port: if errors { Port::Errors } else { Port::Items },
                order: *next,
                bound: Bound::Direct,
                // What leads up is drawn as what goes round: nodes have the order of the
                // flow, groups that of their first.
                back: from > to,
                items: None,
            });
            *next += 1;
            edges.len() - 1
        }))
    });
    let edge_of = edge_of.collect();
    (edges, edge_of)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{flow, snapshot};
    use super::*;

    #[test]
    fn a_small_flow_is_drawn_as_it_is() {
        let graph = flow(3, &["read", "made", "kept"]);
        let snapshot = snapshot(graph);
        let picture = Picture::new(graph, &snapshot);
        assert_eq!((picture.edges(), picture.items(&snapshot)), (2, vec![1, 1]));
        let told: Value = serde_json::from_str(&picture.text).unwrap();
        assert_eq!(told["nodes"][1]["stages"], json!(["made"]));
        assert_eq!(told["edges"], json!([[0, 1, ""], [1, 2, ""]]));
        let svg = told["svg"].as_str().unwrap();
        for part in ["data-node=\"2\"", "data-edge=\"1\"", "data-label=\"1\""] {
            assert_eq!(svg.matches(part).count(), 1, "{part}");
        }
        // The page has the style, and lets no other in.
        assert!(!svg.contains("style"));
        assert!(told["folded"].is_null());
    }

    #[test]
    fn thousands_of_nodes_are_folded_by_named_stage() {
        let names: Vec<String> = (0..7).map(|stage| format!("stage {stage}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let graph = flow(7000, &names);
        let snapshot = snapshot(graph);
        let picture = Picture::new(graph, &snapshot);
        let told: Value = serde_json::from_str(&picture.text).unwrap();
        assert_eq!(told["folded"], 7000);
        assert_eq!(told["nodes"].as_array().unwrap().len(), 7);
        assert_eq!(told["nodes"][6]["stages"], json!(["stage 6"]));
        assert_eq!(told["nodes"][6]["name"], "stage 6");
        // What goes over the edges between two stages adds up.
        assert_eq!(
            picture.items(&snapshot),
            [1000, 1000, 1000, 1000, 1000, 1000, 999]
        );
        let svg = told["svg"].as_str().unwrap();
        assert!(svg.contains("× 1000") && svg.contains(">stage 6</tspan></text>"));
    }

    #[test]
    fn even_thousands_of_names_are_a_picture() {
        let names: Vec<String> = (0..3000).map(|stage| format!("stage {stage}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let graph = flow(3000, &names);
        let snapshot = snapshot(graph);
        let picture = Picture::new(graph, &snapshot);
        let told: Value = serde_json::from_str(&picture.text).unwrap();
        let nodes = told["nodes"].as_array().unwrap();
        assert_eq!(
            (nodes.len(), nodes[99]["stages"].as_array().unwrap().len()),
            (100, 2901)
        );
        assert_eq!(picture.items(&snapshot).len(), 99);
    }
}
