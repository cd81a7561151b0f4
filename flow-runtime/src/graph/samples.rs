//! Graphs to look at.

use super::{
    Bound, Edge, Graph, Node, NodeKind, Port,
    constant::{edge, graph, node},
};

/// A graph under construction: tests need no constants.
#[derive(Default)]
pub struct Sketch {
    nodes: Vec<Node<'static>>,
    edges: Vec<Edge>,
}

/// A text that lives as long as a graph does.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_string().into_boxed_str())
}

impl Sketch {
    /// A node: `name = operator(detail)`, where the name may be empty.
    pub fn node(&mut self, name: &str, operator: &str, detail: &str, kind: NodeKind) -> usize {
        let name = (!name.is_empty()).then(|| leak(name));
        let each = node(name, leak(operator), kind, leak(detail), "src/main.rs:1:1");
        self.nodes.push(each);
        self.nodes.len() - 1
    }

    /// An operator.
    pub fn op(&mut self, name: &str, operator: &str, detail: &str) -> usize {
        self.node(name, operator, detail, NodeKind::Operator)
    }

    /// An edge, whose order is its place among its siblings.
    pub fn edge(&mut self, from: usize, to: usize, port: Port, bound: Bound, back: bool) {
        let siblings = self
            .edges
            .iter()
            .filter(|edge| edge.from == from && edge.port == port);
        let order = siblings.count() as u32;
        self.edges.push(edge(from, to, port, order, bound, back));
    }

    /// Adds an edge for items.
    pub fn join(&mut self, from: usize, to: usize) {
        self.edge(from, to, Port::Items, Bound::Direct, false);
    }

    /// Adds an edge for errors.
    pub fn errors(&mut self, from: usize, to: usize) {
        self.edge(from, to, Port::Errors, Bound::Direct, false);
    }

    /// The graph.
    pub fn graph(self) -> Graph {
        graph(self.nodes.leak(), self.edges.leak())
    }
}

use NodeKind::{Cut, FanIn, Inlet, Match, Operator, Sink, Source, Value};

/// A chain.
pub fn linear() -> Graph {
    let mut sketch = Sketch::default();
    let from = sketch.node("", "from", "0..n", Source);
    let map = sketch.op("", "map", "|x| x * 3 + 1");
    let filter = sketch.op("", "filter", "even");
    let sum = sketch.node("", "fold", "0, |sum, x| *sum += x", Value);
    sketch.join(from, map);
    sketch.join(map, filter);
    sketch.join(filter, sum);
    sketch.graph()
}

/// The flow at the head of the language's description.
pub fn alerts() -> Graph {
    let mut sketch = Sketch::default();
    let from = sketch.node("readings", "from", "lines", Source);
    let parse = sketch.op("readings", "map", "parse");
    let hot = sketch.op("hot", "filter", "|r| r.celsius > 90.0");
    let window = sketch.op("mean", "sliding_window", "60");
    let average = sketch.op("mean", "map", "average");
    let rejects = sketch.node("rejects", "for_each", "|e| eprintln!(\"{e}\")", Sink);
    let zip = sketch.node("", "zip_latest", "hot, mean", FanIn);
    let alert = sketch.op("", "map", "alert");
    let collect = sketch.node("", "collect", "Vec<_>", Value);
    sketch.join(from, parse);
    sketch.errors(parse, rejects);
    sketch.join(parse, hot);
    sketch.join(parse, window);
    sketch.join(window, average);
    sketch.edge(hot, zip, Port::Items, Bound::Unbounded, false);
    sketch.join(average, zip);
    sketch.join(zip, alert);
    sketch.join(alert, collect);
    sketch.graph()
}

/// Diamonds on top of each other.
pub fn diamonds(count: usize) -> Graph {
    let mut sketch = Sketch::default();
    let mut last = sketch.node("", "from", "0..n", Source);
    for index in 0..count {
        let name = format!("x{index}");
        let each = sketch.op(&name, "map", "|x| x");
        let left = sketch.op("", "map", "|x| x + 1");
        let right = sketch.op("", "filter", "even");
        let further = sketch.op("", "map", "|x| x * 2");
        let zip = sketch.node("", "zip", &format!("{name}, {name}"), FanIn);
        sketch.join(last, each);
        sketch.join(each, left);
        sketch.join(each, right);
        sketch.join(left, zip);
        sketch.join(right, further);
        sketch.join(further, zip);
        last = zip;
    }
    let sum = sketch.node("", "sum", "", Value);
    sketch.join(last, sum);
    sketch.graph()
}

