//! Random well-formed graphs.
//!
//! A plain generator from a seed, without a library of properties: every case
//! is compiled, so cases are made in bulk and shrunk in bulk (`shrink`).

use crate::graph::{Arm, ArmEnd, Graph, NodeId, Op, Pattern, Port, Sink};

/// Splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn int(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    fn size(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

type Output = (NodeId, Port);

struct Generator<'r> {
    random: &'r mut Random,
    graph: Graph,
    /// The outputs that may be read. What stands within an arm may not.
    outputs: Vec<Output>,
    /// The outputs whose items are strictly ascending.
    sorted: Vec<Output>,
}

/// A graph. It may fail to come to an end.
pub fn graph(random: &mut Random) -> Graph {
    let style = random.next();
    let mut generator = Generator {
        random,
        graph: Graph {
            style,
            ..Graph::default()
        },
        outputs: Vec::new(),
        sorted: Vec::new(),
    };
    generator.sources();
    for _ in 0..generator.random.size(3, 12) {
        generator.grow();
    }
    generator.end();
    let mut graph = generator.graph;
    graph.name_what_must_be();
    graph
}

impl Generator<'_> {
    fn sources(&mut self) {
        for _ in 0..[1, 1, 1, 2, 2, 3][self.random.below(6)] {
            let len = self.random.size(0, 12);
            let ascending = self.random.one_in(2);
            let mut last = self.random.int(0, 5);
            let items = (0..len).map(|_| {
                last = if ascending {
                    last + self.random.int(1, 4)
                } else {
                    self.random.int(0, 40)
                };
                last
            });
            let items = items.collect();
            let source = (self.graph.push(Op::Source(items), &[]), Port::Items);
            self.outputs.push(source);
            if ascending {
                self.sorted.push(source);
            }
        }
    }

    /// An output, rather one that nobody reads yet.
    fn output(&mut self) -> Output {
        let unread = |output: &&Output| !self.is_read(**output);
        let unread: Vec<_> = self.outputs.iter().filter(unread).copied().collect();
        if unread.is_empty() || self.random.one_in(3) {
            self.outputs[self.random.below(self.outputs.len())]
        } else {
            unread[self.random.below(unread.len())]
        }
    }

    fn outputs(&mut self) -> Vec<Output> {
        (0..self.random.size(2, 3)).map(|_| self.output()).collect()
    }

    fn is_read(&self, (from, port): Output) -> bool {
        let uses = self.graph.uses(from).into_iter();
        let mut ports = uses.map(|(to, input)| self.graph.nodes[to].inputs[input].port);
        ports.any(|each| each == port)
    }

    fn add(&mut self, op: Op, from: &[Output]) -> NodeId {
        let sorted = op == Op::Merge
            || (op.keeps_order() && from.iter().all(|output| self.sorted.contains(output)));
        let node = self.graph.push(op, from);
        self.graph.nodes[node].named = self.random.one_in(3);
        self.outputs.push((node, Port::Items));
        if sorted {
            self.sorted.push((node, Port::Items));
        }
        node
    }

    /// One more piece.
    fn grow(&mut self) {
        match self.random.below(23) {
            20.. => self.pulled(),
            0..=8 => {
                let (op, from) = (self.operator(), self.output());
                self.add(op, &[from]);
            }
            9 | 10 => {
                let from = self.outputs();
                self.add(Op::Union, &from);
            }
            11 | 12 => {
                let from = self.outputs();
                self.add(Op::Zip, &from);
            }
            13 => self.merge(),
            14 | 15 => self.route(),
            16 => self.divert(),
            17 => self.feed(),
            _ => self.cycle(),
        }
    }

    fn operator(&mut self) -> Op {
        let random = &mut *self.random;
        match random.below(23) {
            0 | 1 => Op::Map(random.int(1, 3), random.int(0, 9)),
            2 | 3 => Op::Filter(random.int(2, 4), random.int(0, 1)),
            4 => Op::FilterMap(random.int(2, 3)),
            5 | 6 => Op::FlatMap(random.int(2, 4)),
            7 => Op::Take(random.size(0, 6)),
            8 => Op::TakeWhile(random.int(5, 40)),
            9 => Op::Skip(random.size(0, 4)),
            10 => Op::SkipWhile(random.int(5, 30)),
            11 => Op::StepBy(random.size(1, 3)),
            12 => Op::Enumerate,
            13 => Op::Accumulate(random.int(0, 9)),
            14 => Op::Unique,
            15 => Op::Inspect,
            16 => Op::Partition(random.size(1, 4)),
            17 => Op::PartitionUnique(random.size(1, 3)),
            18 => Op::Sliding(random.size(1, 3), random.one_in(2)),
            19 => Op::GroupBy(random.int(2, 10)),
            20 => Op::WindowBy(random.int(2, 10)),
            _ => Op::Batched(random.size(1, 5)),
        }
    }

    /// Inputs of a `zip` that come of sources of their own, by way of unions, and of what gives
    /// several.
    fn pulled(&mut self) {
        let count = self.random.size(2, 3);
        let inputs: Vec<Output> = (0..count).map(|_| self.pulled_input()).collect();
        let zip = self.graph.push(Op::Zip, &inputs);
        self.outputs.push((zip, Port::Items));
    }

    fn pulled_input(&mut self) -> Output {
        let count = self.random.size(1, 2);
        let from: Vec<Output> = (0..count)
            .map(|_| {
                let len = self.random.size(0, 6);
                let items = (0..len).map(|_| self.random.int(0, 40)).collect();
                let source = (self.graph.push(Op::Source(items), &[]), Port::Items);
                self.behind(source)
            })
            .collect();
        let joined = match from.as_slice() {
            [only] => *only,
            _ => (self.graph.push(Op::Union, &from), Port::Items),
        };
        self.behind(joined)
    }

    /// An output behind an operator that gives several, or drops some, or itself.
    fn behind(&mut self, from: Output) -> Output {
        let op = match self.random.below(5) {
            0 | 1 => Op::FlatMap(self.random.int(2, 4)),
            2 => Op::Filter(self.random.int(2, 4), self.random.int(0, 1)),
            3 => Op::Take(self.random.size(0, 4)),
            _ => return from,
        };
        (self.graph.push(op, &[from]), Port::Items)
    }

    fn merge(&mut self) {
        let count = self.random.size(2, 3);
        let from: Vec<_> = (0..count)
            .filter(|_| !self.sorted.is_empty())
            .map(|_| self.sorted[self.random.below(self.sorted.len())])
            .collect();
        if from.len() == count {
            self.add(Op::Merge, &from);
        }
    }

    fn route(&mut self) {
        let from = self.output();
        let node = self.graph.push(Op::Match(Vec::new()), &[from]);
        let count = self.random.size(2, 4);
        let (mut arms, mut open) = (Vec::new(), Vec::new());
        for index in 0..count {
            let pattern = match self.random.below(3) {
                _ if index + 1 == count => Pattern::Rest,
                0 => Pattern::Guard(self.random.int(2, 3), 0),
                1 => Pattern::Range(self.random.int(0, 10), self.random.int(10, 20)),
                _ => Pattern::Bound(self.random.int(5, 25)),
            };
            let mut last = (node, Port::Arm(index));
            let mut body = Vec::new();
            for _ in 0..self.random.below(3) {
                let op = self.operator();
                last = (self.graph.push(op, &[last]), Port::Items);
                body.push(last.0);
            }
            let end = match self.random.below(7) {
                0 => {
                    body.push(self.graph.push(Op::Sink(Sink::Log), &[last]));
                    ArmEnd::Sink
                }
                1 if body.is_empty() => ArmEnd::Drop,
                2 => {
                    let segment = self.segment(&[last]);
                    ArmEnd::Feed(segment)
                }
                _ => {
                    open.push(last);
                    ArmEnd::Open(0)
                }
            };
            arms.push(Arm { pattern, body, end });
        }
        if !open.is_empty() {
            let join = self.add(Op::Join, &open);
            for arm in &mut arms {
                if matches!(arm.end, ArmEnd::Open(_)) {
                    arm.end = ArmEnd::Open(join);
                }
            }
        }
        self.graph.nodes[node].op = Op::Match(arms);
    }

    /// A segment with something in it, or one more feed to one that is there.
    fn segment(&mut self, from: &[Output]) -> NodeId {
        let segments: Vec<NodeId> = (0..self.graph.nodes.len())
            .filter(|id| self.graph.nodes[*id].op == Op::Segment)
            .filter(|id| {
                let below = self.graph.reach(*id, None, true);
                from.iter().all(|(from, _)| !below.contains(from))
            })
            .collect();
        if !segments.is_empty() && self.random.one_in(2) {
            let segment = segments[self.random.below(segments.len())];
            from.iter()
                .for_each(|from| self.graph.feed(segment, *from, false));
            return segment;
        }
        let segment = self.graph.push(Op::Segment, from);
        let head = self.operator();
        self.add(head, &[(segment, Port::Items)]);
        segment
    }

    fn feed(&mut self) {
        let from: Vec<_> = (0..self.random.size(1, 3)).map(|_| self.output()).collect();
        self.segment(&from);
    }

    fn divert(&mut self) {
        let from = self.output();
        let m = self.random.int(2, 4);
        let op = if self.random.one_in(2) {
            Op::Try(m)
        } else {
            Op::TryEach(m)
        };
        let node = self.add(op, &[from]);
        self.segment(&[(node, Port::Errors)]);
    }

    /// A segment that something comes back to.
    fn cycle(&mut self) {
        let from: Vec<_> = (0..self.random.size(1, 2)).map(|_| self.output()).collect();
        let segment = self.graph.push(Op::Segment, &from);
        let head = match self.random.below(4) {
            0 => Op::Unique,
            _ => Op::Below(self.random.int(10, 60)),
        };
        let mut last = self.add(head, &[(segment, Port::Items)]);
        for _ in 0..self.random.below(3) {
            let op = self.operator();
            last = self.add(op, &[(last, Port::Items)]);
            if self.random.one_in(4) {
                // A segment that is fed from within the cycle only.
                let segment = self.graph.push(Op::Segment, &[(last, Port::Items)]);
                let op = self.operator();
                last = self.add(op, &[(segment, Port::Items)]);
            } else if self.random.one_in(4) {
                let other = self.output();
                let op = if self.random.one_in(2) {
                    Op::Union
                } else {
                    Op::Zip
                };
                last = self.add(op, &[(last, Port::Items), other]);
            }
        }
        let grown = self.random.int(1, 15);
        if self.random.one_in(4) {
            self.come_back_by_arms(segment, last, grown);
            return;
        }
        let back = self.add(Op::Grow(grown), &[(last, Port::Items)]);
        if self.random.one_in(3) {
            // Beside each other: what is good, and what is not.
            let m = self.random.int(2, 4);
            let node = self.add(Op::Try(m), &[(back, Port::Items)]);
            self.graph.feed(segment, (node, Port::Errors), true);
            self.graph.feed(segment, (node, Port::Items), true);
        } else {
            self.graph.feed(segment, (back, Port::Items), true);
        }
    }

    /// Several arms of one `match` that lead back to one segment.
    fn come_back_by_arms(&mut self, segment: NodeId, last: NodeId, grown: i64) {
        let grown = self.graph.push(Op::Grow(grown), &[(last, Port::Items)]);
        let node = self
            .graph
            .push(Op::Match(Vec::new()), &[(grown, Port::Items)]);
        let patterns = [Pattern::Guard(2, 0), Pattern::Bound(15), Pattern::Rest];
        let arms = patterns.into_iter().enumerate().map(|(index, pattern)| {
            let mut body = Vec::new();
            let mut end = (node, Port::Arm(index));
            if self.random.one_in(2) {
                end = (self.graph.push(Op::Inspect, &[end]), Port::Items);
                body.push(end.0);
            }
            self.graph.feed(segment, end, true);
            let end = ArmEnd::Feed(segment);
            Arm { pattern, body, end }
        });
        let arms = arms.collect();
        self.graph.nodes[node].op = Op::Match(arms);
    }

    /// Ends in a sink what nobody reads.
    fn end(&mut self) {
        for output in self.outputs.clone() {
            if !self.is_read(output) || self.random.one_in(8) {
                use Sink::*;
                let all = [
                    Collect, Collect, Collect, Count, Sum, Fold, Max, First, Last, Log, Drain,
                ];
                let sink = all[self.random.below(all.len())];
                self.graph.push(Op::Sink(sink), &[output]);
            }
        }
    }
}
