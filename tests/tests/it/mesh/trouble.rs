//! Errors, panics, and addresses that are wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use flow_runtime::{
    BoxError, Error, ErrorKind,
    mesh::{Behaviour, Mail, Mesh, Node, Refused, RoundRobin},
};

use super::Log;
use crate::zeros::place_of_panic;

#[derive(Debug, PartialEq)]
struct Odd(u32);

impl std::fmt::Display for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is odd", self.0)
    }
}

impl std::error::Error for Odd {}

/// Refuses odd numbers.
fn even() -> (Mesh, Node<u32>, Node<u32>) {
    let mut mesh = Mesh::new();
    let out = mesh.declare("out");
    let even = mesh.tasklet("even", move |n: u32, mail| {
        if n % 2 == 1 {
            return Err(Odd(n));
        }
        let _ = mail.send(out, n);
        Ok(())
    });
    (mesh, even, out)
}

#[test]
fn an_error_names_the_node_and_holds_the_users_and_the_rest_stays() {
    let (mut mesh, even, out) = even();
    let calls: [fn(&mut Mesh, Node<u32>) -> Error; 5] = [
        |mesh, node| mesh.next(node).unwrap_err(),
        |mesh, node| mesh.flush(node).unwrap_err(),
        |mesh, _| mesh.run_all().unwrap_err(),
        |mesh, node| mesh.run(&mut RoundRobin::new([node.id()])).unwrap_err(),
        |mesh, node| mesh.step(&mut RoundRobin::new([node.id()])).unwrap_err(),
    ];
    for call in calls {
        for n in [1, 2, 4] {
            mesh.send(even, n).unwrap();
        }
        let error = call(&mut mesh, even);
        assert_eq!(error.to_string(), "node `even`: 1 is odd");
        assert_eq!(error.stage(), Some("even"));
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.downcast_ref(), Some(&Odd(1)));
        assert_eq!(mesh.waiting(even).collect::<Vec<_>>(), [&2, &4]);
        assert_eq!(mesh.run_all().unwrap(), 2);
    }
    assert_eq!(mesh.pending(out), 10);
    assert_eq!(mesh.metrics(even).worked, 15);
}

#[test]
fn a_send_that_is_refused_says_to_whom() {
    let mut mesh = Mesh::new();
    let full = mesh.declare("full");
    let shut = mesh.declare("shut");
    mesh.capacity(full, 0);
    mesh.close(shut);
    let sends = mesh.tasklet("sends", move |to: Node<u32>, mail| mail.send(to, 1));
    mesh.send(sends, full).unwrap();
    mesh.send(sends, shut).unwrap();
    let error = mesh.next(sends).unwrap_err();
    assert_eq!(
        error.to_string(),
        "node `sends`: nothing was sent to `full`: the node's mailbox is full"
    );
    assert_eq!(error.kind(), ErrorKind::Capacity);
    assert_eq!(error.downcast_ref(), Some(&Refused::Full));
    let error = mesh.next(sends).unwrap_err();
    assert_eq!(
        error.to_string(),
        "node `sends`: nothing was sent to `shut`: the node is closed"
    );
    assert_eq!(error.kind(), ErrorKind::Failed);
}

#[test]
fn what_a_failing_behaviour_asked_for_is_done() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<u32>("out");
    let other = mesh.tasklet("other", |_: u32, _| ());
    let fails = mesh.tasklet("fails", move |_: u32, mail| {
        mail.set(other, move |n, mail| mail.send(out, n));
        Err::<(), _>("no more")
    });
    mesh.send(fails, 1).unwrap();
    assert_eq!(
        mesh.run_all().unwrap_err().to_string(),
        "node `fails`: no more"
    );
    mesh.send(other, 2).unwrap();
    mesh.run_all().unwrap();
    assert_eq!(mesh.close(out), [2]);
}

#[test]
fn a_panic_leaves_a_mesh_that_can_be_used() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<u32>("out");
    let other = mesh.tasklet("other", |_: u32, _| ());
    let node = mesh.tasklet("node", move |n: u32, mail| {
        if n == 2 {
            mail.set(other, move |n, mail| mail.send(out, n * 100));
            panic!("two");
        }
        mail.send(out, n)
    });
    for n in 1..4 {
        mesh.send(node, n).unwrap();
    }
    assert!(catch_unwind(AssertUnwindSafe(|| mesh.run_all())).is_err());
    assert_eq!(mesh.waiting(node).collect::<Vec<_>>(), [&3]);
    mesh.send(other, 4).unwrap();
    mesh.run_all().unwrap();
    // The change that was asked for came when the mesh was used again, and a new
    // mailbox is empty.
    mesh.send(other, 5).unwrap();
    mesh.run_all().unwrap();
    assert_eq!(mesh.close(out), [1, 3, 500]);
}

