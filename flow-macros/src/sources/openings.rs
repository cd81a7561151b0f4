//! The openings of doc comments: each begins with what a thing is or does.

use std::collections::BTreeMap;

use super::{CRATES, each_file, workspace};

/// The words that doc comments do not open with: they begin a question, and a reader has to
/// turn the sentence round.
const QUESTIONS: [&str; 7] = ["What", "Whether", "How", "Where", "Which", "When", "Why"];

/// Files that have such openings yet, and how many. None may be added, and a number that has
/// fallen is to be lowered.
const OPEN: &[(&str, usize)] = &[];

#[test]
fn doc_comments_open_with_what_a_thing_is_or_does() {
    let mut found = BTreeMap::new();
    let mut lines = Vec::new();
    let places = CRATES.iter().map(|name| format!("{name}/src"));
    for place in places.chain(["tests".to_string(), "examples".to_string()]) {
        each_file(&workspace().join(&place), &mut |path, text| {
            let name = path.strip_prefix(workspace()).unwrap_or(path);
            let name = name.display().to_string();
            let questions = questions(text);
            if !questions.is_empty() {
                lines.extend(questions.iter().map(|line| format!("{name}: {line}")));
                found.insert(name, questions.len());
            }
        });
    }
    let open = OPEN
        .iter()
        .map(|(name, number)| ((*name).to_owned(), *number));
    assert!(found == open.collect(), "{found:#?}\n{}", lines.join("\n"));
}

/// The first lines of doc comments that open with a question.
fn questions(text: &str) -> Vec<&str> {
    let mut before = None;
    let mut found = Vec::new();
    for line in text.lines() {
        let kind = ["///", "//!"]
            .into_iter()
            .find(|kind| line.trim_start().starts_with(kind));
        if let (Some(kind), true) = (kind, kind != before) {
            let said = line.trim_start().trim_start_matches(kind);
            let word = said
                .trim_start()
                .split(|c: char| !c.is_alphanumeric())
                .next();
            if word.is_some_and(|word| QUESTIONS.contains(&word)) {
                found.push(line.trim());
            }
        }
        before = kind;
    }
    found
}

#[test]
fn only_the_first_line_of_a_comment_counts() {
    let text =
        "/// Which one.\n/// When it is.\nfn f() {}\n    /// Says\n    /// what.\n//! Whereas.";
    assert_eq!(questions(text), ["/// Which one."]);
}
