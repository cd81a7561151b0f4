//! Who runs next: what it decides, and in which order.

use std::{cell::Cell, rc::Rc};

use flow_runtime::mesh::{ByPriority, Id, Mesh, Node, Priority, RoundRobin, Scheduler, Turn};

use super::{Log, by_turns};

/// The mesh of tasklets. Odd numbers go to the recycler and to the tripler by
/// turns, what is recycled to the start and to the sink.
fn tasklets(out: &Log) -> (Mesh, Node<u32>) {
    let out = out.clone();
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", move |line: String, _| out.say(line));
    let doubler = mesh.tasklet("doubler", move |i: u32, mail| {
        mail.send(sink, format!("2x{i}"))
    });
    let tripler = mesh.tasklet("tripler", move |i: u32, mail| {
        mail.send(sink, format!("3x{i}"))
    });
    let branch = mesh.declare::<u32>("branch");
    let start = mesh.tasklet("start", move |i: u32, mail| mail.send(branch, i + 1));
    let (mut again, mut odd) = (by_turns(), by_turns());
    let recycler = mesh.tasklet("recycler", move |i: u32, mail| {
        if again() {
            mail.send(start, i)
        } else {
            mail.send(sink, i.to_string())
        }
    });
    mesh.set(branch, move |i: u32, mail| {
        mail.send(
            if i.is_multiple_of(2) {
                doubler
            } else if odd() {
                recycler
            } else {
                tripler
            },
            i,
        )
    });
    (mesh, start)
}

fn in_order(mesh: &Mesh, names: &str) -> Vec<Id> {
    let named = |name: &str| mesh.ids().find(|id| mesh.name(*id) == name);
    let ids = names.split(' ').map(|name| named(name).expect("a node"));
    ids.collect()
}

/// Outputs and rounds for 0..4, then for 10 and 11.
fn round_robin(names: &str) -> [(String, usize); 2] {
    let out = Log::default();
    let (mut mesh, start) = tasklets(&out);
    let order = in_order(&mesh, names);
    [&[0, 1, 2, 3][..], &[10, 11]].map(|items| {
        for i in items {
            mesh.send(start, *i).unwrap();
        }
        let mut scheduler = RoundRobin::new(order.clone());
        mesh.run(&mut scheduler).unwrap();
        (out.take().join(" "), scheduler.rounds())
    })
}

#[test]
fn the_order_decides_the_rounds_and_the_outputs() {
    let [first, second] = round_robin("sink doubler tripler branch start recycler");
    assert_eq!(first, ("2x2 2x4 3x3 2x2".to_string(), 6));
    assert_eq!(second, ("11 2x12".to_string(), 4));
    let [first, _] = round_robin("start branch recycler doubler tripler sink");
    assert_eq!(first, ("2x2 2x4 3x3 2x2".to_string(), 2));
    let [(_, rounds), _] = round_robin("branch start doubler tripler recycler sink");
    assert_eq!(rounds, 4);
    let [first, _] = round_robin("recycler tripler doubler branch start sink");
    assert_eq!(first, ("3x3 2x2 2x4 2x2".to_string(), 5));
}

#[test]
fn run_all_is_round_robin_in_the_order_of_declaration() {
    let outputs = [true, false].map(|all| {
        let out = Log::default();
        let (mut mesh, start) = tasklets(&out);
        for i in 0..9 {
            mesh.send(start, i).unwrap();
        }
        let worked = match all {
            true => mesh.run_all(),
            false => mesh.run(&mut RoundRobin::new(mesh.ids())),
        };
        (worked.unwrap(), out.take())
    });
    assert_eq!(outputs[0], outputs[1]);
}

