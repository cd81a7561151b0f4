//! The phases between text and tokens, each looked at alone.

use crate::{
    check,
    errors::Errors,
    expand,
    graph::{Graph, NodeId, Port, Use},
    lower::{self, tree::Stmt},
    names::Writer,
    parse,
    plan::{self, Closer, Hand, Plan, Root, Waits},
    resolve,
    syntax::Settings,
};

/// The graph of a flow, and what is wrong with it.
fn graph_of<R>(flow: &str, look: impl FnOnce(&Graph<'_>, &Errors) -> R) -> R {
    let mut errors = Errors::default();
    let syntax = parse::flow(flow.parse().expect("a flow is tokens"), &mut errors);
    let mut graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &mut graph, &mut errors);
    look(&graph, &errors)
}

/// The plan of a flow without mistakes.
fn plan_of<R>(flow: &str, look: impl FnOnce(&Plan<'_, '_>) -> R) -> R {
    graph_of(flow, |graph, errors| {
        assert!(errors.gate().is_ok(), "{:?}", errors.texts());
        look(&plan::plan(graph).expect("the graph has no cycle"))
    })
}

fn mistakes(flow: &str) -> Vec<String> {
    graph_of(flow, |_, errors| {
        errors.texts().into_iter().map(str::to_owned).collect()
    })
}

/// The only node of an operator.
fn node(graph: &Graph<'_>, operator: &str) -> NodeId {
    let named = |id: &NodeId| graph.nodes[*id].operator.name == operator;
    (0..graph.nodes.len())
        .find(named)
        .expect("there is such a node")
}

fn input(node: NodeId, input: usize) -> Use {
    Use { node, input }
}

const DIAMOND: &str = "n = from(0..9); a = n -> map(f); b = n -> filter(p); zip(a, b) -> drain();";

#[test]
fn a_node_comes_after_all_it_reads() {
    let flow = "b = a -> map(f); b -> drain(); a = from(0..9);";
    graph_of(flow, |graph, errors| {
        assert!(errors.gate().is_ok());
        let order = graph.topological().expect("there is no cycle");
        let names: Vec<_> = order
            .iter()
            .map(|id| graph.nodes[*id].operator.name)
            .collect();
        assert_eq!(names, ["from", "map", "drain"]);
    });
}

#[test]
fn uses_are_in_the_order_they_are_written() {
    graph_of(DIAMOND, |graph, _| {
        let uses = graph.uses(node(graph, "from"), Port::Items);
        let expected = [node(graph, "map"), node(graph, "filter")];
        assert_eq!(uses, expected.map(|id| input(id, 0)));
    });
}

#[test]
fn a_cycle_through_a_segment_leads_back_and_another_is_a_mistake() {
    let crawler = "pages = unique() -> flat_map(links) -> pages; from(seeds) -> pages;";
    graph_of(crawler, |graph, errors| {
        assert!(errors.gate().is_ok(), "{:?}", errors.texts());
        assert!(graph.topological().is_ok());
        let back = graph.nodes.iter().flat_map(|node| &node.inputs);
        assert_eq!(back.filter(|edge| edge.back).count(), 1);
    });
    let wrong = mistakes("a = b -> map(f); b = a -> map(g); a -> drain();");
    let expected = "nothing feeds these stages, they are defined by each other: ";
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].starts_with(expected), "{wrong:?}");
}

#[test]
fn what_is_whole_remains_of_a_flow_with_mistakes() {
    let flow =
        "a = from(0..9) -> map(f); b = a -> filter(p, 3) -> map(g); b -> drain(); a -> drain();";
    let mut errors = Errors::default();
    let syntax = parse::flow(flow.parse().expect("a flow is tokens"), &mut errors);
    let mut graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &mut graph, &mut errors);
    assert_eq!(errors.texts(), ["`filter` takes 1 argument, not 2"]);
    let graph = graph.remains();
    let names: Vec<_> = graph.nodes.iter().map(|node| node.operator.name).collect();
    assert_eq!(names, ["from", "map", "drain"]);
    assert_eq!(graph.nodes[2].inputs[0].from, 1);
}

