//! Who has sent to whom, drawn.

use std::panic::{AssertUnwindSafe, catch_unwind};

use flow_runtime::{
    ErrorKind,
    graph::{Bound, NodeKind},
    mesh::{Mesh, Refused},
};

#[test]
fn a_graph_says_who_has_sent_to_whom_so_far() {
    let mut mesh = Mesh::new();
    let sink = mesh.declare::<u32>("sink");
    let start = mesh.declare::<u32>("start");
    let back = mesh.tasklet("back", move |n: u32, mail| mail.send(start, n));
    mesh.set(start, move |n, mail| {
        if n > 1 {
            mail.send(back, n - 1)
        } else {
            mail.send(sink, n)
        }
    });
    mesh.capacity(sink, 8);
    assert!(mesh.graph().edges().is_empty());
    mesh.send(start, 3).unwrap();
    let empty = mesh.graph();
    mesh.run_all().unwrap();
    let graph = mesh.graph();
    assert_ne!(graph, empty);

    let nodes: Vec<_> = graph
        .nodes()
        .iter()
        .map(|node| (node.name.unwrap(), node.kind))
        .collect();
    let kinds = [
        ("sink", NodeKind::Sink),
        ("start", NodeKind::Inlet),
        ("back", NodeKind::Operator),
    ];
    assert_eq!(nodes, kinds);
    let edges: Vec<_> = graph
        .edges()
        .iter()
        .map(|edge| {
            (
                edge.from,
                edge.to,
                edge.items.unwrap(),
                edge.bound,
                edge.back,
            )
        })
        .collect();
    let (bounded, free) = (Bound::Slots(8), Bound::Unbounded);
    assert_eq!(
        edges,
        [
            (1, 0, 1, bounded, false),
            (1, 2, 2, free, false),
            (2, 1, 2, free, true)
        ]
    );
    let expected = r#"flowchart TD
  n0("sink<br/>0 worked, 1 waiting")
  n1[/"start<br/>3 worked"/]
  n2["back<br/>2 worked"]
  n1 -->|"× 1 · ≤ 8"| n0
  n1 -->|"× 2"| n2
  n2 -->|"× 2"| n1
"#;
    assert_eq!(graph.to_mermaid(), expected);
    assert_eq!(graph.to_string(), expected);
    assert!(
        graph
            .to_dot()
            .contains(r#"n2 -> n1 [label=" × 2 " constraint=false]"#)
    );
    let svg = graph.to_svg();
    assert_eq!(svg.matches("<g class=\"node\">").count(), 3);
    assert_eq!(svg.matches("<path class=\"edge").count(), 3);
    assert_eq!(svg, mesh.graph().to_svg());
}

#[test]
fn many_receivers_and_a_node_that_sends_to_itself_are_counted() {
    let mut mesh = Mesh::new();
    let to: Vec<_> = (0..50)
        .map(|n| mesh.declare::<u32>(format!("to {n}")))
        .collect();
    let spread = mesh.declare::<u32>("spread");
    let receivers = to.clone();
    mesh.set(spread, move |n, mail| {
        if n > 0 {
            mail.send(spread, n - 1)?;
        }
        // Far from the order in which they were made.
        mail.send(receivers[n as usize * 7 % 50], n)
    });
    mesh.send(spread, 149).unwrap();
    mesh.run_all().unwrap();
    let graph = mesh.graph();
    let items = graph.edges().iter().map(|edge| edge.items.unwrap());
    let mut expected = vec![3; 50];
    expected.push(149);
    assert_eq!(items.collect::<Vec<_>>(), expected);
    assert!(graph.edges().last().unwrap().back);
    assert!(graph.to_svg().contains("× 149"));
}

#[test]
fn nodes_of_one_name_are_no_chain() {
    let mut mesh = Mesh::new();
    let [a, _] = ["same", "same"].map(|name| mesh.declare::<u32>(name));
    let sends = mesh.tasklet("sends", move |n: u32, mail| mail.send(a, n));
    mesh.send(sends, 1).unwrap();
    mesh.run_all().unwrap();
    assert!(!mesh.graph().to_mermaid().contains("subgraph"));
    assert!(!mesh.graph().to_dot().contains("cluster"));
}

#[test]
fn what_was_sent_before_a_panic_or_an_error_is_in_the_picture() {
    let mut mesh = Mesh::new();
    let [near, far] = ["near", "far"].map(|name| mesh.declare::<u32>(name));
    let sends = mesh.tasklet("sends", move |n: u32, mail| {
        mail.send(near, n)?;
        mail.send(far, n)?;
        mail.send(far, n)?;
        assert!(n < 2, "two is too much");
        mail.close(near);
        Ok::<(), Refused>(())
    });
    mesh.send(sends, 2).unwrap();
    mesh.send(sends, 1).unwrap();
    mesh.send(sends, 1).unwrap();
    let run = AssertUnwindSafe(|| mesh.run_all());
    catch_unwind(run).unwrap_err();
    assert_eq!(mesh.run_all().unwrap_err().kind(), ErrorKind::Failed);
    let graph = mesh.graph();
    let items = graph.edges().iter().map(|edge| edge.items.unwrap());
    assert_eq!(items.collect::<Vec<_>>(), [2, 4]);
    assert_eq!((mesh.pending(near), mesh.pending(far)), (0, 4));
}
