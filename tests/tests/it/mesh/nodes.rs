//! The commands of nodes, and their effects on each other.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::Duration,
};

use flow_runtime::{
    BoxError,
    mesh::{Behaviour, Mail, Mesh, Node, Refused, Unsent},
};

use super::Log;

/// Says its name when it is closed, and when it is dropped.
struct Named(&'static str, Log);

impl Behaviour<u32> for Named {
    fn work(&mut self, item: u32, _: &mut Mail) -> Result<(), BoxError> {
        self.1.say(format!("{} {item}", self.0));
        Ok(())
    }

    fn closed(&mut self, _: &mut Mail) {
        self.1.say(format!("{} closed", self.0));
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        self.1.say(format!("{} dropped", self.0));
    }
}

/// An item that says when it is dropped.
struct Item(u32, Log);

impl Drop for Item {
    fn drop(&mut self) {
        self.1.say(format!("item {} dropped", self.0));
    }
}

#[test]
fn two_nodes_feed_each_other_ten_thousand_times_without_recursion() {
    let seen = Rc::new(Cell::new(0));
    let sees = seen.clone();
    let mut mesh = Mesh::new();
    let first = mesh.declare::<u32>("first");
    let second = mesh.tasklet("second", move |i: u32, mail| mail.send(first, i));
    mesh.set(first, move |i, mail| {
        sees.set(i + 1);
        mail.send(second, i + 1)
    });
    mesh.send(first, 1).unwrap();
    for _ in 0..10_000 {
        assert!(mesh.next(first).unwrap());
        assert!(mesh.next(second).unwrap());
    }
    assert_eq!(seen.get(), 10_001);
}

#[test]
fn addresses_are_values() {
    let mut mesh = Mesh::new();
    let (a, b) = (mesh.declare::<u32>("a"), mesh.declare::<u32>("b"));
    let copy = a;
    assert_eq!(copy, a);
    assert_ne!(a, b);
    let mut loads = HashMap::from([(a, 1), (b, 2)]);
    loads.insert(copy, 3);
    assert_eq!(loads[&a], 3);
    // An address in an item.
    let answer = mesh.tasklet("answer", |(n, to): (u32, Node<u32>), mail| {
        mail.send(to, n + 1)
    });
    mesh.send(answer, (1, b)).unwrap();
    mesh.run_all().unwrap();
    assert_eq!(mesh.close(b), [2]);
    assert_eq!(
        mesh.ids().collect::<Vec<_>>(),
        [a.id(), b.id(), answer.id()]
    );
    assert_eq!(mesh.name(answer.id()), "answer");
}

#[test]
fn the_first_set_of_a_declared_node_keeps_what_waits_and_later_ones_do_not() {
    let log = Log::default();
    let mut mesh = Mesh::new();
    let node = mesh.declare("node");
    mesh.send(node, 1).unwrap();
    mesh.set_node(node, Named("a", log.clone()));
    assert_eq!(mesh.flush(node).unwrap(), 1);
    mesh.send(node, 2).unwrap();
    mesh.set_node(node, Named("b", log.clone()));
    assert_eq!(mesh.flush(node).unwrap(), 0);
    assert_eq!(log.take(), ["a 1", "a closed", "a dropped"]);
}

#[test]
fn a_closed_node_gives_back_what_waits_and_is_opened_by_set_rescope_and_restart() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<u32>("out");
    let node = mesh.tasklet("node", move |n: u32, mail| mail.send(out, n));
    let open = |mesh: &mut Mesh, node| {
        mesh.send(node, 5).unwrap();
        mesh.send(node, 6).unwrap();
        assert_eq!(mesh.close(node), [5, 6]);
        assert_eq!(mesh.close(node), [0; 0]);
        assert_eq!(mesh.send(node, 7), Err(Unsent::Closed(7)));
        assert_eq!(mesh.flush(node).unwrap(), 0);
    };
    open(&mut mesh, node);
    mesh.set(node, move |n, mail| mail.send(out, n * 10));
    open(&mut mesh, node);
    mesh.rescope(node, move || move |n, mail| mail.send(out, n * 100));
    open(&mut mesh, node);
    mesh.restart(node).unwrap();
    mesh.send(node, 1).unwrap();
    mesh.flush(node).unwrap();
    assert_eq!(mesh.close(out), [100]);
}

#[test]
fn the_last_word_is_said_once_then_the_old_is_dropped_then_what_waits() {
    let log = Log::default();
    let says = log.clone();
    let mut mesh = Mesh::new();
    struct Holds(Log);
    impl Behaviour<Item> for Holds {
        fn work(&mut self, _: Item, _: &mut Mail) -> Result<(), BoxError> {
            Ok(())
        }
        fn closed(&mut self, _: &mut Mail) {
            self.0.say("closed");
        }
    }
    impl Drop for Holds {
        fn drop(&mut self) {
            self.0.say("dropped");
        }
    }
    let node = mesh.node("node", Holds(log.clone()));
    mesh.send(node, Item(1, log.clone())).unwrap();
    mesh.set(node, move |_, _| says.say("works"));
    assert_eq!(log.take(), ["closed", "dropped", "item 1 dropped"]);
}

