//! A graph as the text of a flow.
//!
//! What is written where decides the order of branches and of stages, so
//! writing also says in which [`Written`] order it has put them.

use crate::generate::Random;
use crate::graph::{ArmEnd, Edge, Graph, NodeId, Op, Pattern, Port, Sink};

/// A graph as it is written.
pub struct Written {
    pub text: String,
    /// The place of each node.
    pub place: Vec<usize>,
    /// The place of each use: by node and input.
    pub uses: Vec<Vec<usize>>,
    /// The sinks whose values are the result.
    pub results: Vec<NodeId>,
}

struct Writer<'g> {
    graph: &'g Graph,
    out: Written,
    next: usize,
    form: Form,
    /// The number of uses that are noted.
    noted: usize,
}

/// The form in which a graph is written.
#[derive(Clone, Copy, Default)]
pub struct Form {
    /// An `inspect` at every use notes what goes over it.
    pub noted: bool,
    /// A source is followed by something that is awaited.
    pub awaited: bool,
    /// The sources are inlets.
    pub inlets: bool,
    /// The node at which the flow has an open end.
    pub open: Option<NodeId>,
}

/// The first of the numbers of uses, behind those of nodes.
pub const NOTED: usize = 1000;

/// Writes a graph.
pub fn write(graph: &Graph) -> Written {
    write_as(graph, Form::default())
}

/// Writes a graph in a form. All have the same order.
pub fn write_as(graph: &Graph, form: Form) -> Written {
    let mut random = Random(graph.style);
    let uses = graph.nodes.iter().map(|node| vec![0; node.inputs.len()]);
    let out = Written {
        text: String::new(),
        place: vec![usize::MAX; graph.nodes.len()],
        uses: uses.collect(),
        results: Vec::new(),
    };
    let mut writer = Writer {
        graph,
        out,
        next: 0,
        form,
        noted: NOTED,
    };
    let sources = graph.sources();
    for (id, _) in sources.filter(|_| form.inlets) {
        writer.out.text += &format!("    i{id} = <i64>;\n");
    }
    // A statement for each name, each sink and each feed.
    let mut statements: Vec<(NodeId, Option<NodeId>)> = Vec::new();
    let arms = graph.in_arms();
    for (id, node) in graph.nodes.iter().enumerate() {
        let is_sink = matches!(node.op, Op::Sink(_)) && !arms.contains(&id);
        let is_end = node.op.ends_in_arms() && !graph.is_written_by_another(id);
        if node.named || is_sink || is_end {
            statements.push((id, None));
        }
        if node.op == Op::Segment {
            let feeds = node.inputs.iter().filter(|edge| edge.port == Port::Items);
            let feeds = feeds.filter(|edge| !arms.contains(&edge.from));
            statements.extend(feeds.map(|edge| (edge.from, Some(id))));
        }
    }
    for index in (1..statements.len()).rev() {
        statements.swap(index, random.below(index + 1));
    }
    for (id, feeds) in statements {
        writer.statement(id, feeds);
    }
    let is_result = |id: &NodeId| matches!(graph.nodes[*id].op, Op::Sink(sink) if sink.has_value());
    writer.out.results = (0..graph.nodes.len()).filter(is_result).collect();
    let names = writer.out.results.iter().map(|id| format!("n{id}"));
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => {
            let open = form.open.map(|id| format!("    n{id} -> map(|x| x)\n"));
            writer.out.text += &open.unwrap_or_default();
        }
        [only] => writer.out.text += &format!("    {only}\n"),
        several => writer.out.text += &format!("    ({})\n", several.join(", ")),
    }
    writer.out
}