/// The trace of a scheduler by priority over six greetings in two nodes, and what the
/// sink got.
fn greetings(
    world: impl Priority<flow_runtime::mesh::Local>,
    womb: impl Priority<flow_runtime::mesh::Local>,
    incremental: bool,
) -> Vec<String> {
    let log = Log::default();
    let got = log.clone();
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", move |line: String, _| {
        got.say(format!("Sink got: {line}"))
    });
    let echo = |to| {
        move |word: &'static str, mail: &mut flow_runtime::mesh::Mail| {
            mail.send(sink, format!("{word}, {to}!"))
        }
    };
    let echoer_world = mesh.tasklet("echoer_world", echo("world"));
    let echoer_womb = mesh.tasklet("echoer_womb", echo("womb"));
    mesh.priority(sink, 1000);
    mesh.priority(echoer_world, world);
    mesh.priority(echoer_womb, womb);
    for word in ["Hello", "Bonjour", "Ola"] {
        mesh.send(echoer_world, word).unwrap();
    }
    for word in ["Goodbye", "Au revoir", "Ciao"] {
        mesh.send(echoer_womb, word).unwrap();
    }

    let ids = [sink.id(), echoer_world.id(), echoer_womb.id()];
    let mut scheduler = ByPriority::new(ids).trace(|mesh, id, priority| {
        let name = mesh.name(id);
        let Some(priority) = priority else {
            log.say(format!("Scheduler puts {name} back into priority queue."));
            return;
        };
        log.say(format!("Scheduler executes {name} on priority {priority}"));
        let items: Vec<&str> = if id == sink.id() {
            mesh.waiting(sink).map(String::as_str).collect()
        } else {
            let echoer = if id == echoer_womb.id() {
                echoer_womb
            } else {
                echoer_world
            };
            mesh.waiting(echoer).copied().collect()
        };
        for (place, item) in items.iter().enumerate() {
            let now = if place == 0 {
                " <-- processing this item"
            } else {
                ""
            };
            log.say(format!(" (('{item}',), {{}}){now}"));
        }
    });
    if incremental {
        scheduler = scheduler.incremental();
    }
    mesh.run(&mut scheduler).unwrap();
    drop(scheduler);
    log.take()
}

/// Gives these priorities one after the other.
fn script<const N: usize>(priorities: [i64; N]) -> impl FnMut() -> i64 {
    let mut next = priorities.into_iter();
    move || next.next().expect("not asked more often")
}

#[test]
fn by_priority_line_for_line() {
    let expected = "\
Scheduler executes echoer_womb on priority 8
 (('Goodbye',), {}) <-- processing this item
 (('Au revoir',), {})
 (('Ciao',), {})
Scheduler executes echoer_world on priority 15
 (('Hello',), {}) <-- processing this item
 (('Bonjour',), {})
 (('Ola',), {})
Scheduler executes sink on priority 1000
 (('Goodbye, womb!',), {}) <-- processing this item
 (('Au revoir, womb!',), {})
 (('Ciao, womb!',), {})
 (('Hello, world!',), {})
 (('Bonjour, world!',), {})
 (('Ola, world!',), {})
Sink got: Goodbye, womb!
Sink got: Au revoir, womb!
Sink got: Ciao, womb!
Sink got: Hello, world!
Sink got: Bonjour, world!
Sink got: Ola, world!";
    assert_eq!(
        greetings(script([15]), script([8]), false).join("\n"),
        expected
    );
}

#[test]
fn by_priority_item_for_item_line_for_line() {
    let expected = "\
Scheduler executes echoer_womb on priority 16
 (('Goodbye',), {}) <-- processing this item
 (('Au revoir',), {})
 (('Ciao',), {})
Scheduler puts echoer_womb back into priority queue.
Scheduler executes echoer_womb on priority 1
 (('Au revoir',), {}) <-- processing this item
 (('Ciao',), {})
Scheduler puts echoer_womb back into priority queue.
Scheduler executes echoer_womb on priority 10
 (('Ciao',), {}) <-- processing this item
Scheduler executes echoer_world on priority 20
 (('Hello',), {}) <-- processing this item
 (('Bonjour',), {})
 (('Ola',), {})
Scheduler puts echoer_world back into priority queue.
Scheduler executes echoer_world on priority 18
 (('Bonjour',), {}) <-- processing this item
 (('Ola',), {})
Scheduler puts echoer_world back into priority queue.
Scheduler executes echoer_world on priority 1
 (('Ola',), {}) <-- processing this item";
    let lines = greetings(script([20, 18, 1]), script([16, 1, 10]), true);
    let before_sink = lines.iter().position(|line| line.contains("sink")).unwrap();
    assert_eq!(lines[..before_sink].join("\n"), expected);
    let got =
        "Goodbye, womb! Au revoir, womb! Ciao, womb! Hello, world! Bonjour, world! Ola, world!";
    let sink: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("Sink got: "))
        .collect();
    assert_eq!(sink.join(" "), got);
    let runs = lines
        .iter()
        .filter(|line| line.contains("sink on priority 1000"));
    assert_eq!(runs.count(), 6);
}

fn heads(lines: Vec<String>) -> Vec<String> {
    let heads = lines
        .iter()
        .filter_map(|line| line.strip_prefix("Scheduler executes "));
    heads
        .map(|line| line.split(' ').next().unwrap().to_string())
        .collect()
}

