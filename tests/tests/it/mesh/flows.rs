//! Meshes in flows, and pieces of flows in meshes.

use std::num::ParseIntError;

use flow_runtime::{
    ErrorKind, flow,
    mesh::{Mesh, Node, SendMesh},
};

/// Doubles the even ones.
fn sorted() -> (Mesh, Node<u32>, Node<String>) {
    let mut mesh = Mesh::new();
    let sink = mesh.declare::<String>("sink");
    let double = mesh.tasklet("double", move |n: u32, mail| {
        mail.send(sink, format!("2x{n}"))
    });
    let start = mesh.tasklet("start", move |n: u32, mail| {
        if n.is_multiple_of(2) {
            mail.send(double, n)
        } else {
            mail.send(sink, n.to_string())
        }
    });
    (mesh, start, sink)
}

#[test]
fn a_mesh_is_an_operator() {
    let (mut mesh, start, sink) = sorted();
    let lines = flow! {
        from(1..6) -> via(mesh.between(start, sink)) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(lines, ["1", "2x2", "3", "2x4", "5"]);
    assert_eq!(mesh.metrics(start).worked, 5);

    // In a branch, a `match` arm, behind what holds, and in an open flow.
    let (count, lines) = flow! {
        numbers = from(1..6);
        counted = numbers -> count();
        lines = numbers -> match {
            n if n > 3 => drop,
            n => via(mesh.between(start, sink)),
        } -> partition(2) -> map(|batch| batch.join(" ")) -> collect::<Vec<_>>();
        (counted, lines)
    }
    .run();
    assert_eq!(
        (count, lines),
        (5, vec!["1 2x2".to_string(), "3".to_string()])
    );
    let mut open = flow! { <u32> -> via(mesh.between(start, sink)) -> collect::<Vec<_>>() };
    open.emit(8);
    open.emit(9);
    assert_eq!(open.finish(), ["2x8", "9"]);
}

#[test]
fn what_waits_at_the_sink_already_comes_out_first() {
    let (mut mesh, start, sink) = sorted();
    mesh.send(sink, "before".to_string()).unwrap();
    let lines = flow! { from([1]) -> via(mesh.between(start, sink)) -> collect::<Vec<_>>() };
    assert_eq!(lines.run(), ["before", "1"]);
    mesh.send(sink, "at the end".to_string()).unwrap();
    let lines = flow! { from([0; 0]) -> via(mesh.between(start, sink)) -> collect::<Vec<_>>() };
    assert_eq!(lines.run(), ["at the end"]);
}

#[test]
fn a_piece_that_is_closed_goes_on_to_the_sink_of_the_mesh() {
    let mut mesh = Mesh::new();
    let sink = mesh.declare("sink");
    let sums = mesh.pipe(
        "sums",
        flow! { <u32> -> partition(2) -> map(|two| two.iter().sum()) },
        sink,
    );
    let start = mesh.tasklet("start", move |n: u32, mail| {
        mail.send(sums, n)?;
        if n == 3 {
            mail.close(sums);
        }
        Ok::<(), flow_runtime::mesh::Refused>(())
    });
    let out = flow! { from(1..4) -> via(mesh.between(start, sink)) -> collect::<Vec<u32>>() };
    // 3 came back from the piece when it was closed.
    assert_eq!(out.run(), [3]);
}

#[test]
fn a_failing_mesh_ends_a_flow_with_its_error() {
    let mut mesh = Mesh::new();
    let sink = mesh.declare::<u32>("sink");
    let parse = mesh.tasklet(
        "parse",
        move |text: &str, mail| -> Result<(), ParseIntError> {
            let _ = mail.send(sink, text.parse()?);
            Ok(())
        },
    );
    let texts = ["1", "two", "3"];
    let error = flow! { from(texts) -> via(mesh.try_between(parse, sink))? -> sum::<u32>() }
        .run()
        .unwrap_err();
    assert!(
        error.to_string().contains("node `parse`: invalid digit"),
        "{error}"
    );
    assert!(error.is::<ParseIntError>());

    let (good, bad) = flow! {
        good = from(texts) -> via(mesh.try_between(parse, sink))? else bad -> collect::<Vec<_>>();
        bad = count();
        (good, bad)
    }
    .run();
    assert_eq!((good, bad), (vec![1, 3], 1));
}

#[test]
#[should_panic(expected = "node `parse`: invalid digit")]
fn a_failing_mesh_in_between_is_a_panic() {
    let mut mesh = Mesh::new();
    let sink = mesh.declare::<u32>("sink");
    let parse = mesh.tasklet("parse", |text: &str, _| text.parse::<u32>().map(drop));
    flow! { from(["x"]) -> via(mesh.between(parse, sink)) -> drain() }.run();
}

#[test]
#[should_panic(expected = "node `sink` has a behaviour")]
fn what_comes_out_waits_at_a_node_without_behaviour() {
    let mut mesh = Mesh::new();
    let sink = mesh.tasklet("sink", |_: u32, _| ());
    drop(mesh.between(sink, sink));
}

#[test]
fn a_flow_ends_in_a_mesh() {
    let (mut mesh, start, sink) = sorted();
    mesh.capacity(start, 3);
    let sent = flow! { from(0..9) -> for_each(|n| mesh.send(start, n))? }.run();
    assert!(sent.is_err());
    mesh.run_all().unwrap();
    assert_eq!(mesh.close(sink), ["1", "2x0", "2x2"]);
}

#[test]
fn pieces_are_behaviours_and_closing_is_their_end_of_input() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<Vec<u32>>("out");
    let piece =
        flow! { <u32> -> filter(|n| n % 2 == 1) -> partition(2) -> map(|two| two.to_vec()) };
    let pairs = mesh.pipe("pairs", piece, out);
    for n in 0..6 {
        mesh.send(pairs, n).unwrap();
    }
    mesh.run_all().unwrap();
    assert_eq!(mesh.waiting(out).collect::<Vec<_>>(), [&vec![1, 3]]);
    mesh.send(pairs, 7).unwrap();
    assert_eq!(mesh.close(pairs), [7]);
    assert_eq!(mesh.close(out), [vec![1, 3], vec![5]]);
}

