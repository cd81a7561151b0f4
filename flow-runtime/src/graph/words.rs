//! Defines what is written at nodes and edges, whoever draws them.

use super::{Bound, Edge, Port, Shape};

/// The chains of more than one node: a name, and the nodes. Pictures put a
/// frame around each.
pub fn clusters<'g>(graph: &Shape<'g>) -> Vec<(&'g str, Vec<usize>)> {
    let mut found: Vec<(&'g str, Vec<usize>)> = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        // A node of a mesh is no part of a chain: its name is its own.
        let name = node.name.filter(|_| !node.operator.is_empty());
        let Some(name) = name else { continue };
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(id),
            None => found.push((name, vec![id])),
        }
    }
    found.retain(|(_, members)| members.len() > 1);
    found
}

/// The cluster that each node is in.
pub fn cluster_of(graph: &Shape<'_>, clusters: &[(&str, Vec<usize>)]) -> Vec<Option<usize>> {
    let mut of = vec![None; graph.nodes.len()];
    for (index, (_, members)) in clusters.iter().enumerate() {
        for &member in members {
            of[member] = Some(index);
        }
    }
    of
}

/// Holds what is written at a node.
#[derive(Clone, Debug)]
pub struct Words<'g> {
    /// The chain's name, where no frame says it.
    pub name: Option<&'g str>,
    /// The operator's word, empty where there is none.
    pub operator: &'g str,
    /// Its arguments, shortened to be drawn.
    pub detail: String,
}

impl Words<'_> {
    /// `hot = filter`, or `filter`; the bare name of a node that is no operator.
    pub fn title(&self) -> String {
        match self.name {
            Some(name) if self.operator.is_empty() => name.to_string(),
            Some(name) => format!("{name} = {}", self.operator),
            None => self.operator.to_string(),
        }
    }
}

/// The longest detail drawn, in characters.
const LONGEST: usize = 32;

/// Returns what is written at a node that is, or is not, in a frame.
pub fn words<'g>(graph: &Shape<'g>, node: usize, framed: bool) -> Words<'g> {
    let node = &graph.nodes[node];
    Words {
        name: node.name.filter(|_| !framed),
        operator: node.operator,
        detail: shorten(node.detail),
    }
}

/// Shortens a text that is too long to be drawn: paths to their last two words, then to
/// the last one, and then it is cut.
fn shorten(text: &str) -> String {
    let fits = |text: &str| text.chars().count() <= LONGEST;
    let kept = [usize::MAX, 2, 1].map(|words| without_paths(text, words));
    if let Some(short) = kept.iter().find(|short| fits(short)) {
        return short.clone();
    }
    let mut short: String = kept[2].chars().take(LONGEST - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The text with so many words of each path at most: `Duration::from_millis(5)` of
/// `std::time::Duration::from_millis(5)`.
fn without_paths(text: &str, kept: usize) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut short = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (path, behind) = rest.split_at(end);
        let words: Vec<&str> = path.split("::").collect();
        let first = words.len().saturating_sub(kept);
        short.push_str(&words[first..].join("::"));
        let next = behind.chars().next().map_or(0, char::len_utf8);
        short.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    short
}

/// Returns what is written at an edge: which branch it is or how many
/// items took it, which port, what waits.
pub fn edge_words(graph: &Shape<'_>, edge: &Edge) -> String {
    let mut words = Vec::new();
    let siblings = |other: &&Edge| other.from == edge.from && other.port == edge.port;
    if let Some(items) = edge.items {
        words.push(format!("× {items}"));
    } else if graph.edges.iter().filter(siblings).nth(1).is_some() {
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
        // In a mesh everything is, unless it says otherwise.
        Bound::Unbounded if edge.items.is_some() => {}
        Bound::Unbounded => words.push("unbounded".to_string()),
    }
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn paths_go_before_numbers_do() {
        for (text, short) in [
            (
                "std::time::Duration::from_millis(50)",
                "Duration::from_millis(50)",
            ),
            (
                "std::time::Duration::from_millis(50), capacity = 8",
                "from_millis(50), capacity = 8",
            ),
            ("::a::long::path::to::some::function", "some::function"),
            (
                "|x| x::<Vec<std::string::String>>(1)",
                "|x| x::<Vec<string::String>>(1)",
            ),
            ("a::b", "a::b"),
            ("n if n > 2", "n if n > 2"),
            (
                "|reading| reading.celsius > 90.0 && reading.celsius < 100.0",
                "|reading| reading.celsius > 90.…",
            ),
        ] {
            assert_eq!(shorten(text), short);
        }
    }
}
