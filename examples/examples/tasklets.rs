//! Run it with `cargo run -p flow-examples --example tasklets`
//!
//! A tour of meshes: a node through its life, two that feed each other, the order
//! in which nodes take turns, and priorities that change while they wait.

use flow_runtime::{
    BoxError,
    mesh::{Behaviour, ByPriority, Mail, Mesh, RoundRobin, Unsent},
};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

/// Multiplies, writes to its sink, and says when it is closed.
struct Times {
    by: u32,
    name: &'static str,
    sink: Sink,
}

/// Writes lines, and may say when it ends.
struct Sink {
    name: &'static str,
    says_when_it_ends: bool,
}

impl Drop for Sink {
    fn drop(&mut self) {
        if self.says_when_it_ends {
            println!("Sink has closed.");
        }
    }
}

impl Behaviour<u32> for Times {
    fn work(&mut self, i: u32, _: &mut Mail) -> std::result::Result<(), BoxError> {
        println!("{} got: {}x{i}", self.sink.name, self.by);
        Ok(())
    }

    fn closed(&mut self, _: &mut Mail) {
        println!("{} got: {} has closed.", self.sink.name, self.name);
    }
}

/// A behaviour in its sink.
fn times(by: u32, name: &'static str, sink: &'static str) -> Times {
    let sink = Sink {
        name: sink,
        says_when_it_ends: sink == "Sink",
    };
    Times { by, name, sink }
}

/// One node is worked by hand, closed, set, rescoped and restarted.
fn one_node() -> Result {
    let mut mesh = Mesh::new();
    let task = mesh.node("task", times(2, "Doubler", "Sink"));
    mesh.send(task, 1)?;
    mesh.send(task, 2)?;
    println!("Nothing has happened yet...");
    mesh.flush(task)?;
    println!("Okay, done pending jobs in task");
    mesh.close(task);
    println!("All done\n");

    mesh.set_node(task, times(3, "Tripler", "Sink"));
    for i in [4, 5] {
        mesh.send(task, i)?;
    }
    mesh.flush(task)?;
    for i in [6, 7] {
        mesh.send(task, i)?;
        mesh.next(task)?;
    }
    mesh.send(task, 8)?;
    mesh.send(task, 9)?;
    mesh.last(task)?; // The newest first.
    mesh.next(task)?;
    mesh.send(task, 10)?;
    mesh.send(task, 11)?;
    mesh.clear(task); // 10 and 11 are gone.
    mesh.send(task, 12)?;
    mesh.flush(task)?;

    mesh.rescope_node(task, || times(3, "Tripler", "New Sink"));
    mesh.send(task, 13)?;
    mesh.next(task)?;
    mesh.close(task);
    assert_eq!(mesh.send(task, 14), Err(Unsent::Closed(14)));
    mesh.restart(task)?;
    mesh.send(task, 15)?;
    mesh.next(task)?;
    Ok(())
}

/// Two nodes send to each other ten thousand times: mailboxes, no recursion.
fn ping_pong() -> Result {
    let mut mesh = Mesh::new();
    let last = mesh.declare::<u32>("last");
    let first = mesh.declare::<u32>("first");
    let second = mesh.tasklet("second", move |i: u32, mail| mail.send(first, i));
    mesh.set(first, move |i, mail| {
        mail.clear(last);
        mail.send(last, i + 1)?;
        mail.send(second, i + 1)
    });
    mesh.send(first, 1)?;
    for _ in 0..10_000 {
        mesh.next(first)?;
        mesh.next(second)?;
    }
    println!("After 10000 rounds: {:?}\n", mesh.close(last));
    Ok(())
}

/// Says yes and no by turns.
fn by_turns() -> impl FnMut() -> bool {
    let mut yes = false;
    move || {
        yes = !yes;
        yes
    }
}

