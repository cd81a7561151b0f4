//! A hop in a mesh allocates nothing, once the mailboxes have grown.

use super::*;
use flow_runtime::mesh::{ByPriority, Mesh, Node, RoundRobin};

/// Numbers go round between two nodes, and each sends to a third.
fn ring() -> (Mesh, Node<u64>) {
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", |x: u64, _| {
        black_box(x);
    });
    let first = mesh.declare("first");
    let second = mesh.tasklet("second", move |x: u64, mail| {
        mail.send(sink, x)?;
        mail.send(first, x - 1)
    });
    mesh.set(first, move |x, mail| {
        let to = if x > 0 { second } else { sink };
        mail.send(to, x)
    });
    (mesh, first)
}

#[test]
fn a_hop_under_round_robin() {
    assert_steady(|n| {
        let (mut mesh, first) = ring();
        for x in 0..8 {
            mesh.send(first, n + x).expect("it is open");
        }
        mesh.run(&mut RoundRobin::new(mesh.ids()))
            .expect("nothing fails")
    });
}

#[test]
fn a_hop_by_priority() {
    assert_steady(|n| {
        let (mut mesh, first) = ring();
        mesh.priority(first, || 1);
        for x in 0..8 {
            mesh.send(first, n + x).expect("it is open");
        }
        let mut scheduler = ByPriority::new(mesh.ids()).incremental();
        mesh.run(&mut scheduler).expect("nothing fails")
    });
}

#[test]
fn a_hop_by_hand_and_between_the_stages_of_a_flow() {
    let (mut mesh, first) = ring();
    let out = mesh.declare("out");
    let pipe = mesh.pipe("pipe", flow! { <u64> -> filter(|x| x % 2 == 0) }, out);
    let mut all = |n: u64| {
        mesh.send(first, n).expect("it is open");
        while mesh.next(first).expect("nothing fails") {
            mesh.run_all().expect("nothing fails");
        }
        flow! { from(0..n) -> via(mesh.between(pipe, out)) -> sum() }.run()
    };
    // Who last sent to whom is written down at the next sending.
    all(10);
    all(10);
    assert_eq!(allocations(|| all(1_000)), 0);
}