impl Writer<'_> {
    fn place(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// Returns an operator that notes what comes to it, with this before and behind it.
    fn noted(&mut self, before: &str, behind: &str) -> String {
        if !self.form.noted {
            return String::new();
        }
        self.noted += 1;
        let id = self.noted;
        format!("{before}inspect(|_| log.borrow_mut().push(({id}, 0))){behind}")
    }

    fn push(&mut self, text: impl AsRef<str>) {
        self.out.text.push_str(text.as_ref());
    }

    fn statement(&mut self, id: NodeId, feeds: Option<NodeId>) {
        let node = &self.graph.nodes[id];
        self.push("    ");
        if feeds.is_some() && node.named {
            self.push(format!("n{id}"));
        } else {
            if node.named || self.graph.starts_with_segment(id) {
                self.push(format!("n{id} = "));
            }
            self.chain(id);
        }
        if let Some(segment) = feeds {
            self.feed(id, Port::Items, segment);
        }
        self.push(";\n");
    }

    fn feed(&mut self, from: NodeId, port: Port, segment: NodeId) {
        let inputs = &self.graph.nodes[segment].inputs;
        let input = inputs
            .iter()
            .enumerate()
            .position(|(input, edge)| {
                (edge.from, edge.port) == (from, port) && self.out.uses[segment][input] == 0
            })
            .expect("a feed that is not written yet");
        self.out.uses[segment][input] = self.place();
        let name = self.graph.end_of_chain(segment);
        let before = match port {
            Port::Errors => "? else".to_string(),
            _ => self.noted(" -> ", "") + " ->",
        };
        self.push(format!("{before} n{name}"));
    }

    /// The chain up to and including a node, from where it begins.
    fn chain(&mut self, id: NodeId) {
        let node = &self.graph.nodes[id];
        if node.op.is_fan_in() || matches!(node.op, Op::Source(_) | Op::Segment) {
            self.begin(id);
            return;
        }
        if node.op == Op::Join {
            self.chain(self.graph.match_of(id));
            self.out.place[id] = self.place();
            for input in 0..node.inputs.len() {
                self.out.uses[id][input] = self.place();
            }
            return;
        }
        let open = self.read(node.inputs[0]);
        if open {
            self.push(" -> ");
        }
        self.operator(id);
    }

    /// Writes what flows into a chain; gives whether anything had to be written for it.
    fn read(&mut self, edge: Edge) -> bool {
        let from = &self.graph.nodes[edge.from];
        if from.named {
            self.push(format!("n{}", edge.from));
        } else {
            self.chain(edge.from);
        }
        from.op != Op::Segment
    }

    fn begin(&mut self, id: NodeId) {
        self.out.place[id] = self.place();
        let node = &self.graph.nodes[id];
        let word = match &node.op {
            Op::Source(items) => {
                let consecutive = items.windows(2).all(|pair| pair[1] == pair[0] + 1);
                let items = match items.as_slice() {
                    [first, .., last] if consecutive => format!("{first}_i64..={last}"),
                    [] => "Vec::<i64>::new()".to_string(),
                    [first, rest @ ..] => {
                        let rest = rest.iter().map(|x| format!(", {x}")).collect::<String>();
                        format!("[{first}_i64{rest}]")
                    }
                };
                let source = match self.form.inlets {
                    true => format!("i{id} -> map(|x| x)"),
                    false => format!("from(pulled(&log, {id}, {items}))"),
                };
                let awaited = match (self.form.awaited, id % 3) {
                    (false, _) => "",
                    (true, 0) => " -> then(async |x| x)",
                    (true, 1) => " -> then(later, concurrency = 3)",
                    (true, _) => " -> buffer(2)",
                };
                self.push(format!("{source}{awaited}"));
                return;
            }
            Op::Segment => return,
            Op::Union => "union(",
            Op::Zip => "zip(",
            _ => "merge_keyed(",
        };
        self.push(word);
        for (input, edge) in node.inputs.iter().enumerate() {
            self.push(if input > 0 { ", " } else { "" });
            self.read(*edge);
            let noted = self.noted(" -> ", "");
            self.push(noted);
            if node.op == Op::Merge {
                self.push(format!(" -> map(|x| (x, {input}_i64))"));
            }
            self.out.uses[id][input] = self.place();
        }
        self.push(match (&node.op, node.inputs.len()) {
            (Op::Zip, 2) => ") -> map(|(a, b)| mix(&[a, b]))",
            (Op::Zip, _) => ") -> map(|(a, b, c)| mix(&[a, b, c]))",
            (Op::Merge, _) => ")? -> map(|(x, input)| x * 4 + input)",
            _ => ")",
        });
    }

    /// One operator, and what belongs to it.
    fn operator(&mut self, id: NodeId) {
        self.out.place[id] = self.place();
        self.out.uses[id][0] = self.place();
        let text = self.noted("", " -> ") + &text(id, &self.graph.nodes[id].op);
        self.push(text);
        match &self.graph.nodes[id].op {
            Op::Try(_) | Op::TryEach(_) => {
                let uses = self.graph.uses(id).into_iter();
                let errors = |(to, input): &(NodeId, usize)| {
                    self.graph.nodes[*to].inputs[*input].port == Port::Errors
                };
                let (segment, _) = uses.clone().find(errors).expect("errors go somewhere");
                self.feed(id, Port::Errors, segment);
            }
            Op::Match(_) => self.arms(id),
            _ => {}
        }
    }

    fn arms(&mut self, id: NodeId) {
        let Op::Match(arms) = &self.graph.nodes[id].op else {
            return;
        };
        self.push("match {\n");
        for (index, arm) in arms.iter().enumerate() {
            let pattern = match arm.pattern {
                Pattern::Guard(m, r) => format!("x if x % {m} == {r}"),
                Pattern::Range(low, high) => format!("{low}..={high}"),
                Pattern::Bound(high) => format!("x @ 0..={high}"),
                Pattern::Rest => "_".to_string(),
            };
            self.push(format!("        {pattern} => "));
            for (place, node) in arm.body.iter().enumerate() {
                self.push(if place > 0 { " -> " } else { "" });
                self.operator(*node);
            }
            match (arm.end, arm.body.last()) {
                (ArmEnd::Drop, _) => self.push("drop"),
                (ArmEnd::Feed(segment), Some(last)) => self.feed(*last, Port::Items, segment),
                (ArmEnd::Feed(segment), None) => {
                    let length = self.out.text.len();
                    self.feed(id, Port::Arm(index), segment);
                    // The arm is but the segment's name.
                    self.out.text.replace_range(length..length + 4, "");
                }
                (ArmEnd::Open(_), None) => self.push("inspect(|_| {})"),
                _ => {}
            }
            self.push(",\n");
        }
        self.push("    }");
    }
}

