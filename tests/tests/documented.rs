//! Everything that users reach has an example: no type, trait, function or method of the
//! public side of `flow-runtime` is without one. A method has one of its own, or is called
//! in that of its type, which is on the same page.

#[path = "documented/crate_tree.rs"]
mod crate_tree;

use std::path::Path;

use crate_tree::{CrateTree, Found, is_for_editors};
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, LitStr, Meta, TraitItem, Visibility};

/// An item that users reach.
struct Documented {
    path: String,
    has_example: bool,
}

#[test]
fn no_public_item_is_without_an_example() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flow-runtime/src");
    let tree = CrateTree::read(&source);
    let items = all(&tree);
    // Fewer would say that the sources are read wrongly.
    assert!(items.len() > 150, "only {} items are public", items.len());
    let without: Vec<&str> = items
        .iter()
        .filter(|item| !item.has_example)
        .map(|item| item.path.as_str())
        .collect();
    assert!(
        without.is_empty(),
        "{} of {} public items have no example:\n{}",
        without.len(),
        items.len(),
        without.join("\n")
    );
}

#[test]
fn an_item_without_an_example_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let source = "mod inner;\npub mod open;\n#[cfg(rust_analyzer)]\nmod editor;\n\
        pub use inner::deep::Shown as Renamed;\nstruct Private;";
    write("lib.rs", source);
    write("inner.rs", "pub mod deep;");
    let shown_to_editors =
        "use crate::inner::deep::Shown;\nimpl Shown { pub fn completed(&self) {} }";
    write("editor.rs", shown_to_editors);
    write(
        "open.rs",
        "#[doc = include_str!(\"page.md\")]\npub fn free() {}",
    );
    write("page.md", "```\n```");
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let deep = "/// ```\n/// shown.called();\n/// ```\n/// bare() is told, not called.\n\
        pub struct Shown;\nimpl Shown {\n/// Text.\npub fn bare(&self) {}\n\
        /// Text.\npub fn called(&self) {}\n#[doc(hidden)]\npub fn hidden(&self) {}\n\
        fn private(&self) {}\n}\npub struct Other;";
    write("inner/deep.rs", deep);
    let mut found: Vec<(String, bool)> = all(&CrateTree::read(folder.path()))
        .into_iter()
        .map(|item| (item.path, item.has_example))
        .collect();
    found.sort();
    let expected = [
        ("Shown", true),
        ("Shown::bare", false),
        ("Shown::called", true),
        ("free", true),
    ];
    assert_eq!(found, expected.map(|(path, has)| (path.to_string(), has)));
}

/// Everything that users reach.
fn all(tree: &CrateTree) -> Vec<Documented> {
    let public = tree.public();
    public
        .iter()
        .flat_map(|found| documented(tree, found))
        .collect()
}

/// The item itself, and its methods.
fn documented(tree: &CrateTree, found: &Found<'_>) -> Vec<Documented> {
    let (attributes, methods) = match found.item {
        Item::Struct(item) => (&item.attrs, methods(tree, found)),
        Item::Enum(item) => (&item.attrs, methods(tree, found)),
        Item::Fn(item) => (&item.attrs, Vec::new()),
        Item::Trait(item) => {
            let methods = item.items.iter().filter_map(|each| match each {
                TraitItem::Fn(method) => Some((method.sig.ident.to_string(), &*method.attrs)),
                _ => None,
            });
            (&item.attrs, methods.collect())
        }
        // Aliases, constants and modules say what they are of.
        _ => return Vec::new(),
    };
    let page = docs(tree, attributes);
    let methods = methods
        .into_iter()
        .filter(|(_, attributes)| !is_hidden(attributes));
    let mut all: Vec<Documented> = methods
        .map(|(method, attributes)| Documented {
            path: format!("{}::{method}", found.name),
            has_example: docs(tree, attributes).contains("```") || calls(&page, &method),
        })
        .collect();
    if !is_hidden(attributes) {
        let (path, has_example) = (found.name.clone(), page.contains("```"));
        all.push(Documented { path, has_example });
    }
    all
}

/// The public methods of a type.
fn methods<'t>(tree: &'t CrateTree, found: &Found<'_>) -> Vec<(String, &'t [Attribute])> {
    let impls = tree.impls(found).into_iter();
    let shown = impls
        .filter(|each| !is_hidden(&each.attrs))
        .flat_map(|each| &each.items);
    let public = shown.filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => {
            Some((method.sig.ident.to_string(), &*method.attrs))
        }
        _ => None,
    });
    public.collect()
}

/// Returns whether the documentation does not show it, or it is there for editors alone.
fn is_hidden(attributes: &[Attribute]) -> bool {
    let hidden = |each: &Attribute| match &each.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    };
    is_for_editors(attributes) || attributes.iter().any(hidden)
}

/// The text of doc comments, and of files that they include.
fn docs(tree: &CrateTree, attributes: &[Attribute]) -> String {
    let text = |each: &Attribute| match &each.meta {
        Meta::NameValue(value) if value.path.is_ident("doc") => match &value.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            Expr::Macro(include) => {
                let path: LitStr = include.mac.parse_body().expect("a file is included");
                Some(tree.included(&path.value()))
            }
            _ => None,
        },
        _ => None,
    };
    let lines: Vec<String> = attributes.iter().filter_map(text).collect();
    lines.join("\n")
}

/// Returns whether the examples of a page call or define this method.
fn calls(page: &str, method: &str) -> bool {
    let code = page.split("```").skip(1).step_by(2);
    let ends_a_word = |text: &str| text.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let called = |code: &str| {
        code.match_indices(method).any(|(at, _)| {
            let (before, after) = (&code[..at], &code[at + method.len()..]);
            !ends_a_word(before) && (after.starts_with('(') || after.starts_with('<'))
        })
    };
    code.into_iter().any(called)
}