#[test]
fn what_is_before_a_missing_operator_remains() {
    for (flow, remaining) in [
        ("from(0..9) -> map(f) ->", ["from", "map"].as_slice()),
        (
            "a = from(0..9) -> map(f) -> ; a -> drain();",
            &["from", "map"],
        ),
        (
            "from(0..9) -> scatter(2) -> map(f) -> gather() -> ",
            &["from", "scatter"],
        ),
        ("from(0..9) -> map(f) % 3;", &["from", "map"]),
    ] {
        let mut errors = Errors::default();
        let syntax = parse::flow(flow.parse().expect("a flow is tokens"), &mut errors);
        let mut graph = resolve::graph(&syntax, &mut errors);
        check::all(&syntax, &mut graph, &mut errors);
        assert_eq!(errors.texts().len(), 1, "{flow}: {:?}", errors.texts());
        let graph = graph.remains();
        let names: Vec<_> = graph.nodes.iter().map(|node| node.operator.name).collect();
        assert_eq!(names, remaining, "{flow}");
    }
}

#[test]
fn independent_mistakes_are_told_each_once() {
    let wrong = mistakes(
        "a = from(0..9) -> mpa(f); a -> filtr(p) -> drain(); from(0) -> take() -> drain();",
    );
    let expected = [
        "unknown operator `mpa`",
        "unknown operator `filtr`",
        "`take` takes 1 argument, not 0",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn a_cut_parts_regions_and_what_goes_round_it_crosses() {
    let flow = "n = from(0..9); slow = n -> then(f, concurrency = 2); zip(n, slow) -> drain();";
    plan_of(flow, |plan| {
        let (from, then, zip) = (
            node(plan.graph, "from"),
            node(plan.graph, "then"),
            node(plan.graph, "zip"),
        );
        assert_eq!(plan.waits, Waits::Always);
        assert_eq!(plan.regions.len(), 2);
        assert_eq!(plan.regions[0].roots, [Root::Source(from)]);
        assert_eq!(
            plan.regions[1].roots,
            [Root::Results(then), Root::Crossing(0)]
        );
        assert_eq!(plan.crossing(input(zip, 0)), Some(0));
        assert_eq!(plan.region_of_output(then), 1);
        assert_eq!(plan.below(0), [1]);
        // The zip ends by itself: it has several roots.
        assert_eq!(plan.closer(zip), Closer::Node(zip));
        assert!(!plan.is_lockstep(zip));
    });
}

#[test]
fn one_loop_closes_what_one_source_feeds() {
    let flow = "from(0..9) -> partition(3) -> map(f) -> drain();";
    plan_of(flow, |plan| {
        assert_eq!(plan.waits, Waits::Never);
        assert_eq!(plan.regions.len(), 1);
        let ends = (0..plan.graph.nodes.len()).map(|id| plan.closer(id));
        assert!(ends.into_iter().all(|closer| closer == Closer::Root(0)));
    });
}

#[test]
fn a_zip_of_one_rate_needs_no_queue() {
    let lockstep = |flow: &str| plan_of(flow, |plan| plan.is_lockstep(node(plan.graph, "zip")));
    assert!(lockstep(
        "n = from(0..9); a = n -> map(f); b = n -> inspect(g); zip(a, b) -> drain();"
    ));
    assert!(!lockstep(DIAMOND));
    assert!(!lockstep(
        "a = from(0..9); b = from(0..9); zip(a, b) -> drain();"
    ));
}

#[test]
fn the_last_use_takes_the_item_and_the_others_are_lent_it() {
    plan_of(DIAMOND, |plan| {
        let from = node(plan.graph, "from");
        let first = input(node(plan.graph, "map"), 0);
        assert_eq!(plan.hand(first), Hand::Lend(from, Port::Items));
        let last = input(node(plan.graph, "filter"), 0);
        assert_eq!(plan.hand(last), Hand::Own);
    });
}

#[test]
fn an_input_in_a_loop_is_not_filled_once() {
    let once = |flow: &str| {
        plan_of(flow, |plan| {
            let krate = quote::quote!(flow_runtime);
            let writer = Writer::new(plan, &krate, &expand::chains::InPlace, Settings::default());
            let step = lower::output(&writer, node(plan.graph, "from"), None);
            let mut stmts = step.tree.blocks.iter().flat_map(|block| &block.stmts);
            !stmts.any(|stmt| matches!(stmt, Stmt::Queue { .. }))
        })
    };
    assert!(once(
        "n = from(0..9); a = n -> map(f); b = n -> filter(p); union(a, b) -> drain();"
    ));
    assert!(!once(
        "n = from(0..9); a = n -> map(f); b = n -> flat_map(g); union(a, b) -> drain();"
    ));
}

#[test]
fn a_chain_within_an_element_is_a_graph_of_its_own() {
    let flow = "from(a) -> scatter(2) -> map(f)? -> by_key(k) { then(g) } -> gather() -> drain();";
    graph_of(flow, |graph, errors| {
        let words = |graph: &Graph<'_>| -> Vec<&str> {
            let nodes = graph.nodes.iter();
            nodes.map(|node| node.operator.name).collect()
        };
        assert_eq!(words(graph), ["from", "scatter", "drain"]);
        let between = graph.nodes[1].inner.as_deref().expect("a chain between");
        assert_eq!(words(between), ["<T>", "map", "by_key", "gather"]);
        let braces = between.nodes[2]
            .inner
            .as_deref()
            .expect("a chain in braces");
        assert_eq!(words(braces), ["<T>", "then", "result"]);
        assert!(graph.fails() && between.fails() && !braces.fails());
        // Workers do not await, not even within a chain of a key.
        let text = "`by_key` cannot stand between `scatter` and `gather`";
        assert_eq!(errors.texts(), [text]);
    });
}

#[test]
fn behind_a_source_that_resumes_a_file_is_appended_to() {
    let resumes = [
        "lines(a, resume = o)? -> write_lines(p)?;",
        "lines(a, resume = o) -> write_lines(p, append = false)",
        "lines(a, resume = o)? -> map(up) -> partition(9) -> then(f, concurrency = 4) -> write_lines(p)?;",
        "lines(a, resume = o)? else bad -> drain(); bad = write_lines(p)?;",
        "x = lines(a, resume = o)?; x -> drain(); x -> filter(f) -> write_lines(p)",
        "lines(a, resume = o)? -> match { Some(x) => write_lines(p)?, None => drop };",
        "union(from(b), lines(a, resume = o)?) -> write_lines(p)?;",
        "zip(from(b), lines(a, resume = o)?) -> buffer(8) -> map(up) -> write_lines(p)?;",
        "chain -> write_lines(p)?; chain = lines(a, resume = o)? -> by_key(f) { map(up) };",
        "out = write_lines(p)?; lines(a, resume = o)? -> out; from(b) -> out;",
    ];
    for flow in resumes {
        let told = mistakes(flow);
        assert!(
            told.len() == 1 && told[0].contains("empties its file"),
            "{flow}: {told:?}"
        );
        let appends = flow.replace("write_lines(p)", "write_lines(p, append = true)");
        let appends = appends.replace("append = false", "append = true");
        assert_eq!(mistakes(&appends), [""; 0], "{appends}");
    }
    for flow in [
        "lines(a)? -> write_lines(p)?;",
        "stream(a, ack = true) -> write_lines(p)?;",
        "lines(a, resume = o)? -> drain(); from(b) -> write_lines(p)?;",
        "from(b) -> write_lines(p, append = true)?;",
    ] {
        assert_eq!(mistakes(flow), [""; 0], "{flow}");
    }
}