/// A `match` of three arms, two of which join again.
pub fn arms() -> Graph {
    let mut sketch = Sketch::default();
    let inlet = sketch.node("events", "<Event>", "", Inlet);
    let decode = sketch.op("events", "map", "decode");
    let which = sketch.node("routed", "match", "", Match);
    let click = sketch.op("routed", "map", "score");
    let page = sketch.op("routed", "filter", "|p| p.seconds > 3");
    let pages = sketch.node("routed", "then", "load, concurrency = 8", Cut);
    let join = sketch.node("routed", "union", "", FanIn);
    let drops = sketch.node("", "drain", "", Sink);
    let count = sketch.node("", "count", "", Value);
    sketch.join(inlet, decode);
    sketch.join(decode, which);
    let arm = |pattern| Port::Arm(pattern);
    sketch.edge(which, click, arm("Click(c)"), Bound::Direct, false);
    sketch.edge(which, page, arm("Page(p)"), Bound::Direct, false);
    sketch.edge(which, drops, arm("_"), Bound::Direct, false);
    sketch.edge(page, pages, Port::Items, Bound::Slots(1), false);
    sketch.join(click, join);
    sketch.edge(pages, join, Port::Items, Bound::Slots(16), false);
    sketch.join(join, count);
    sketch.graph()
}

/// A `match` whose patterns are longer than its arms are wide.
pub fn guards() -> Graph {
    let mut sketch = Sketch::default();
    let from = sketch.node("", "from", "numbers", Source);
    let which = sketch.node("", "match", "", Match);
    let join = sketch.node("", "union", "", FanIn);
    let count = sketch.node("", "count", "", Value);
    sketch.join(from, which);
    for pattern in ["Some(n) if n > 10", "Some(n) if n > 5", "Some(n)", "None"] {
        let arm = sketch.op("", "map", "f");
        sketch.edge(which, arm, Port::Arm(pattern), Bound::Direct, false);
        sketch.join(arm, join);
    }
    sketch.join(join, count);
    sketch.graph()
}

/// A web crawler: what it finds flows back.
pub fn crawler() -> Graph {
    let mut sketch = Sketch::default();
    let meet = sketch.node("pages", "union", "", FanIn);
    let unique = sketch.op("pages", "unique", "capacity = 1_000_000");
    let fetch = sketch.node("pages", "then", "fetch, concurrency = 32", Cut);
    let links = sketch.op("pages", "flat_map", "links");
    let seeds = sketch.node("", "from", "seeds", Source);
    let failed = sketch.node("failed", "write_lines", "\"failed.txt\"", Sink);
    sketch.join(seeds, meet);
    sketch.join(meet, unique);
    sketch.edge(unique, fetch, Port::Items, Bound::Slots(1), false);
    sketch.edge(fetch, links, Port::Items, Bound::Slots(64), false);
    sketch.errors(fetch, failed);
    sketch.edge(links, meet, Port::Items, Bound::Given("limit"), true);
    sketch.graph()
}

