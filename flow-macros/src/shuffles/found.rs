//! The flows that are written in this repository.

use std::{fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};

/// Says where users' flows, and tests', are.
const PLACES: &[&str] = &[
    "README.md",
    "examples",
    "flow-macros/src",
    "flow-runtime/src",
    "tests/benches",
    "tests/src",
    "tests/tests",
];

/// All flows in code and in the code of documentation, in the order of the files.
pub fn flows() -> Vec<TokenStream> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for place in PLACES {
        look_in(&root.join(place), &mut found);
    }
    found
}

fn look_in(path: &Path, found: &mut Vec<TokenStream>) {
    if let Ok(files) = fs::read_dir(path) {
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        paths.iter().for_each(|path| look_in(path, found));
        return;
    }
    let is = |extension| path.extension().is_some_and(|it| it == extension);
    let Ok(text) = fs::read_to_string(path) else {
        return;
    };
    if is("rs") {
        collect(text.parse().unwrap_or_default(), found);
        let lines = text.lines().map(str::trim_start);
        let documented = lines.filter_map(|line| {
            let line = line
                .strip_prefix("///")
                .or_else(|| line.strip_prefix("//!"));
            line.map(|line| line.strip_prefix(' ').unwrap_or(line))
        });
        examples(documented, found);
    } else if is("md") {
        examples(text.lines(), found);
    }
}

/// The flows in the code of a page, without the `# ` before hidden lines.
fn examples<'l>(lines: impl Iterator<Item = &'l str>, found: &mut Vec<TokenStream>) {
    let mut code: Option<String> = None;
    for line in lines {
        if line.trim_start().starts_with("```") {
            code = match code {
                Some(code) => {
                    collect(code.parse().unwrap_or_default(), found);
                    None
                }
                None => Some(String::new()),
            };
        } else if let Some(code) = &mut code {
            let shown = line.trim_start();
            code.push_str(shown.strip_prefix("# ").unwrap_or(line));
            code.push('\n');
        }
    }
}

/// `flow! { … }`, in whatever it stands, also in another flow.
fn collect(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        if let [.., TokenTree::Ident(word), TokenTree::Punct(bang)] = &tokens[..index]
            && word == "flow"
            && bang.as_char() == '!'
        {
            found.push(group.stream());
        }
        collect(group.stream(), found);
    }
}