#[test]
fn what_makes_behaviours_is_asked_after_the_old_one_is_gone() {
    let log = Log::default();
    let mut mesh = Mesh::new();
    let node = mesh.node("node", Named("a", log.clone()));
    mesh.send(node, 1).unwrap();
    let makes = log.clone();
    mesh.rescope_node(node, move || {
        makes.say("make");
        Named("b", makes.clone())
    });
    mesh.flush(node).unwrap();
    mesh.send(node, 2).unwrap();
    mesh.restart(node).unwrap();
    assert_eq!(mesh.pending(node), 0);
    let expected = [
        "a closed",
        "a dropped",
        "make",
        "b 1",
        "b closed",
        "b dropped",
        "make",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn restart_needs_something_that_makes_the_behaviour() {
    let mut mesh = Mesh::new();
    let node = mesh.tasklet_with("node", || |_: u32, _: &mut Mail| ());
    mesh.restart(node).unwrap();
    mesh.set(node, |_, _| ());
    mesh.send(node, 1).unwrap();
    let error = mesh.restart(node).unwrap_err();
    assert!(error.to_string().contains("node `node`"), "{error}");
    assert_eq!(error.stage(), Some("node"));
    assert_eq!(mesh.pending(node), 1);
    let declared = mesh.declare::<u32>("declared");
    assert!(mesh.restart(declared).is_err());
}

#[test]
fn dropping_the_mesh_closes_in_the_order_of_making() {
    let log = Log::default();
    let mut mesh = Mesh::new();
    for name in ["a", "b", "c"] {
        mesh.node(name, Named(name, log.clone()));
    }
    mesh.declare::<u32>("waits");
    drop(mesh);
    let expected = [
        "a closed",
        "b closed",
        "c closed",
        "a dropped",
        "b dropped",
        "c dropped",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn a_behaviour_sends_to_itself_and_flush_works_on_that_too() {
    let mut mesh = Mesh::new();
    let down = mesh.declare::<u32>("down");
    mesh.set(down, move |n, mail| {
        if n > 0 {
            mail.send(down, n - 1)
        } else {
            Ok(())
        }
    });
    mesh.send(down, 1000).unwrap();
    assert_eq!(mesh.flush(down).unwrap(), 1001);
}

#[test]
fn a_behaviour_closes_itself() {
    let log = Log::default();
    let says = log.clone();
    struct Once(Node<u32>, Log);
    impl Behaviour<u32> for Once {
        fn work(&mut self, item: u32, mail: &mut Mail) -> Result<(), BoxError> {
            let rest = mail.close(self.0);
            self.1.say(format!("worked {item}, {rest:?} came back"));
            assert_eq!(mail.send(self.0, 9), Err(Refused::Closed));
            Ok(())
        }
        fn closed(&mut self, _: &mut Mail) {
            self.1.say("closed");
        }
    }
    let mut mesh = Mesh::new();
    let node = mesh.declare("node");
    mesh.set_node(node, Once(node, says));
    for n in 1..4 {
        mesh.send(node, n).unwrap();
    }
    assert_eq!(mesh.flush(node).unwrap(), 1);
    assert_eq!(mesh.send(node, 4), Err(Unsent::Closed(4)));
    drop(mesh);
    assert_eq!(log.take(), ["worked 1, [2, 3] came back", "closed"]);
}

#[test]
fn what_a_behaviour_sets_takes_effect_when_it_has_returned() {
    let log = Log::default();
    let mut mesh = Mesh::new();
    let worker = mesh.node("worker", Named("old", log.clone()));
    let (sets, says) = (log.clone(), log.clone());
    let control = mesh.tasklet("control", move |keep: bool, mail| {
        if keep {
            let made = sets.clone();
            mail.rescope(worker, move || {
                let made = made.clone();
                move |n, _| made.say(format!("kept {n}"))
            });
        } else {
            mail.set_node(worker, Named("new", sets.clone()));
        }
        says.say(format!("{} wait", mail.pending(worker.id())));
    });
    for keep in [false, true] {
        mesh.send(worker, 1).unwrap();
        mesh.send(control, keep).unwrap();
        mesh.flush(control).unwrap();
        mesh.send(worker, 2).unwrap();
        mesh.flush(worker).unwrap();
    }
    let expected = [
        "1 wait",
        "old closed",
        "old dropped",
        "new 2", // `set` drops what waits.
        "1 wait",
        "new closed",
        "new dropped",
        "kept 1",
        "kept 2", // `rescope` keeps it.
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn a_behaviour_that_replaces_itself_goes_on_as_the_other() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<u32>("out");
    let node = mesh.declare::<u32>("node");
    mesh.set(node, move |n, mail| {
        mail.rescope(node, move || move |n, mail| mail.send(out, n * 10));
        mail.send(out, n)
    });
    for n in 1..4 {
        mesh.send(node, n).unwrap();
    }
    assert_eq!(mesh.flush(node).unwrap(), 3);
    assert_eq!(mesh.close(out), [1, 20, 30]);
}

#[test]
fn mailboxes_are_bounded_where_they_are_told_to_be() {
    let mut mesh = Mesh::new();
    let node = mesh.tasklet("node", |_: u32, _| ());
    mesh.capacity(node, 2);
    assert_eq!(mesh.send(node, 1), Ok(()));
    assert_eq!(mesh.send(node, 2), Ok(()));
    assert_eq!(mesh.send(node, 3), Err(Unsent::Full(3)));
    mesh.next(node).unwrap();
    assert_eq!(mesh.send(node, 3), Ok(()));
    assert_eq!(mesh.waiting(node).copied().collect::<Vec<_>>(), [2, 3]);
    // The bound outlives the behaviour.
    mesh.close(node);
    mesh.set(node, |_, _| ());
    for n in 0..2 {
        assert_eq!(mesh.send(node, n), Ok(()));
    }
    assert_eq!(mesh.send(node, 2).unwrap_err().into_inner(), 2);
}

#[test]
fn a_refused_item_comes_back_from_try_send() {
    let mut mesh = Mesh::new();
    let near = mesh.declare::<String>("near");
    let far = mesh.declare::<String>("far");
    mesh.capacity(near, 1);
    let spill = mesh.tasklet("spill", move |word: String, mail| {
        match mail.try_send(near, word) {
            Ok(()) => Ok(()),
            Err(unsent) => mail.send(far, unsent.into_inner()),
        }
    });
    for word in ["a", "b"] {
        mesh.send(spill, word.to_string()).unwrap();
    }
    mesh.flush(spill).unwrap();
    assert_eq!(mesh.close(far), ["b"]);
}

#[test]
fn metrics_say_what_a_node_has_done() {
    let mut mesh = Mesh::new();
    let slow = mesh.tasklet("slow", |_: u32, _| {
        std::thread::sleep(Duration::from_millis(2))
    });
    let quick = mesh.tasklet("quick", move |n: u32, mail| mail.send(slow, n));
    for n in 0..3 {
        mesh.send(quick, n).unwrap();
    }
    mesh.flush(quick).unwrap();
    mesh.next(slow).unwrap();
    let metrics = mesh.metrics(slow.id());
    assert_eq!(
        (metrics.pending, metrics.most_pending, metrics.worked),
        (2, 3, 1)
    );
    mesh.run_all().unwrap();
    let metrics = mesh.metrics(slow.id());
    assert_eq!((metrics.pending, metrics.worked), (0, 3));
    assert!(metrics.time >= Duration::from_millis(6));
    assert!(mesh.metrics(quick.id()).time > Duration::ZERO);
}

#[test]
fn the_time_of_a_slow_node_is_its_own_among_many_quick_turns() {
    let mut mesh = Mesh::new();
    let slow = mesh.tasklet("slow", |_: u32, _| {
        std::thread::sleep(Duration::from_millis(5))
    });
    let quick = mesh.declare::<u32>("quick");
    mesh.set(quick, move |n, mail| match n % 1000 {
        999 => mail.send(slow, n),
        _ => mail.send(quick, n + 1),
    });
    for _ in 0..3 {
        mesh.send(quick, 0).unwrap();
        let mut scheduler = flow_runtime::mesh::ByPriority::new(mesh.ids()).incremental();
        mesh.run(&mut scheduler).unwrap();
    }
    assert_eq!(mesh.metrics(slow.id()).worked, 3);
    assert!(mesh.metrics(slow.id()).time >= Duration::from_millis(15));
}

#[test]
fn a_behaviour_sees_what_waits() {
    let seen: Rc<RefCell<Vec<u32>>> = Rc::default();
    let sees = seen.clone();
    let mut mesh = Mesh::new();
    let other = mesh.declare::<u32>("other");
    let looks = mesh.tasklet("looks", move |(), mail| {
        sees.borrow_mut().extend(mail.waiting(other));
        assert_eq!(mail.name(other.id()), "other");
        assert_eq!(mail.clear(other), 2);
    });
    mesh.send(other, 1).unwrap();
    mesh.send(other, 2).unwrap();
    mesh.send(looks, ()).unwrap();
    mesh.run_all().unwrap();
    assert_eq!(*seen.borrow(), [1, 2]);
    assert_eq!(mesh.pending(other), 0);
}