#[test]
fn what_a_full_receiver_refuses_is_sent_with_the_next_item_or_at_the_end() {
    let mut mesh = Mesh::new();
    let out = mesh.declare::<u32>("out");
    mesh.capacity(out, 2);
    let triple = mesh.pipe("triple", flow! { <u32> -> flat_map(|n| [n, n, n]) }, out);
    for n in 1..3 {
        mesh.send(triple, n).unwrap();
    }
    let error = mesh.next(triple).unwrap_err();
    assert_eq!(
        (error.kind(), error.stage()),
        (ErrorKind::Capacity, Some("triple"))
    );
    assert_eq!(mesh.waiting(out).collect::<Vec<_>>(), [&1, &1]);
    mesh.clear(out);
    assert!(mesh.next(triple).is_err());
    assert_eq!(mesh.waiting(out).collect::<Vec<_>>(), [&1, &2]);
    mesh.close(triple);
    assert_eq!(mesh.close(out), [1, 2, 2, 2]);
}

#[test]
fn a_mesh_of_pieces_can_be_sent() {
    let mut mesh = SendMesh::new();
    let out = mesh.declare::<usize>("out");
    let lengths = mesh.pipe(
        "lengths",
        flow! { <String> -> map(|word: String| word.len()) },
        out,
    );
    mesh.send(lengths, "four".to_string()).unwrap();
    let lengths = std::thread::spawn(move || {
        mesh.run_all().unwrap();
        mesh.close(out)
    });
    assert_eq!(lengths.join().unwrap(), [4]);
}
