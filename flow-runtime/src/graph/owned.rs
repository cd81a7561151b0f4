//! A graph that is put together while the program runs.

use std::fmt;

use super::{Edge, Node, NodeKind, Shape, dot, mermaid, svg};

/// The graph of a [mesh](crate::mesh): its nodes, and who has sent to whom so
/// far.
///
/// It owns what it says, so the mesh may run on; it is drawn as a flow's
/// [`Graph`](super::Graph) is.
///
/// ```
/// use flow_runtime::mesh::Mesh;
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.tasklet("sink", |_: u32, _| ());
/// let start = mesh.tasklet("start", move |n: u32, mail| mail.send(sink, n * 2));
/// for n in 0..3 {
///     mesh.send(start, n)?;
/// }
/// mesh.run_all()?;
///
/// let graph = mesh.graph();
/// assert_eq!(graph.nodes()[0].name, Some("sink"));
/// assert_eq!(graph.edges()[0].items, Some(3));
/// assert!(graph.to_mermaid().contains(r#"n1 -->|"× 3"| n0"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedGraph {
    nodes: Vec<OwnedNode>,
    edges: Vec<Edge>,
}

/// A node, and the texts at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedNode {
    /// The name that was given to it.
    pub(crate) name: String,
    /// Holds what it does to the shape of the whole.
    pub(crate) kind: NodeKind,
    /// Holds what is written below the name.
    pub(crate) detail: String,
}

impl OwnedGraph {
    /// A graph, of whose edges it is found out here which lead back: those that
    /// close a cycle on the way from the inlets.
    pub(crate) fn new(nodes: Vec<OwnedNode>, mut edges: Vec<Edge>) -> Self {
        mark_back(&nodes, &mut edges);
        Self { nodes, edges }
    }

    /// The nodes, in the order they were made.
    #[must_use]
    pub fn nodes(&self) -> Vec<Node<'_>> {
        let nodes = self.nodes.iter();
        nodes
            .map(|node| Node {
                name: Some(&node.name),
                operator: "",
                kind: node.kind,
                detail: &node.detail,
                location: "",
            })
            .collect()
    }

    /// Who has sent to whom, and how many items.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The text of a [Mermaid](https://mermaid.js.org) flowchart.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        self.drawn(mermaid::text)
    }

    /// The text of a [Graphviz](https://graphviz.org) graph.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// mesh.tasklet("sink", |_: u32, _| ());
    /// assert!(mesh.graph().to_dot().starts_with("digraph"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        self.drawn(dot::text)
    }

    /// A drawing, from top to bottom, readable on light and dark pages.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// mesh.tasklet("sink", |_: u32, _| ());
    /// assert!(mesh.graph().to_svg().starts_with("<svg"));
    /// ```
    #[must_use]
    #[inline]
    pub fn to_svg(&self) -> String {
        self.drawn(svg::drawing)
    }

    fn drawn(&self, draw: impl Fn(&Shape<'_>) -> String) -> String {
        let (nodes, edges) = (&self.nodes(), &self.edges[..]);
        draw(&Shape { nodes, edges })
    }
}

impl fmt::Display for OwnedGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_mermaid())
    }
}

/// Marks the edges that lead to a node which leads to them: a walk in depth that
/// begins at the inlets. Edges are sorted by their sender.
fn mark_back(nodes: &[OwnedNode], edges: &mut [Edge]) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Above,
        Done,
    }

    let first_of = |id: usize, edges: &[Edge]| edges.partition_point(|edge| edge.from < id);
    let inlets = (0..nodes.len()).filter(|id| nodes[*id].kind == NodeKind::Inlet);
    let mut seen = vec![Seen::Not; nodes.len()];
    for root in inlets.chain(0..nodes.len()) {
        if seen[root] != Seen::Not {
            continue;
        }
        seen[root] = Seen::Above;
        let mut path = vec![(root, first_of(root, edges))];
        while let Some((id, next)) = path.last_mut() {
            let (id, index) = (*id, *next);
            *next += 1;
            match edges.get_mut(index).filter(|edge| edge.from == id) {
                None => {
                    seen[id] = Seen::Done;
                    path.pop();
                }
                Some(edge) => match seen[edge.to] {
                    Seen::Not => {
                        let to = edge.to;
                        seen[to] = Seen::Above;
                        path.push((to, first_of(to, edges)));
                    }
                    Seen::Above => edge.back = true,
                    Seen::Done => {}
                },
            }
        }
    }
}