/// A job of forty operators: branches, errors of many into one, long edges.
pub fn large() -> Graph {
    let mut sketch = Sketch::default();
    let rejects = sketch.node("rejects", "union", "", FanIn);
    let write = sketch.node("rejects", "write_lines", "\"rejects.jsonl\"", Sink);
    sketch.join(rejects, write);
    let mut ends = Vec::new();
    let mut shared = None;
    for branch in ["orders", "visits", "stock"] {
        let lines = sketch.node(branch, "lines", &format!("\"{branch}.jsonl\""), Source);
        let parse = sketch.op(branch, "map", "parse_line");
        let valid = sketch.op(branch, "filter_map", "|row| row.valid().then_some(row)");
        let ensure = sketch.node(branch, "ensure", "&store, concurrency = 8", Cut);
        sketch.join(lines, parse);
        sketch.errors(parse, rejects);
        sketch.join(parse, valid);
        sketch.edge(valid, ensure, Port::Items, Bound::Slots(1), false);
        sketch.errors(ensure, rejects);
        let batch = sketch.op("", "partition", "100");
        let total = sketch.op("", "map", "|batch| batch.iter().map(price).sum()");
        sketch.edge(ensure, batch, Port::Items, Bound::Slots(16), false);
        sketch.join(batch, total);
        let recent = sketch.op(&format!("recent_{branch}"), "sliding_window", "24");
        let mean = sketch.op(&format!("recent_{branch}"), "map", "mean");
        sketch.edge(ensure, recent, Port::Items, Bound::Slots(16), false);
        sketch.join(recent, mean);
        let both = sketch.node("", "zip", "total, mean", FanIn);
        sketch.edge(total, both, Port::Items, Bound::Slots(64), false);
        sketch.edge(mean, both, Port::Items, Bound::Unbounded, false);
        ends.push(both);
        shared.get_or_insert(ensure);
    }
    let merged = sketch.node("report", "cogroup", "orders, visits, stock", FanIn);
    for end in ends {
        sketch.edge(end, merged, Port::Items, Bound::Slots(1), false);
    }
    let checked = sketch.op("report", "map", "check");
    sketch.join(merged, checked);
    sketch.errors(checked, rejects);
    for index in 0..3 {
        let name = ["daily", "weekly", "monthly"][index];
        let window = sketch.op(name, "window_by", &format!("|row| row.{name}()"));
        let line = sketch.op(name, "map", "to_line");
        let out = sketch.node(name, "write_lines", &format!("\"{name}.csv\""), Sink);
        sketch.join(checked, window);
        sketch.join(window, line);
        sketch.join(line, out);
    }
    let audit = sketch.node("audit", "zip", "report, orders", FanIn);
    sketch.join(checked, audit);
    if let Some(orders) = shared {
        sketch.edge(orders, audit, Port::Items, Bound::Slots(64), false);
    }
    let count = sketch.node("", "count", "", Value);
    sketch.join(audit, count);
    sketch.graph()
}

/// Returns what is hard to draw: two parts, a loop of one node, a pair of the same, and
/// texts full of what means something elsewhere.
pub fn odd() -> Graph {
    let mut sketch = Sketch::default();
    let from = sketch.node("end", "from", "[\"<a>&amp;\", \"`b`\", r#\"\\\"#]", Source);
    let graph = sketch.op("graph", "inspect", "|x| { subgraph(x); /* ]]> */ }");
    let again = sketch.op("again", "unique", "");
    let zip = sketch.node("", "zip", "again, again", FanIn);
    let out = sketch.node(
        "",
        "for_each",
        "|(a, b)| println!(\"%s {a} | {b}; 100 %\")",
        Sink,
    );
    sketch.join(from, graph);
    sketch.join(graph, again);
    sketch.edge(again, again, Port::Items, Bound::Slots(8), true);
    sketch.join(again, zip);
    sketch.join(again, zip);
    sketch.join(zip, out);
    let other = sketch.node("", "interval", "Duration::from_secs(1)", Source);
    let tick = sketch.node("ünïcödé_名前", "for_each", "時計", Sink);
    sketch.join(other, tick);
    sketch.graph()
}

/// All of them, by name.
pub fn all() -> Vec<(&'static str, Graph)> {
    vec![
        ("linear", linear()),
        ("alerts", alerts()),
        ("diamonds", diamonds(3)),
        ("arms", arms()),
        ("guards", guards()),
        ("crawler", crawler()),
        ("large", large()),
        ("odd", odd()),
    ]
}

/// A graph of many nodes, each joined to one or two before it.
pub fn random(count: usize, seed: usize) -> Graph {
    let mut sketch = Sketch::default();
    let mut state = seed;
    let mut below = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    sketch.node("", "from", "", Source);
    for id in 1..count {
        let near = below(id.min(12)) + 1;
        let two = id > 4 && below(6) == 0;
        let kind = if two { FanIn } else { Operator };
        let name = if below(3) == 0 {
            format!("s{}", id / 4)
        } else {
            String::new()
        };
        sketch.node(&name, if two { "zip" } else { "map" }, "f", kind);
        sketch.join(id - near, id);
        if two {
            sketch.join(below(id), id);
        }
    }
    sketch.graph()
}
