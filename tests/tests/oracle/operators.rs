//! The operators: each with one item, and at the end of its input.

use std::collections::VecDeque;

use crate::graph::{Op, Port, Sink};

/// The memory of an operator.
#[derive(Clone, Default)]
pub struct State {
    pub count: usize,
    /// It lets nothing pass any more, or does not skip any more.
    pub over: bool,
    pub sum: i64,
    pub held: Vec<i64>,
    /// The open windows, by key.
    pub windows: Vec<(i64, Vec<i64>)>,
    /// The items that wait at each input of a fan-in, or in a segment.
    pub waiting: Vec<VecDeque<i64>>,
    /// The inputs that have ended.
    pub closed: Vec<bool>,
}

// What the flows call, too; see `PRELUDE`.
include!("prelude.rs");

/// The text of what the flows call.
pub const PRELUDE: &str = include_str!("prelude.rs");

impl State {
    /// Takes one item, and gives what comes out for it.
    pub fn push(&mut self, op: &Op, x: i64) -> Vec<(Port, i64)> {
        let items = match op {
            Op::Try(m) => return vec![tried(x, *m)],
            Op::TryEach(m) => return spread(x, 3).into_iter().map(|x| tried(x, *m)).collect(),
            Op::Match(arms) => {
                let arm = arms.iter().position(|arm| arm.pattern.matches(x));
                return vec![(Port::Arm(arm.expect("the last arm takes the rest")), x)];
            }
            _ => self.items(op, x),
        };
        items.into_iter().map(|x| (Port::Items, x)).collect()
    }

    fn items(&mut self, op: &Op, x: i64) -> Vec<i64> {
        let pass = |passes: bool| if passes { vec![x] } else { Vec::new() };
        let before = self.count;
        self.count += 1;
        match *op {
            Op::Map(a, b) => vec![step(x, a, b)],
            Op::Grow(n) => vec![(x + n) % 97],
            Op::Filter(m, r) => pass(x % m != r),
            Op::Below(n) => pass(x < n),
            Op::FilterMap(m) if x % m == 0 => vec![x / m],
            Op::FilterMap(_) => Vec::new(),
            Op::FlatMap(m) => spread(x, m),
            Op::Take(n) => pass(before < n),
            Op::TakeWhile(n) => {
                self.over |= x >= n;
                pass(!self.over)
            }
            Op::Skip(n) => pass(before >= n),
            Op::SkipWhile(n) => {
                self.over |= x >= n;
                pass(self.over)
            }
            Op::StepBy(n) => pass(before.is_multiple_of(n)),
            Op::Enumerate => vec![step(x, 1, before as i64)],
            Op::Accumulate(init) => {
                self.sum = step(if before == 0 { init } else { self.sum }, 1, x);
                vec![self.sum]
            }
            Op::Unique => {
                let is_new = !self.held.contains(&x);
                self.held.push(x);
                pass(is_new)
            }
            Op::Partition(n) => {
                self.held.push(x);
                self.release(self.held.len() == n)
            }
            Op::Batched(n) => {
                self.held.push(x);
                match self.held.len() == n {
                    true => std::mem::take(&mut self.held),
                    false => Vec::new(),
                }
            }
            Op::PartitionUnique(n) => {
                if !self.held.contains(&x) {
                    self.held.push(x);
                }
                self.release(self.held.len() == n)
            }
            Op::Sliding(n, partial) => {
                self.held.push(x);
                let window = &self.held[self.held.len().saturating_sub(n)..];
                if partial || window.len() == n {
                    vec![mix(window)]
                } else {
                    Vec::new()
                }
            }
            Op::GroupBy(n) => self.enter(x, &[x / n]),
            Op::WindowBy(n) => self.enter(x, &[x / n, x / n + 1]),
            _ => vec![x],
        }
    }

    fn release(&mut self, complete: bool) -> Vec<i64> {
        if !complete || self.held.is_empty() {
            return Vec::new();
        }
        vec![mix(&std::mem::take(&mut self.held))]
    }

    /// Puts an item into the windows of some keys, and completes the others.
    fn enter(&mut self, x: i64, keys: &[i64]) -> Vec<i64> {
        let windows = std::mem::take(&mut self.windows);
        let (open, complete) = windows.into_iter().partition(|(key, _)| keys.contains(key));
        self.windows = open;
        for key in keys {
            match self.windows.iter_mut().find(|(each, _)| each == key) {
                Some((_, items)) => items.push(x),
                None => self.windows.push((*key, vec![x])),
            }
        }
        windows_out(complete)
    }

    /// Gives what leaves at the end of input.
    pub fn finish(&mut self, op: &Op) -> Vec<i64> {
        match op {
            Op::Partition(_) | Op::PartitionUnique(_) => self.release(true),
            Op::Batched(_) => std::mem::take(&mut self.held),
            Op::GroupBy(_) | Op::WindowBy(_) => windows_out(std::mem::take(&mut self.windows)),
            _ => Vec::new(),
        }
    }

    /// Returns whether no item passes any more.
    pub fn is_over(&self, op: &Op) -> bool {
        match op {
            Op::Take(n) => self.count >= *n,
            Op::TakeWhile(_) => self.over,
            Op::Sink(Sink::First) => !self.held.is_empty(),
            _ => false,
        }
    }

    /// Gives what a fan-in can give now.
    pub fn meet(&mut self, op: &Op) -> Option<i64> {
        match op {
            Op::Zip => {
                let ready = self.waiting.iter().all(|queue| !queue.is_empty());
                let pair = ready.then(|| self.waiting.iter_mut().filter_map(VecDeque::pop_front));
                pair.map(|pair| mix(&pair.collect::<Vec<_>>()))
            }
            Op::Merge => {
                let inputs = 0..self.waiting.len();
                if inputs.clone().any(|input| self.wants(input)) {
                    return None;
                }
                let least = *self.waiting.iter().filter_map(VecDeque::front).min()?;
                let has = |input: &usize| self.waiting[*input].front() == Some(&least);
                let rightmost = inputs.rev().find(has)?;
                for queue in &mut self.waiting {
                    if queue.front() == Some(&least) {
                        queue.pop_front();
                    }
                }
                Some(least * 4 + rightmost as i64)
            }
            _ => self.waiting[0].pop_front(),
        }
    }

    /// Returns whether an input of a `merge_keyed` has yet to show its next key.
    pub fn wants(&self, input: usize) -> bool {
        self.waiting[input].is_empty() && !self.closed[input]
    }

    /// The value of a sink, as it is printed.
    pub fn value(&self, sink: Sink) -> String {
        let items = &self.held;
        match sink {
            Sink::Collect => format!("{items:?}"),
            Sink::Count => items.len().to_string(),
            Sink::Sum => items.iter().sum::<i64>().to_string(),
            Sink::Fold => items.iter().fold(7, |sum, x| step(sum, 3, *x)).to_string(),
            Sink::Max => format!("{:?}", items.iter().max()),
            Sink::First => format!("{:?}", items.first()),
            Sink::Last => format!("{:?}", items.last()),
            Sink::Log | Sink::Drain => String::new(),
        }
    }
}

fn tried(x: i64, m: i64) -> (Port, i64) {
    match attempt(x, m) {
        Ok(x) => (Port::Items, x),
        Err(x) => (Port::Errors, x),
    }
}

fn windows_out(mut windows: Vec<(i64, Vec<i64>)>) -> Vec<i64> {
    windows.sort();
    let out = windows.into_iter();
    out.map(|(key, items)| mix(&[key, mix(&items)])).collect()
}
