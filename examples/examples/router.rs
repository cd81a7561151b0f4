//! Run it with `cargo run -p flow-examples --example router`
//!
//! A router that learns where to send. It is told how long every request took, and
//! sends where an answer is expected first; one request in ten goes to the servers by
//! turns, so that it hears of changes. Meanwhile a slow server is replaced while
//! requests wait there, and another is closed: what waited there, and what the
//! router would still send there, finds another way.
//!
//! Nothing of this can be drawn before it runs: that is what a mesh is for.

use std::{cell::RefCell, error::Error, rc::Rc};

use flow_runtime::{
    BoxError,
    mesh::{ByPriority, Id, Mail, Mesh, Node},
};

/// A request: its number.
type Request = u32;

/// A report of a server: who it is, and the milliseconds that a request took.
type Answer = (Node<Request>, f64);

/// The knowledge that the router has of one server.
struct Known {
    server: Node<Request>,
    /// The milliseconds that an answer is expected to take. A server that nothing
    /// is known of is expected to be quick, and so it is tried.
    expected: f64,
}

/// Shared by the router, which reads and forgets, and by what learns.
#[derive(Clone, Default)]
struct Table(Rc<RefCell<Vec<Known>>>);

impl Table {
    fn add(&self, server: Node<Request>) {
        let expected = 1.0;
        self.0.borrow_mut().push(Known { server, expected });
    }

    fn learn(&self, (server, took): Answer) {
        let mut table = self.0.borrow_mut();
        if let Some(known) = table.iter_mut().find(|known| known.server == server) {
            known.expected += 0.5 * (took - known.expected);
        }
    }

    fn forget(&self, server: Node<Request>) {
        self.0.borrow_mut().retain(|known| known.server != server);
    }

    /// The server that is expected to answer first, after what waits there; for
    /// every tenth request, the servers by turns.
    fn choose(&self, request: Request, mail: &Mail) -> Option<Node<Request>> {
        let table = self.0.borrow();
        if request.is_multiple_of(10) && !table.is_empty() {
            let turn = request as usize / 10 % table.len();
            return Some(table[turn].server);
        }
        let wait = |known: &Known| (mail.pending(known.server) + 1) as f64 * known.expected;
        let first = table.iter().min_by(|a, b| wait(a).total_cmp(&wait(b)));
        first.map(|known| known.server)
    }

    /// Sends a request on. A server that is closed is forgotten, and gives it back.
    fn route(&self, mut request: Request, mail: &mut Mail) -> Result<(), BoxError> {
        while let Some(server) = self.choose(request, mail) {
            match mail.try_send(server, request) {
                Ok(()) => return Ok(()),
                Err(unsent) => request = unsent.into_inner(),
            }
            self.forget(server);
        }
        Err("no server is left".into())
    }
}

/// Sends a hundred requests, ten at a time, and tells who answered them.
fn hundred(mesh: &mut Mesh, router: Node<Request>, servers: &[Id]) -> Result<(), Box<dyn Error>> {
    let answered = |mesh: &Mesh| -> Vec<u64> {
        let metrics = servers.iter().map(|id| mesh.metrics(*id));
        metrics.map(|metrics| metrics.worked).collect()
    };
    let before = answered(mesh);
    for ten in 0..10 {
        for one in 0..10 {
            mesh.send(router, ten * 10 + one)?;
        }
        mesh.run(&mut ByPriority::new(mesh.ids()).incremental())?;
    }
    for ((id, before), now) in servers.iter().zip(before).zip(answered(mesh)) {
        println!("  {:<6} {:>3}", mesh.name(*id), now - before);
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let table = Table::default();
    let mut mesh = Mesh::new();
    let learns = table.clone();
    let learn = mesh.tasklet("learn", move |answer: Answer, _| learns.learn(answer));
    let routes = table.clone();
    let router = mesh.tasklet("router", move |request, mail| routes.route(request, mail));

    // A server is a node that knows its own address: declared first.
    let takes = move |server, millis: f64| {
        move || move |_: Request, mail: &mut Mail| mail.send(learn, (server, millis))
    };
    let servers = [("near", 20.0), ("far", 60.0), ("slow", 400.0)].map(|(name, millis)| {
        let server = mesh.declare::<Request>(name);
        mesh.rescope(server, takes(server, millis));
        mesh.priority(server, millis as i64);
        table.add(server);
        server
    });
    let [near, _, slow] = servers;
    let ids = servers.map(Node::id);
    // What is learnt comes first, then a request to be routed, then the servers.
    mesh.priority(learn, -2);
    mesh.priority(router, -1);

    println!("It learns who is quick:");
    hundred(&mut mesh, router, &ids)?;

    mesh.send(slow, 0)?;
    mesh.rescope(slow, takes(slow, 5.0));
    mesh.priority(slow, 5);
    println!("The slow server is replaced by a quick one, what waited there is kept:");
    hundred(&mut mesh, router, &ids)?;

    for request in 0..3 {
        mesh.send(near, request)?;
    }
    for request in mesh.close(near) {
        mesh.send(router, request)?;
    }
    println!("The near one is closed, what waited there is routed again:");
    hundred(&mut mesh, router, &ids)?;

    println!("\nWho has sent to whom:\n\n{}", mesh.graph());
    Ok(())
}
