//! Programs with flows: the examples of the documentation.

use std::fs;
use std::path::Path;

/// A program that stands by itself.
pub struct Program {
    pub text: String,
}

/// The pages whose examples are taken.
const PAGES: [&str; 5] = [
    "README.md",
    "flow-runtime/src/reference.md",
    "flow-runtime/src/front.md",
    "flow-runtime/src/docs/language.md",
    "flow-runtime/src/docs/running.md",
];

/// All programs with a flow.
pub fn programs() -> Vec<Program> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut programs = Vec::new();
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).expect("a page of this repository");
        programs.extend(examples(&text));
    }
    let examples = fs::read_dir(root.join("examples/examples")).expect("the examples");
    let mut paths: Vec<_> = examples.flatten().map(|file| file.path()).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_some_and(|extension| extension == "rs") {
            programs.push(fs::read_to_string(path).expect("an example"));
        }
    }
    let programs = programs.into_iter();
    let programs = programs.filter(|text| text.contains("flow! {") && is_alone(text));
    programs.map(|text| Program { text }).collect()
}

/// The code of a page, as rustdoc compiles it.
fn examples(page: &str) -> Vec<String> {
    let (mut found, mut code) = (Vec::new(), None::<String>);
    for line in page.lines() {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            code = match code {
                Some(code) => {
                    found.extend(program(code));
                    None
                }
                None if matches!(fence, "" | "rust" | "no_run" | "rust,no_run") => {
                    Some(String::new())
                }
                // Text is passed over, until its end.
                None => Some("text".to_owned()),
            };
        } else if let Some(code) = &mut code {
            let shown = line.trim_start();
            code.push_str(shown.strip_prefix("# ").unwrap_or(line));
            code.push('\n');
        }
    }
    found
}

fn program(code: String) -> Option<String> {
    if code.starts_with("text") {
        return None;
    }
    let gives = match code.trim_end().ends_with("(())") {
        true => " -> Result<(), Box<dyn std::error::Error>>",
        false => "",
    };
    Some(match code.contains("fn main()") {
        true => code,
        false => format!("fn main(){gives} {{\n{code}}}\n"),
    })
}

/// Returns whether a program is all that it needs: no other file, no crate of ours.
fn is_alone(text: &str) -> bool {
    let others = ["flow_examples", "include_str!", "\nmod "];
    !others.iter().any(|other| text.contains(other))
}