/// Nodes that choose where their items go, in an order given by their names.
fn in_order(names: [&str; 6]) -> Result {
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", |line: String, _| println!("  Sink got: {line}"));
    let doubler = mesh.tasklet("doubler", move |i: u32, mail| {
        mail.send(sink, format!("2x{i}"))
    });
    let tripler = mesh.tasklet("tripler", move |i: u32, mail| {
        mail.send(sink, format!("3x{i}"))
    });
    let branch = mesh.declare::<u32>("branch");
    let start = mesh.tasklet("start", move |i: u32, mail| mail.send(branch, i + 1));
    let (mut again, mut recycled) = (by_turns(), by_turns());
    let recycler = mesh.tasklet("recycler", move |i: u32, mail| {
        if again() {
            mail.send(start, i)
        } else {
            mail.send(sink, i.to_string())
        }
    });
    mesh.set(branch, move |i: u32, mail| {
        let odd = if i % 2 == 1 && recycled() {
            recycler
        } else {
            tripler
        };
        mail.send(if i.is_multiple_of(2) { doubler } else { odd }, i)
    });

    println!("In the order {}:", names.join(", "));
    for i in 0..4 {
        mesh.send(start, i)?;
    }
    let order = names.map(|name| {
        mesh.ids()
            .find(|id| mesh.name(*id) == name)
            .expect("a node")
    });
    let mut scheduler = RoundRobin::new(order);
    mesh.run(&mut scheduler)?;
    println!("  {} rounds\n", scheduler.rounds());
    Ok(())
}

/// Gives these priorities one after the other.
fn script(priorities: &'static [i64]) -> impl FnMut() -> i64 {
    let mut next = priorities.iter();
    move || *next.next().expect("not asked more often")
}

/// Two nodes greet; the scheduler tells what it does.
fn greetings(world: &'static [i64], womb: &'static [i64], incremental: bool) -> Result {
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", |line: String, _| println!("Sink got: {line}"));
    let echoer_world = mesh.tasklet("echoer_world", move |word: &str, mail| {
        mail.send(sink, format!("{word}, world!"))
    });
    let echoer_womb = mesh.tasklet("echoer_womb", move |word: &str, mail| {
        mail.send(sink, format!("{word}, womb!"))
    });
    mesh.priority(sink, 1000);
    mesh.priority(echoer_world, script(world));
    mesh.priority(echoer_womb, script(womb));
    for word in ["Hello", "Bonjour", "Ola"] {
        mesh.send(echoer_world, word)?;
    }
    for word in ["Goodbye", "Au revoir", "Ciao"] {
        mesh.send(echoer_womb, word)?;
    }

    let mut scheduler = ByPriority::new(mesh.ids()).trace(|mesh, id, priority| {
        let name = mesh.name(id);
        let Some(priority) = priority else {
            return println!("# Scheduler puts {name} back into priority queue.");
        };
        println!("# Scheduler executes {name} on priority {priority}");
        let items: Vec<&str> = match id {
            id if id == sink.id() => mesh.waiting(sink).map(String::as_str).collect(),
            id if id == echoer_womb.id() => mesh.waiting(echoer_womb).copied().collect(),
            _ => mesh.waiting(echoer_world).copied().collect(),
        };
        let mut now = " <-- processing this item";
        for item in items {
            println!("#  (('{item}',), {{}}){now}");
            now = "";
        }
    });
    if incremental {
        scheduler = scheduler.incremental();
    }
    mesh.run(&mut scheduler)?;
    println!();
    Ok(())
}

fn main() -> Result {
    one_node()?;
    println!();
    ping_pong()?;
    in_order(["sink", "doubler", "tripler", "branch", "start", "recycler"])?;
    in_order(["start", "branch", "recycler", "doubler", "tripler", "sink"])?;
    in_order(["branch", "start", "doubler", "tripler", "recycler", "sink"])?;
    in_order(["recycler", "tripler", "doubler", "branch", "start", "sink"])?;
    greetings(&[15], &[8], false)?;
    greetings(&[20, 18, 1], &[16, 1, 10], true)
}
