use super::samples;

#[test]
#[ignore = "writes files to look at"]
fn show() {
    let directory = std::env::var("PICTURES").expect("PICTURES names a directory");
    for (name, graph) in samples::all()
        .into_iter()
        .chain([("random", samples::random(60))])
    {
        let write = |suffix: &str, text: String| {
            std::fs::write(format!("{directory}/{name}.{suffix}"), text).expect("it is writable");
        };
        write("svg", graph.to_svg());
        write("dot", graph.to_dot());
        write("mmd", graph.to_mermaid());
    }
}