#[test]
fn fixed_priorities_run_the_lower_first_and_the_sink_last() {
    let (world, womb) = ("echoer_world", "echoer_womb");
    let order = heads(greetings(2, 1, true));
    assert_eq!(order[..6], [womb, womb, womb, world, world, world]);
    assert_eq!(order[6..], ["sink"; 6]);
    assert_eq!(heads(greetings(2, 1, false)), [womb, world, "sink"]);
    assert_eq!(heads(greetings(|| 2, || 1, false)), [womb, world, "sink"]);
}

#[test]
fn of_equal_priorities_the_first_that_was_put_in_runs_first() {
    assert_eq!(
        heads(greetings(5, 5, false)),
        ["echoer_world", "echoer_womb", "sink"]
    );
    let order = heads(greetings(5, 5, true));
    assert_eq!(
        order[..4],
        ["echoer_world", "echoer_womb", "echoer_world", "echoer_womb"]
    );
}

#[test]
fn incremental_round_robin_takes_one_item_a_turn() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<&str>("out");
    let [a, b] = ["a", "b"].map(|name| mesh.tasklet(name, move |(), mail| mail.send(out, name)));
    for _ in 0..2 {
        mesh.send(a, ()).unwrap();
        mesh.send(b, ()).unwrap();
    }
    let mut scheduler = RoundRobin::new([a.id(), b.id()]).incremental();
    assert_eq!(mesh.run(&mut scheduler).unwrap(), 4);
    assert_eq!(scheduler.rounds(), 2);
    assert_eq!(mesh.close(out), ["a", "b", "a", "b"]);
}

#[test]
fn a_node_without_behaviour_is_idle() {
    let mut mesh = Mesh::new();
    let waits = mesh.declare::<u32>("waits");
    mesh.send(waits, 1).unwrap();
    assert_eq!(mesh.run_all().unwrap(), 0);
    assert_eq!(mesh.run(&mut RoundRobin::new([waits.id()])).unwrap(), 0);
    assert_eq!(mesh.run(&mut ByPriority::new([waits.id()])).unwrap(), 0);
    assert!(!mesh.next(waits).unwrap());
    assert_eq!(mesh.flush(waits).unwrap(), 0);
    assert_eq!(mesh.pending(waits.id()), 1);
}

#[test]
fn a_node_that_was_cleared_while_it_stood_in_the_queue_does_not_run() {
    let mut mesh = Mesh::new();
    let second = mesh.tasklet("second", |_: u32, _| unreachable!());
    let first = mesh.tasklet("first", move |_: u32, mail| {
        mail.clear(second);
    });
    mesh.priority(second, 1);
    mesh.send(first, 1).unwrap();
    mesh.send(second, 1).unwrap();
    assert_eq!(mesh.run(&mut ByPriority::new(mesh.ids())).unwrap(), 1);
}

/// Random turns, the same for the same seed.
struct Random(u64);

impl Scheduler for Random {
    fn next(&mut self, mesh: &mut Mesh) -> Option<Turn> {
        let ready: Vec<Id> = mesh.ids().filter(|id| mesh.is_ready(*id)).collect();
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let place = (self.0 >> 33) as usize % ready.len().max(1);
        ready.get(place).copied().map(Turn::One)
    }
}

#[test]
fn a_scheduler_of_ones_own_decides_alone_and_can_be_repeated() {
    let run = |seed| {
        let out = Log::default();
        let (mut mesh, start) = tasklets(&out);
        for i in 0..20 {
            mesh.send(start, i).unwrap();
        }
        mesh.run(&mut Random(seed)).unwrap();
        assert!(mesh.ids().all(|id| mesh.pending(id) == 0));
        out.take()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_step_is_one_turn() {
    let seen = Rc::new(Cell::new(0));
    let sees = seen.clone();
    let mut mesh = Mesh::new();
    let node = mesh.tasklet("node", move |_: u32, _| sees.set(sees.get() + 1));
    for n in 0..3 {
        mesh.send(node, n).unwrap();
    }
    let mut scheduler = RoundRobin::new([node.id()]).incremental();
    assert!(mesh.step(&mut scheduler).unwrap());
    assert_eq!(seen.get(), 1);
    let scheduler: &mut dyn Scheduler = &mut RoundRobin::new([node.id()]);
    assert!(mesh.step(scheduler).unwrap());
    assert_eq!(seen.get(), 3);
    assert!(!mesh.step(scheduler).unwrap());
}