/// The text of an operator alone.
fn text(id: NodeId, op: &Op) -> String {
    let mix = "-> map(|items| mix(&items))";
    let keyed = "-> map(|(key, items)| mix(&[key, mix(&items)]))";
    match op {
        Op::Map(a, b) => format!("map(|x| step(x, {a}, {b}))"),
        Op::Grow(n) => format!("map(|x| (x + {n}) % 97)"),
        Op::Filter(m, r) => format!("filter(|x| x % {m} != {r})"),
        Op::Below(n) => format!("filter(|x| *x < {n})"),
        Op::FilterMap(m) => format!("filter_map(|x| (x % {m} == 0).then_some(x / {m}))"),
        Op::FlatMap(m) => format!("flat_map(|x| spread(x, {m}))"),
        Op::Take(n) => format!("take({n})"),
        Op::TakeWhile(n) => format!("take_while(|x| *x < {n})"),
        Op::Skip(n) => format!("skip({n})"),
        Op::SkipWhile(n) => format!("skip_while(|x| *x < {n})"),
        Op::StepBy(n) => format!("step_by({n})"),
        Op::Enumerate => "enumerate() -> map(|(index, x)| step(x, 1, index as i64))".to_string(),
        Op::Accumulate(init) => {
            format!("accumulate({init}_i64, |sum, x| {{ *sum = step(*sum, 1, x); *sum }})")
        }
        Op::Unique => "unique()".to_string(),
        Op::Inspect => format!("inspect(|x| log.borrow_mut().push(({id}, *x)))"),
        Op::Partition(n) => format!("partition({n}) {mix}"),
        Op::Batched(n) => format!("partition({n}) -> flatten()"),
        Op::PartitionUnique(n) => format!("partition_unique({n}) {mix}"),
        Op::Sliding(n, false) => format!("sliding_window({n}) {mix}"),
        Op::Sliding(n, true) => format!("sliding_window({n}, partial = true) {mix}"),
        Op::GroupBy(n) => format!("group_by(|x| x / {n}) {keyed}"),
        Op::WindowBy(n) => format!("window_by(|x| [x / {n}, x / {n} + 1]) {keyed}"),
        Op::Try(m) => format!("map(|x| attempt(x, {m}))"),
        Op::TryEach(m) => {
            format!("flat_map(|x| spread(x, 3).into_iter().map(|x| attempt(x, {m})))")
        }
        Op::Sink(sink) => match sink {
            Sink::Collect => "collect::<Vec<_>>()".to_string(),
            Sink::Count => "count()".to_string(),
            Sink::Sum => "sum::<i64>()".to_string(),
            Sink::Fold => "fold(7_i64, |sum, x| *sum = step(*sum, 3, x))".to_string(),
            Sink::Max => "max()".to_string(),
            Sink::First => "first()".to_string(),
            Sink::Last => "last()".to_string(),
            Sink::Log => format!("for_each(|x| log.borrow_mut().push(({id}, x)))"),
            Sink::Drain => "drain()".to_string(),
        },
        _ => String::new(),
    }
}

impl Op {
    /// Returns whether a chain may end in it without a sink or a name.
    fn ends_in_arms(&self) -> bool {
        matches!(self, Self::Match(_))
    }
}

impl Graph {
    /// Returns whether a `match` stands in a chain that goes on behind it.
    fn is_written_by_another(&self, id: NodeId) -> bool {
        self.nodes
            .iter()
            .enumerate()
            .any(|(join, node)| node.op == Op::Join && self.match_of(join) == id)
    }

    /// The `match` whose arms join in a node.
    fn match_of(&self, join: NodeId) -> NodeId {
        let ends_here = |node: &crate::graph::Node| match &node.op {
            Op::Match(arms) => arms.iter().any(|arm| arm.end == ArmEnd::Open(join)),
            _ => false,
        };
        self.nodes
            .iter()
            .position(ends_here)
            .expect("a join has a match")
    }

    /// The node that gives its name to the chain that a segment begins.
    fn end_of_chain(&self, segment: NodeId) -> NodeId {
        let mut id = segment;
        while !self.nodes[id].named {
            let next = self.next_in_chain(id);
            let Some(next) = next else { break };
            id = next;
        }
        id
    }

    fn next_in_chain(&self, id: NodeId) -> Option<NodeId> {
        if matches!(self.nodes[id].op, Op::Match(_)) {
            let mut nodes = 0..self.nodes.len();
            return nodes
                .find(|join| self.nodes[*join].op == Op::Join && self.match_of(*join) == id);
        }
        let uses = self.uses(id).into_iter();
        let mut uses =
            uses.filter(|(to, input)| self.nodes[*to].inputs[*input].port == Port::Items);
        let (to, _) = uses.next()?;
        (self.nodes[to].op != Op::Segment && !self.nodes[to].op.is_fan_in()).then_some(to)
    }
}
