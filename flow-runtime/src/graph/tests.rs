use super::{Graph, samples, svg};

#[test]
fn a_chain_as_mermaid() {
    let expected = r#"flowchart TD
  n0(["from<br/>0..n"])
  n1["map<br/>|x| x * 3 + 1"]
  n2["filter<br/>even"]
  n3(["fold<br/>0, |sum, x| *sum += x"])
  n0 --> n1
  n1 --> n2
  n2 --> n3
"#;
    assert_eq!(samples::linear().to_mermaid(), expected);
    assert_eq!(samples::linear().to_string(), expected);
}

#[test]
fn a_cycle_as_mermaid() {
    let expected = r#"flowchart TD
  subgraph c0["pages"]
    n0[\"union"/]
    n1["unique<br/>capacity = 1_000_000"]
    n2[["then<br/>fetch, concurrency = 32"]]
    n3["flat_map<br/>links"]
  end
  n4(["from<br/>seeds"])
  n5("failed = write_lines<br/>#quot;failed.txt#quot;")
  n4 --> n0
  n0 --> n1
  n1 -->|"≤ 1"| n2
  n2 -->|"≤ 64"| n3
  n2 -.->|"else"| n5
  n3 -->|"≤ limit"| n0
  linkStyle 4 stroke:#c0392b,color:#c0392b
"#;
    assert_eq!(samples::crawler().to_mermaid(), expected);
}

/// Returns what follows the settings of the whole graph.
fn dot(graph: &Graph) -> String {
    let text = graph.to_dot();
    let lines = text.lines().filter(|line| {
        let settings = ["digraph", "  graph", "  node", "  edge"];
        !settings.iter().any(|each| line.starts_with(each))
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_chain_as_dot() {
    let expected = r##"  n0 [label="from\n0..n" style="rounded,filled" fillcolor="#e3f3e6"]
  n1 [label="map\n|x| x * 3 + 1"]
  n2 [label="filter\neven"]
  n3 [label="fold\n0, |sum, x| *sum += x" style="rounded,filled,bold" fillcolor="#e4eefb"]
  n0 -> n1
  n1 -> n2
  n2 -> n3
}
"##;
    assert_eq!(dot(&samples::linear()), expected);
}

#[test]
fn branches_and_errors_as_dot() {
    let expected = r##"  subgraph cluster_0 {
    label="readings" labeljust=l style=rounded color="#afb8c1"
    n0 [label="from\nlines" style="rounded,filled" fillcolor="#e3f3e6"]
    n1 [label="map\nparse"]
  }
  subgraph cluster_1 {
    label="mean" labeljust=l style=rounded color="#afb8c1"
    n3 [label="sliding_window\n60"]
    n4 [label="map\naverage"]
  }
  n2 [label="hot = filter\n|r| r.celsius > 90.0"]
  n5 [label="rejects = for_each\n|e| eprintln!(\"{e}\")" style="rounded,filled" fillcolor="#e4eefb"]
  n6 [label="zip_latest\nhot, mean" shape=invtrapezium fillcolor="#efe8fb"]
  n7 [label="map\nalert"]
  n8 [label="collect\nVec<_>" style="rounded,filled,bold" fillcolor="#e4eefb"]
  n0 -> n1
  n1 -> n5 [label=" else " style=dashed color="#c0392b" fontcolor="#c0392b"]
  n1 -> n2 [label=" 1 "]
  n1 -> n3 [label=" 2 "]
  n3 -> n4
  n2 -> n6 [label=" unbounded "]
  n4 -> n6
  n6 -> n7
  n7 -> n8
}
"##;
    assert_eq!(dot(&samples::alerts()), expected);
}

#[test]
fn words_at_the_lines_of_samples_stand_free() {
    for (name, graph) in samples::all() {
        assert_words_stand_free(name, &graph);
    }
}

