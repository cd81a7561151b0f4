//! The rules of the sources: files and functions are short, imports run one way, and nobody
//! knows operators by their names.

mod files;
mod imports;
mod openings;

use std::{collections::BTreeSet, fs, path::Path};

use syn::{
    ImplItemFn, ItemFn, ItemMod, LitStr, Signature,
    spanned::Spanned,
    visit::{self, Visit},
};

use self::{
    files::{Sources, is_test, workspace},
    imports::{circles, rooms},
};
use crate::table;

/// The most lines of a file, tests included.
const LINES: usize = 400;

/// The most lines of a function.
const FUNCTION: usize = 100;

/// Files that are too long yet. None may be added, and one that is short is to be struck out.
const LONG: &[&str] = &[
    "tests/tests/allocations.rs",
    "tests/tests/it/artifacts.rs",
    "tests/tests/it/attributes.rs",
    "tests/tests/it/budgets.rs",
    "tests/tests/it/concurrency.rs",
    "tests/tests/it/cycles.rs",
    "tests/tests/it/errors.rs",
    "tests/tests/it/event_time.rs",
    "tests/tests/it/extant_flows.rs",
    "tests/tests/it/fan_in.rs",
    "tests/tests/it/faults.rs",
    "tests/tests/it/flows.rs",
    "tests/tests/it/keyed.rs",
    "tests/tests/it/keyed_waits.rs",
    "tests/tests/it/latest.rs",
    "tests/tests/it/lazy_flows.rs",
    "tests/tests/it/limits.rs",
    "tests/tests/it/matches.rs",
    "tests/tests/it/mesh/nodes.rs",
    "tests/tests/it/open_flows.rs",
    "tests/tests/it/operators.rs",
    "tests/tests/it/regions.rs",
    "tests/tests/it/scatter.rs",
    "tests/tests/it/stores/side.rs",
];

const CRATES: [&str; 2] = ["flow-macros", "flow-runtime"];

#[test]
fn imports_run_one_way() {
    let mut wrong = Vec::new();
    for name in CRATES {
        for (room, imports) in rooms(&Sources::of(name)) {
            let room = room.join("::");
            let circles = circles(&imports).into_iter();
            wrong.extend(circles.map(|(from, to)| format!("{name} {room}: {from} → {to}")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} imports on circles:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn files_and_functions_are_short() {
    let mut wrong = Vec::new();
    let mut unused: BTreeSet<String> = LONG.iter().map(|name| (*name).to_owned()).collect();
    let places = CRATES.iter().map(|name| format!("{name}/src"));
    for place in places.chain(["tests".to_string(), "examples".to_string()]) {
        each_file(&workspace().join(&place), &mut |path, text| {
            let name = path
                .strip_prefix(workspace())
                .unwrap_or(path)
                .display()
                .to_string();
            let lines = text.lines().count();
            if lines > LINES && !LONG.contains(&name.as_str()) {
                wrong.push(format!("{name} has {lines} lines"));
            } else if lines > LINES {
                unused.remove(&name);
            }
            // Some files of tests are fragments, or are there to be wrong.
            let Ok(file) = syn::parse_file(text) else {
                return;
            };
            let mut functions = Functions::default();
            functions.visit_file(&file);
            let long = functions.long.iter();
            wrong.extend(
                long.map(|(function, lines)| format!("`{function}` in {name} has {lines} lines")),
            );
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unused.is_empty(), "not too long any more: {unused:?}");
}

#[test]
fn nobody_knows_operators_by_their_names() {
    let sources = Sources::of("flow-macros");
    let mut wrong = Vec::new();
    for (module, (path, file)) in &sources.files {
        if module
            .first()
            .is_some_and(|room| room == "table" || room == "exposed")
        {
            continue;
        }
        let mut words = Words::default();
        words.visit_file(file);
        let names = words.found.iter();
        wrong.extend(names.map(|word| format!("\"{word}\" in {}", path.display())));
    }
    assert!(
        wrong.is_empty(),
        "the table knows names, and says what they mean:\n{}",
        wrong.join("\n")
    );
}

/// Calls `look` with each Rust file in a directory, but for what is built.
fn each_file(path: &Path, look: &mut impl FnMut(&Path, &str)) {
    let is_built = path.file_name().is_some_and(|name| name == "target");
    let Ok(files) = fs::read_dir(path) else {
        if let (Some("rs"), Ok(text)) = (
            path.extension().and_then(|it| it.to_str()),
            fs::read_to_string(path),
        ) {
            look(path, &text);
        }
        return;
    };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|_| !is_built)
        .for_each(|path| each_file(path, look));
}

/// The functions that are too long, and their lines.
#[derive(Default)]
struct Functions {
    long: Vec<(String, usize)>,
}

impl Functions {
    fn measure(&mut self, signature: &Signature, block: &syn::Block) {
        let (start, end) = (signature.span().start().line, block.span().end().line);
        let lines = end + 1 - start;
        if lines > FUNCTION {
            self.long.push((signature.ident.to_string(), lines));
        }
    }
}

impl Visit<'_> for Functions {
    fn visit_item_fn(&mut self, item: &ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

/// The literals that are names of operators.
#[derive(Default)]
struct Words {
    found: Vec<String>,
}

impl Visit<'_> for Words {
    fn visit_item_mod(&mut self, item: &ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_lit_str(&mut self, literal: &LitStr) {
        let word = literal.value();
        if table::find(&word).is_some() {
            self.found.push(word);
        }
    }

    // What stands in `matches!` and the like.
    fn visit_macro(&mut self, each: &syn::Macro) {
        self.tokens(each.tokens.clone());
    }
}

impl Words {
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => self.tokens(group.stream()),
                proc_macro2::TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.visit_lit_str(&literal);
                    }
                }
                _ => {}
            }
        }
    }
}
