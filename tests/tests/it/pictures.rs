//! The graphs of flows of every kind.

use std::{env, fs, path::Path, process::Command};

use flow_runtime::{
    flow,
    graph::{Bound, Graph, NodeKind, Port},
};

async fn double(x: u64) -> u64 {
    x * 2
}

/// `operator kind`, node by node.
fn nodes(graph: Graph) -> Vec<String> {
    let nodes = graph.nodes().iter();
    nodes
        .map(|node| format!("{} {:?}", node.operator, node.kind))
        .collect()
}

/// The bound of the first edge that leads into an operator of this name.
fn bound(graph: Graph, operator: &str) -> Bound {
    let into = |edge: &&_| {
        let edge: &flow_runtime::graph::Edge = edge;
        graph.nodes()[edge.to].operator == operator
    };
    graph.edges().iter().find(into).expect("an edge").bound
}

#[test]
fn nodes_have_their_names_kinds_details_and_places() {
    let line = line!() + 2;
    let flow = flow! {
        numbers = from(0..9_u64) -> map(|n| n + 1) -> partition(2, by = |n| n % 2);
        numbers -> collect::<Vec<_>>()
    };
    let graph = flow.graph();
    let kinds = [
        "from Source",
        "map Operator",
        "partition Operator",
        "collect Value",
    ];
    assert_eq!(nodes(graph), kinds);
    let map = graph.nodes()[1];
    assert_eq!((map.name, map.detail), (Some("numbers"), "|n| n + 1"));
    assert_eq!(graph.nodes()[2].detail, "2, by = |n| n % 2");
    assert_eq!(graph.nodes()[3].name, None);
    let place = format!("pictures.rs:{line}:37");
    assert!(map.location.ends_with(&place), "{}", map.location);
    assert_eq!(flow.run().len(), 5);
}

#[test]
fn edges_have_their_branches_in_order() {
    let flow = flow! {
        lines = from(["1", "x"]) -> map(|line| line.parse::<u64>())? else wrong;
        sum   = lines -> sum();
        wrong = for_each(drop);
        count = lines -> count();
        (sum, count)
    };
    let graph = flow.graph();
    let edges: Vec<_> = graph
        .edges()
        .iter()
        .filter(|edge| edge.from == 1)
        .map(|edge| (graph.nodes()[edge.to].operator, edge.port, edge.order))
        .collect();
    let expected = [
        ("sum", Port::Items, 0),
        ("count", Port::Items, 1),
        ("for_each", Port::Errors, 0),
    ];
    assert_eq!(edges, expected);
    assert_eq!(flow.run(), (1, 1));
}

#[tokio::test]
async fn queues_have_their_bounds() {
    let limit = 3;
    let flow = flow! {
        from(0..9_u64) -> then(double, concurrency = 4) -> map(|x| x)
            -> then(double, concurrency = limit) -> sum::<u64>()
    };
    let graph = flow.graph();
    assert_eq!(bound(graph, "map"), Bound::Slots(8));
    assert_eq!(bound(graph, "then"), Bound::Slots(1));
    assert_eq!(bound(graph, "sum"), Bound::Given("2 * limit"));
    assert_eq!(graph.nodes()[1].kind, NodeKind::Cut);
    assert_eq!(flow.run().await, 144);

    let flow = flow! {
        numbers = from(0..9);
        zip(numbers -> filter(|n| n % 2 == 0), numbers, capacity = 5)? -> count()
    };
    assert_eq!(bound(flow.graph(), "zip"), Bound::Slots(5));
    let flow = flow! {
        numbers = from(0..9);
        zip(numbers -> map(|n| n), numbers) -> count()
    };
    assert_eq!(bound(flow.graph(), "zip"), Bound::Direct);
    let flow = flow! {
        numbers = from(0..9);
        zip_latest(numbers, numbers -> filter(|n| n % 2 == 0)) -> count()
    };
    assert_eq!(bound(flow.graph(), "zip_latest"), Bound::Unbounded);
    let last = flow.graph().edges().iter().rev().find(|edge| edge.to == 1);
    assert_eq!(last.map(|edge| edge.bound), Some(Bound::Slots(1)));
}

#[test]
fn what_goes_round_leads_back() {
    let flow = flow! {
        #[capacity(10)]
        down = filter(|n: &u64| *n > 0) -> map(|n| n - 1);
        from([3]) -> down;
        down -> down;
        down -> count()
    };
    let graph = flow.graph();
    let back: Vec<_> = graph.edges().iter().filter(|edge| edge.back).collect();
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].bound, Bound::Slots(10));
    assert!(graph.to_svg().contains("edge back"));
}

#[test]
fn arms_are_called_by_their_patterns() {
    let flow = flow! {
        from([Some(1), None]) -> match {
            Some(n) if n > 0 => map(|n| n + 1),
            Some(n) => map(|n| n),
            None => drop,
        } -> count()
    };
    let ports: Vec<_> = flow.graph().edges().iter().map(|edge| edge.port).collect();
    assert!(ports.contains(&Port::Arm("Some(n) if n > 0")), "{ports:?}");
    assert!(ports.contains(&Port::Arm("Some(n)")), "{ports:?}");
}