#[test]
fn what_means_something_elsewhere_is_escaped() {
    let mermaid = samples::odd().to_mermaid();
    for line in mermaid.lines().filter(|line| line.contains('"')) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
        let label = line.split('"').nth(1).unwrap_or_default();
        assert!(!label.contains(['`', '\\']), "{line}");
    }
    assert!(samples::odd().to_dot().contains(r##"r#\"\\\"#]"##));
}

/// Asserts that tags are closed in their order and no text has a bare `<` or `&`.
fn assert_well_formed(xml: &str) {
    let mut open = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        assert!(
            !text.contains('>') || open.last() == Some(&"style"),
            "{text}"
        );
        for entity in text.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;"];
            assert!(
                known.iter().any(|each| entity.starts_with(each)),
                "{entity}"
            );
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or(tag));
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The rectangle around a vertex.
fn rectangle(scene: &svg::Scene, id: usize) -> [f64; 4] {
    let vertex = &scene.rows.vertices[id];
    let (x, y) = (scene.placed.x[id], scene.placed.bands[vertex.row].middle);
    let (width, height) = (vertex.width / 2.0, vertex.height / 2.0);
    [x - width, x + width, y - height, y + height]
}

/// Points along a line, near enough to each other that none jumps a node.
fn points(path: &str) -> Vec<(f64, f64)> {
    let spaced: String = path
        .chars()
        .flat_map(|letter| match letter {
            'M' | 'V' | 'C' => vec![' ', letter, ' '],
            letter => vec![letter],
        })
        .collect();
    let mut words = spaced.split_whitespace();
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut at = (0.0, 0.0);
    while let Some(command) = words.next() {
        let mut next = || -> f64 { words.next().expect("a number").parse().expect("a number") };
        let ends = match command {
            "M" => {
                at = (next(), next());
                continue;
            }
            "V" => {
                let to = (at.0, next());
                [at, to, to]
            }
            _ => [(next(), next()), (next(), next()), (next(), next())],
        };
        for step in 0_u32..=40 {
            let (t, u) = (f64::from(step) / 40.0, 1.0 - f64::from(step) / 40.0);
            let weights = [u * u * u, 3.0 * t * u * u, 3.0 * t * t * u, t * t * t];
            let sum = |of: fn(&(f64, f64)) -> f64| {
                let all = [&at, &ends[0], &ends[1], &ends[2]];
                all.into_iter()
                    .zip(weights)
                    .map(|(end, w)| of(end) * w)
                    .sum()
            };
            points.push((sum(|end| end.0), sum(|end| end.1)));
        }
        at = ends[2];
    }
    points
}

/// No line passes a node but at its own ends.
fn assert_lines_pass_nodes(name: &str, graph: &Graph) {
    let shape = graph.shape();
    let scene = svg::scene(&shape);
    for (index, line) in svg::lines(&scene).iter().enumerate() {
        for (x, y) in points(&line.path) {
            for id in 0..graph.nodes().len() {
                let [left, right, top, bottom] = rectangle(&scene, id);
                let inside = left + 0.5 < x && x < right - 0.5 && top + 0.5 < y && y < bottom - 0.5;
                assert!(!inside, "{name}: edge {index} passes node {id}");
            }
        }
    }
}

/// The texts of a node fit into it.
fn assert_words_fit(name: &str, graph: &Graph) {
    let shape = graph.shape();
    let scene = svg::scene(&shape);
    for (id, words) in scene.words.iter().enumerate() {
        let [left, right, ..] = rectangle(&scene, id);
        let title = svg::letters(&words.title()) * svg::TITLE;
        let detail = svg::letters(&words.detail) * svg::DETAIL;
        assert!(title.max(detail) + 8.0 <= right - left, "{name}: {id}");
    }
}

/// A frame has all of its nodes inside, and no other.
fn assert_frames_hold_their_own(name: &str, graph: &Graph) {
    let shape = graph.shape();
    let scene = svg::scene(&shape);
    for (frame, area) in svg::areas(&scene) {
        for id in 0..graph.nodes().len() {
            let [left, right, top, bottom] = rectangle(&scene, id);
            let apart = right <= area[0] || area[1] <= left || bottom <= area[2] || area[3] <= top;
            let inside = area[0] <= left && right <= area[1] && area[2] <= top && bottom <= area[3];
            let own = scene.rows.vertices[id].frame == Some(frame);
            assert!(if own { inside } else { apart }, "{name}: {id} and {frame}");
        }
    }
}

/// Words at lines hide neither each other nor what is written in nodes.
fn assert_words_stand_free(name: &str, graph: &Graph) {
    let shape = graph.shape();
    let scene = svg::scene(&shape);
    let lines = svg::lines(&scene);
    let mut taken: Vec<_> = (0..graph.nodes().len())
        .map(|id| rectangle(&scene, id))
        .collect();
    for (words, (x, y)) in svg::labels(&shape, &scene, &lines) {
        if words.is_empty() {
            continue;
        }
        let (width, height) = (svg::width(&words) / 2.0, svg::HEIGHT / 2.0);
        let [left, right, top, bottom] = [x - width, x + width, y - height, y + height];
        let free = |other: &[f64; 4]| {
            let beside = right <= other[0] || other[1] <= left;
            beside || bottom <= other[2] || other[3] <= top
        };
        assert!(taken.iter().all(free), "{name}: {words}");
        assert!(
            left >= 0.0 && right <= scene.placed.width,
            "{name}: {words}"
        );
        taken.push([left, right, top, bottom]);
    }
}

fn assert_readable(name: &str, graph: &Graph) {
    assert_lines_pass_nodes(name, graph);
    assert_words_fit(name, graph);
    assert_frames_hold_their_own(name, graph);
    let shape = graph.shape();
    let scene = svg::scene(&shape);
    let count = graph.nodes().len();
    for a in 0..count {
        let [left, right, top, bottom] = rectangle(&scene, a);
        assert!(left >= 0.0 && right <= scene.placed.width, "{name}: {a}");
        assert!(top >= 0.0 && bottom <= scene.placed.height, "{name}: {a}");
        for b in 0..a {
            let other = rectangle(&scene, b);
            let beside = right <= other[0] || other[1] <= left;
            let above = bottom <= other[2] || other[3] <= top;
            assert!(beside || above, "{name}: {a} and {b} overlap");
        }
    }
    // What passes a row has its own place there, and nothing foreign stands in
    // a frame.
    for row in &scene.rows.rows {
        for pair in row.windows(2) {
            assert!(
                scene.placed.x[pair[0]] < scene.placed.x[pair[1]] + 0.001,
                "{name}"
            );
        }
    }
    let svg = graph.to_svg();
    assert_eq!(svg.matches("<g class=\"node\">").count(), count, "{name}");
    assert_eq!(
        svg.matches("<path class=\"edge").count(),
        graph.edges().len(),
        "{name}"
    );
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    assert_well_formed(&svg);
    assert_eq!(svg, graph.to_svg(), "{name}");
}

#[test]
fn drawings_are_whole_and_nothing_overlaps() {
    for (name, graph) in samples::all() {
        assert_readable(name, &graph);
    }
    for count in [1, 2, 3, 5, 10, 30, 60, 120] {
        assert_readable("random", &samples::random(count, 7));
    }
    for seed in 0..40 {
        assert_readable("random", &samples::random(10 + seed, seed));
    }
}

#[test]
fn edges_lead_down_but_those_that_lead_back() {
    for (name, graph) in samples::all() {
        let shape = graph.shape();
        let scene = svg::scene(&shape);
        for (index, edge) in graph.edges().iter().enumerate() {
            let row = |id: usize| scene.rows.vertices[id].row;
            assert_eq!(scene.rows.back[index], edge.back, "{name}");
            assert_eq!(edge.back, row(edge.from) >= row(edge.to), "{name}");
        }
    }
}

#[test]
fn a_graph_without_nodes_is_an_empty_drawing() {
    assert_well_formed(&super::constant::NONE.to_svg());
}

#[test]
fn five_hundred_nodes_are_drawn() {
    for graph in [samples::random(500, 7), samples::diamonds(100)] {
        let boxes = graph.to_svg().matches("<g class=\"node\">").count();
        assert_eq!(boxes, graph.nodes().len());
    }
}

/// `PICTURES=folder cargo test -p flow-runtime --lib graph -- --ignored`
#[test]
#[ignore = "writes pictures to look at"]
fn show() {
    let folder = std::env::var("PICTURES").expect("PICTURES names a folder");
    for (name, graph) in samples::all()
        .into_iter()
        .chain([("random", samples::random(60, 7))])
    {
        let write = |suffix: &str, text: String| {
            std::fs::write(format!("{folder}/{name}.{suffix}"), text).expect("it is writable");
        };
        write("svg", graph.to_svg());
        write("dot", graph.to_dot());
        write("mmd", graph.to_mermaid());
    }
}
