//! Meshes that go to another thread.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};

use flow_runtime::{
    BoxError,
    mesh::{Behaviour, ByPriority, Mail, Node, RoundRobin, Scheduler, SendMesh, Turn},
};

fn assert_send<T: Send>(_: &T) {}

struct Doubles(Node<u32>);

impl Behaviour<u32> for Doubles {
    fn work(&mut self, item: u32, mail: &mut Mail) -> Result<(), BoxError> {
        Ok(mail.send(self.0, item * 2)?)
    }
}

struct FirstReady;

impl Scheduler<SendMesh> for FirstReady {
    fn next(&mut self, mesh: &mut SendMesh) -> Option<Turn> {
        mesh.ids().find(|id| mesh.is_ready(*id)).map(Turn::All)
    }
}

#[test]
fn a_mesh_is_built_here_and_run_there() {
    let (results, received) = mpsc::channel();
    let mut mesh = SendMesh::new();
    let sink = mesh.tasklet("sink", move |n: u32, _| results.send(n));
    let doubles = mesh.node("doubles", Doubles(sink));
    let made = mesh.node_with("made", move || Doubles(doubles));
    mesh.priority(sink, || 1);
    assert_send(&mesh);
    let runs = [
        |mesh: &mut SendMesh| mesh.run_all(),
        |mesh: &mut SendMesh| mesh.run(&mut RoundRobin::new(mesh.ids())),
        |mesh: &mut SendMesh| mesh.run(&mut ByPriority::new(mesh.ids()).incremental()),
        |mesh: &mut SendMesh| mesh.run(&mut FirstReady),
    ];
    for (n, run) in (1..).zip(runs) {
        mesh.restart(made).unwrap();
        mesh.send(made, n).unwrap();
        mesh = thread::spawn(move || {
            assert_eq!(run(&mut mesh).unwrap(), 3);
            mesh
        })
        .join()
        .unwrap();
    }
    assert_eq!(received.try_iter().collect::<Vec<_>>(), [4, 8, 12, 16]);
}

#[test]
fn behaviours_are_the_same_in_both_meshes_and_set_others_that_are_send() {
    let mut mesh = SendMesh::new();
    let out = mesh.declare::<u32>("out");
    let worker = mesh.tasklet("worker", |_: u32, _: &mut Mail| ());
    let control = mesh.tasklet("control", move |keep: bool, mail| match keep {
        true => mail.rescope_send(worker, move || move |n, mail| mail.send(out, n + 1)),
        false => mail.set_send(worker, move |n, mail| mail.send(out, n)),
    });
    for keep in [false, true] {
        mesh.send(worker, 10).unwrap();
        mesh.send(control, keep).unwrap();
        mesh.flush(control).unwrap();
        mesh.flush(worker).unwrap();
    }
    assert_eq!(mesh.close(out), [11]);
}

#[test]
fn a_mesh_that_can_be_sent_takes_nothing_that_cannot_from_within_either() {
    let mut mesh = SendMesh::new();
    let node = mesh.declare::<u32>("node");
    mesh.set(node, move |_, mail| mail.set(node, |_, _| ()));
    mesh.send(node, 1).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| mesh.run_all())).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("use `mail.set_send`"), "{text}");
}