#[tokio::test]
async fn flows_of_every_kind_have_a_graph() {
    let one = ["<u64> Inlet", "map Operator", "sum Value"];
    let open = flow! { <u64> -> map(|x| x) -> sum::<u64>() };
    assert_eq!(nodes(open.graph()), one);
    let awaited = flow! { <u64> -> then(double) -> sum::<u64>() };
    assert_eq!(nodes(awaited.graph())[1], "then Operator");
    let two = flow! { left = <u64>; right = <u64>; union(left, right) -> sum::<u64>() };
    assert_eq!(two.graph().nodes().len(), 4);
    let two_awaited = flow! {
        left = <u64>;
        right = <u64>;
        union(left, right) -> then(double) -> sum::<u64>()
    };
    assert_eq!(two_awaited.graph().nodes().len(), 5);
    let lazy = flow! { from(0..3) -> map(|x| x) };
    assert_eq!(nodes(lazy.graph())[2], "result Value");
    let stream = flow! { from(0..3) -> then(double) };
    assert_eq!(nodes(stream.graph())[2], "result Value");
    let piece = flow! { <u64> -> map(|x| x + 1) };
    assert_eq!(nodes(piece.graph()).len(), 3);
}

/// The picture in the example's documentation is the one it draws.
#[test]
fn the_example_shows_its_picture() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let run = [
        "run",
        "-q",
        "-p",
        "flow-examples",
        "--example",
        "alerts",
        "--",
        "--picture",
    ];
    let output = Command::new(env!("CARGO"))
        .args(run)
        .current_dir(root)
        .output()
        .expect("cargo runs");
    let drawn = String::from_utf8(output.stdout).expect("text");
    let shown = root.join("examples/examples/alerts.svg");
    if env::var_os("UPDATE_PICTURES").is_some() {
        fs::write(&shown, &drawn).expect("it is writable");
    }
    assert_eq!(fs::read_to_string(shown).expect("it is there"), drawn);
}

#[test]
fn a_chain_within_an_element_is_part_of_its_detail() {
    let flow = flow! {
        from(0..9_u64)
            -> by_key(|n| n % 2, capacity = 9) { sliding_window(2) -> map(|[a, b]| a + b) }
            -> scatter(2, by = |n| n % 3) -> map(|n| n + 1) -> gather(ordered = true)
            -> drain();
    };
    let graph = flow.graph();
    let kinds = [
        "from Source",
        "by_key Operator",
        "scatter Cut",
        "drain Sink",
    ];
    assert_eq!(nodes(graph), kinds);
    let details: Vec<_> = graph.nodes().iter().map(|node| node.detail).collect();
    assert_eq!(
        details[1],
        "|n| n % 2, capacity = 9 { sliding_window -> map }"
    );
    assert_eq!(details[2], "2, by = |n| n % 3 { map }");
    assert_eq!(bound(graph, "drain"), Bound::Slots(16_384));
    assert!(graph.to_svg().contains("by_key"));
}

#[test]
fn bounds_that_depend_say_on_what() {
    let (workers, size) = (2, 5);
    let scattered = flow! {
        from(0..9_u64) -> scatter(workers) -> map(|n| n + 1) -> gather() -> drain();
    };
    let scattered = bound(scattered.graph(), "drain");
    let within = flow_runtime::__private::op::SCATTERED;
    let words = format!("{scattered:?}");
    assert_eq!(words, format!("Given(\"{within} * workers\")"));
    let batches = flow! {
        from(0..9_u64) -> partition(size, by = |n| n % 2, timeout = std::time::Duration::MAX) -> drain();
    };
    let batches = bound(batches.graph(), "drain");
    assert_eq!(batches, Bound::Given("size for each key"));
}

#[test]
fn what_is_dropped_on_purpose_is_drawn() {
    let flow = flow! {
        from(["1", "x", "3"]) -> map(|text| text.parse::<i32>())? else drop -> match {
            1 => map(|n| n),
            2 | 3 => drop,
            _ => drop,
        } -> count()
    };
    let graph = flow.graph();
    let dropped = |port: Port| {
        let edges = graph.edges().iter().filter(|edge| edge.port == port);
        let nodes = edges.map(|edge| graph.nodes()[edge.to].operator);
        nodes.collect::<Vec<_>>()
    };
    assert_eq!(dropped(Port::Errors), ["drop"]);
    assert_eq!(dropped(Port::Arm("2 | 3")), ["drop"]);
    assert_eq!(dropped(Port::Arm("_")), ["drop"]);
    assert!(dropped(Port::Arm("1")) != ["drop"]);
    let drops = graph.nodes().iter().filter(|node| node.operator == "drop");
    assert!(drops.clone().all(|node| node.kind == NodeKind::Sink));
    assert_eq!(drops.count(), 2);
    assert_eq!(flow.run(), 1);
}
