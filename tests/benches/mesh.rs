//! The cost of a hop in a mesh: out of one behaviour into the next one's mailbox,
//! and out of that. Beside it a cycle of a flow, and a channel of tokio.
//!
//! ```text
//! cargo bench -p flow-tests --bench mesh
//! ```
//!
//! prints nanoseconds, the best of several runs, and instructions where
//! `valgrind` is installed.

mod callgrind;
mod measure;

use std::{cell::Cell, env, hint::black_box, rc::Rc};

use callgrind::instructions;

use flow_runtime::{
    flow,
    mesh::{ByPriority, Mesh, Node, RoundRobin},
};

const ITEMS: u64 = 1 << 20;
const BATCH: u64 = 256;
const RUNS: usize = 15;

/// A chain of so many nodes, and the first of them; the last adds up.
fn chain(nodes: usize) -> (Mesh, Node<u64>, Rc<Cell<u64>>) {
    let total = Rc::new(Cell::new(0_u64));
    let sum = total.clone();
    let mut mesh = Mesh::new();
    let mut next = mesh.tasklet("sink", move |x: u64, _| sum.set(sum.get().wrapping_add(x)));
    for index in 1..nodes {
        let to = next;
        next = mesh.tasklet(format!("n{index}"), move |x: u64, mail| {
            mail.send(to, black_box(x) + 1)
        });
    }
    (mesh, next, total)
}

/// Sends all items through a chain, a batch at a time.
fn through(nodes: usize, mut run: impl FnMut(&mut Mesh)) -> u64 {
    let (mut mesh, first, total) = chain(nodes);
    let rounds = ITEMS / BATCH / nodes as u64;
    for round in 0..rounds {
        for x in 0..BATCH {
            mesh.send(first, round + x).expect("it is open");
        }
        run(&mut mesh);
    }
    black_box(total.get());
    rounds * BATCH * nodes as u64
}

mod cases {
    use super::*;

    #[inline(never)]
    pub fn mesh_1_round_robin() -> u64 {
        round_robin(1)
    }

    #[inline(never)]
    pub fn mesh_4_round_robin() -> u64 {
        round_robin(4)
    }

    #[inline(never)]
    pub fn mesh_16_round_robin() -> u64 {
        round_robin(16)
    }

    fn round_robin(nodes: usize) -> u64 {
        through(nodes, |mesh| {
            let worked = mesh.run(&mut RoundRobin::new(mesh.ids().rev()));
            assert!(worked.is_ok());
        })
    }

    #[inline(never)]
    pub fn mesh_1_by_priority() -> u64 {
        by_priority(1)
    }

    #[inline(never)]
    pub fn mesh_4_by_priority() -> u64 {
        by_priority(4)
    }

    #[inline(never)]
    pub fn mesh_16_by_priority() -> u64 {
        by_priority(16)
    }

    /// One item a turn.
    fn by_priority(nodes: usize) -> u64 {
        through(nodes, |mesh| {
            let worked = mesh.run(&mut ByPriority::new(mesh.ids().rev()).incremental());
            assert!(worked.is_ok());
        })
    }

    /// Every item goes round a cycle sixteen times.
    #[inline(never)]
    pub fn flow_cycle() -> u64 {
        let sum = flow! {
            from(0..ITEMS / 16) -> map(|x| black_box((x, 15))) -> steps;
            steps = inspect(|_| ());
            steps -> filter(|(_, left)| *left > 0) -> map(|(x, left)| (black_box(x) + 1, left - 1)) -> steps;
            steps -> fold(0_u64, |sum, (x, _)| *sum = sum.wrapping_add(x))
        };
        black_box(sum.run());
        ITEMS
    }

    /// From one task to another, on one thread.
    #[inline(never)]
    pub fn tokio_channel() -> u64 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let (sender, mut receiver) = tokio::sync::mpsc::channel(BATCH as usize);
            let send = tokio::task::spawn_local(async move {
                for x in 0..ITEMS {
                    sender.send(black_box(x)).await.expect("it is open");
                }
            });
            let mut sum: u64 = 0;
            while let Some(x) = receiver.recv().await {
                sum = sum.wrapping_add(x);
            }
            black_box(sum);
            send.await.expect("no panic");
        });
        ITEMS
    }
}

type Case = (&'static str, fn() -> u64);

macro_rules! cases {
    ($($case:ident)*) => {
        &[$((stringify!($case), cases::$case)),*]
    };
}

/// Each gives the number of its hops.
const CASES: &[Case] = cases![
    mesh_1_round_robin mesh_4_round_robin mesh_16_round_robin
    mesh_1_by_priority mesh_4_by_priority mesh_16_by_priority
    flow_cycle tokio_channel
];

fn main() {
    let wanted = env::args().nth(1).filter(|name| !name.starts_with('-'));
    if let Some(name) = wanted {
        let (_, case) = CASES
            .iter()
            .find(|(case, _)| *case == name)
            .expect("one of the cases");
        println!("{}", case());
        return;
    }
    println!("{:<22} {:>10} {:>16}", "a hop", "ns", "instructions");
    for (name, case) in CASES {
        let hops = case();
        let best = measure::best(RUNS, hops, || {
            case();
        });
        let count = instructions(&format!("mesh::cases::{name}"), name);
        let count = count.map_or("-".to_string(), |count| {
            format!("{:.1}", count as f64 / hops as f64)
        });
        println!("{name:<22} {best:>10.2} {count:>16}");
    }
}
