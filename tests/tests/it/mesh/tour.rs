//! One node through all its life, line for line.

use flow_runtime::{
    BoxError,
    mesh::{Behaviour, Mail, Mesh, Unsent},
};

use super::Log;

/// Multiplies, writes into a sink, and says when it is closed.
struct Times {
    by: u32,
    name: &'static str,
    sink: Sink,
}

/// The end that lines go to; one that owns its end says when it ends.
struct Sink {
    name: &'static str,
    says: bool,
    log: Log,
}

impl Sink {
    fn got(&self, line: &str) {
        self.log.say(format!("{} got: {line}", self.name));
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if self.says {
            self.log.say("Sink has closed.");
        }
    }
}

impl Behaviour<u32> for Times {
    fn work(&mut self, i: u32, _: &mut Mail) -> Result<(), BoxError> {
        self.sink.got(&format!("{}x{i}", self.by));
        Ok(())
    }

    fn closed(&mut self, _: &mut Mail) {
        self.sink.got(&format!("{} has closed.", self.name));
    }
}

#[test]
fn a_node_is_worked_closed_set_rescoped_and_restarted() {
    let log = Log::default();
    let times = |by, name| {
        let (log, says) = (log.clone(), true);
        let sink = Sink {
            name: "Sink",
            says,
            log,
        };
        Times { by, name, sink }
    };

    let mut mesh = Mesh::new();
    let task = mesh.node("task", times(2, "Doubler"));
    mesh.send(task, 1).unwrap();
    mesh.send(task, 2).unwrap();
    log.say("Nothing has happened yet...");
    assert_eq!(mesh.flush(task).unwrap(), 2);
    log.say("Okay, done pending jobs in task");
    assert_eq!(mesh.close(task), [0; 0]);
    log.say("All done");

    mesh.set_node(task, times(3, "Tripler"));
    for i in [4, 5] {
        mesh.send(task, i).unwrap();
    }
    mesh.flush(task).unwrap();
    for i in [6, 7] {
        mesh.send(task, i).unwrap();
        assert!(mesh.next(task).unwrap());
    }
    for i in [8, 9] {
        mesh.send(task, i).unwrap();
    }
    assert!(mesh.last(task).unwrap());
    assert!(mesh.next(task).unwrap());
    assert!(!mesh.next(task).unwrap());
    for i in [10, 11] {
        mesh.send(task, i).unwrap();
    }
    assert_eq!(mesh.clear(task), 2);
    mesh.send(task, 12).unwrap();
    mesh.flush(task).unwrap();

    let shared = log.clone();
    mesh.rescope_node(task, move || {
        let (log, says) = (shared.clone(), false);
        let sink = Sink {
            name: "New Sink",
            says,
            log,
        };
        Times {
            by: 3,
            name: "Tripler",
            sink,
        }
    });
    mesh.send(task, 13).unwrap();
    assert!(mesh.next(task).unwrap());
    mesh.close(task);
    assert_eq!(mesh.send(task, 14), Err(Unsent::Closed(14)));
    assert!(!mesh.next(task).unwrap());
    mesh.restart(task).unwrap();
    mesh.send(task, 15).unwrap();
    assert!(mesh.next(task).unwrap());
    drop(mesh);

    let expected = "\
Nothing has happened yet...
Sink got: 2x1
Sink got: 2x2
Okay, done pending jobs in task
Sink got: Doubler has closed.
All done
Sink has closed.
Sink got: 3x4
Sink got: 3x5
Sink got: 3x6
Sink got: 3x7
Sink got: 3x9
Sink got: 3x8
Sink got: 3x12
Sink got: Tripler has closed.
Sink has closed.
New Sink got: 3x13
New Sink got: Tripler has closed.
New Sink got: 3x15
New Sink got: Tripler has closed.";
    assert_eq!(log.take().join("\n"), expected);
}