#[test]
fn behaviours_that_only_panic_are_behaviours() {
    let mut mesh = Mesh::new();
    let node = mesh.tasklet("node", |_: u32, _| panic!("never"));
    mesh.send(node, 1).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| mesh.next(node))).is_err());
    assert!(!mesh.next(node).unwrap());
}

#[test]
fn a_last_word_that_panics_does_not_silence_the_others() {
    struct Last(bool, Log);
    impl Behaviour<()> for Last {
        fn work(&mut self, (): (), _: &mut Mail) -> Result<(), BoxError> {
            Ok(())
        }
        fn closed(&mut self, mail: &mut Mail) {
            self.1.say(mail.name(mail.id()));
            assert!(!self.0, "the last word");
        }
    }
    let log = Log::default();
    let mut mesh = Mesh::new();
    for (name, panics) in [("a", false), ("b", true), ("c", false)] {
        mesh.node(name, Last(panics, log.clone()));
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(mesh))).is_err());
    assert_eq!(log.take(), ["a", "b", "c"]);
}

#[test]
fn where_making_panics_the_node_is_as_declared() {
    let mut mesh = Mesh::new();
    let mut first = true;
    let node = mesh.tasklet_with("node", move || {
        assert!(std::mem::take(&mut first), "made once");
        |_: u32, _: &mut Mail| ()
    });
    assert!(catch_unwind(AssertUnwindSafe(|| mesh.restart(node))).is_err());
    mesh.send(node, 1).unwrap();
    assert_eq!(mesh.run_all().unwrap(), 0);
    mesh.set(node, |_, _| ());
    assert_eq!(mesh.run_all().unwrap(), 1);
}

#[test]
fn a_node_of_another_mesh_is_a_panic_that_says_so() {
    let (mut ours, mut theirs) = (Mesh::new(), Mesh::new());
    let _ = ours.declare::<u32>("ours");
    let node = theirs.tasklet("theirs", |_: u32, _| ());
    let sends = ours.tasklet("sends", move |n: u32, mail| mail.send(node, n));
    ours.send(sends, 1).unwrap();
    let calls: [fn(&mut Mesh, Node<u32>); 12] = [
        |mesh, node| {
            let _ = mesh.send(node, 1);
        },
        |mesh, node| drop(mesh.next(node)),
        |mesh, node| drop(mesh.flush(node)),
        |mesh, node| drop(mesh.close(node)),
        |mesh, node| {
            let _ = mesh.clear(node);
        },
        |mesh, node| mesh.set(node, |_, _| ()),
        |mesh, node| drop(mesh.restart(node)),
        |mesh, node| mesh.capacity(node, 1),
        |mesh, node| mesh.priority(node, 1),
        |mesh, node| {
            let _ = mesh.metrics(node.id());
        },
        |mesh, node| drop(mesh.run(&mut RoundRobin::new([node.id()]))),
        |mesh, _| drop(mesh.run_all()),
    ];
    for call in calls {
        let panic = catch_unwind(AssertUnwindSafe(|| call(&mut ours, node))).unwrap_err();
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        assert!(text.unwrap().contains("node of another mesh"), "{text:?}");
        // What was sent in vain is gone.
        let _ = ours.send(sends, 1);
        let place = place_of_panic(|| call(&mut ours, node));
        assert!(place.ends_with("trouble.rs"), "{place}");
    }
    assert_eq!(theirs.send(node, 1), Ok(()));
}

#[test]
fn errors_of_meshes_and_sends_mix_with_question_marks() {
    fn job() -> Result<usize, Error> {
        let mut mesh = Mesh::new();
        let node = mesh.tasklet("node", |_: u32, _| ());
        mesh.send(node, 1)?;
        mesh.next(node)?;
        mesh.close(node);
        mesh.send(node, 2)?;
        mesh.run_all()
    }
    let error = job().unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Failed, "the node is closed".to_string())
    );
}
