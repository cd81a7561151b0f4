//! The files that the documents at the root name exist.

use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The code spans that are paths: with a slash between words, or an ending.
fn paths(text: &str) -> Vec<&str> {
    let is_path = |span: &&str| {
        let ending = [".rs", ".md", ".toml"]
            .iter()
            .any(|end| span.ends_with(end));
        let words = |char: char| char.is_alphanumeric() || "/._-".contains(char);
        span.chars().all(words) && (ending || span.contains('/'))
    };
    text.split('`').skip(1).step_by(2).filter(is_path).collect()
}

/// The targets of the links.
fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| Some(rest.split_once(')')?.0))
        .collect()
}

#[test]
fn what_the_architecture_names_exists() {
    let text = read("ARCHITECTURE.md");
    let paths = paths(&text);
    assert!(paths.len() > 20, "{paths:?}");
    let missing: Vec<_> = paths
        .iter()
        .filter(|path| !root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_the_readme_links_to_exists() {
    let text = read("README.md");
    let links = links(&text);
    assert!(links.len() > 4, "{links:?}");
    let missing: Vec<_> = links
        .iter()
        .filter(|path| !root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn documents_stay_short() {
    assert!(read("README.md").lines().count() <= 150);
    assert!(read("ARCHITECTURE.md").lines().count() <= 110, "two pages");
}

#[test]
fn paths_are_told_from_other_code() {
    let text = "`a/b.rs`, `Store`, `from(1/2)`, `README.md`, `.ci/run` and [x](y/z).";
    assert_eq!(paths(text), ["a/b.rs", "README.md", ".ci/run"]);
    assert_eq!(links(text), ["y/z"]);
}

#[test]
fn examples_hide_no_more_than_the_function_around_them() {
    for page in ["language", "recipes", "running"] {
        let text = read(&format!("flow-runtime/src/docs/{page}.md"));
        let fences = text.split("```\n").skip(1).step_by(2);
        let lines = fences.flat_map(str::lines);
        for line in lines.filter_map(|line| line.strip_prefix("# ")) {
            let frame = ["#[tokio::main", "async fn main", "fn main", "}", "Ok"];
            let is_check = line.starts_with("assert");
            assert!(
                is_check || frame.iter().any(|begin| line.starts_with(begin)),
                "{page}: {line}"
            );
        }
    }
}
