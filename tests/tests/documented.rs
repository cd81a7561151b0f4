//! Everything that users reach has an example: no type, trait, function or method of the
//! public side of `flow-runtime` is without one.

#[path = "documented/crate_tree.rs"]
mod crate_tree;

use std::path::Path;

use crate_tree::{CrateTree, Found};
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, TraitItem, Visibility};

/// An item that users reach, and the text that documents it.
struct Documented {
    path: String,
    docs: String,
}

#[test]
fn no_public_item_is_without_an_example() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flow-runtime/src");
    let tree = CrateTree::read(&source);
    let items: Vec<Documented> = tree
        .public()
        .iter()
        .flat_map(|found| documented(&tree, found))
        .collect();
    // Fewer would say that the sources are read wrongly.
    assert!(items.len() > 150, "only {} items are public", items.len());
    let without: Vec<&str> = items
        .iter()
        .filter(|item| !item.docs.contains("```"))
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
    let source = "mod inner;\npub mod open;\npub use inner::deep::Shown as Renamed;\nstruct Private;";
    std::fs::write(folder.path().join("lib.rs"), source).unwrap();
    std::fs::write(folder.path().join("inner.rs"), "pub mod deep;").unwrap();
    std::fs::write(folder.path().join("open.rs"), "/// ```\npub fn free() {}").unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let deep = "/// ```\npub struct Shown;\nimpl Shown {\n/// Text.\npub fn bare(&self) {}\n\
        #[doc(hidden)]\npub fn hidden(&self) {}\nfn private(&self) {}\n}\npub struct Other;";
    std::fs::write(folder.path().join("inner/deep.rs"), deep).unwrap();
    let tree = CrateTree::read(folder.path());
    let mut without: Vec<(String, bool)> = tree
        .public()
        .iter()
        .flat_map(|found| documented(&tree, found))
        .map(|item| (item.path, item.docs.contains("```")))
        .collect();
    without.sort();
    let expected = [("Shown", true), ("Shown::bare", false), ("free", true)];
    assert_eq!(without, expected.map(|(path, has)| (path.to_string(), has)));
}

/// The item itself, and its methods.
fn documented(tree: &CrateTree, found: &Found<'_>) -> Vec<Documented> {
    let name = found.name.clone();
    let (attributes, mut all) = match found.item {
        Item::Struct(item) => (&item.attrs, methods(tree, found)),
        Item::Enum(item) => (&item.attrs, methods(tree, found)),
        Item::Fn(item) => (&item.attrs, Vec::new()),
        Item::Trait(item) => {
            let methods = item.items.iter().filter_map(|each| match each {
                TraitItem::Fn(method) => of(&name, &method.sig.ident, &method.attrs),
                _ => None,
            });
            (&item.attrs, methods.collect())
        }
        // Aliases, constants and modules say what they are of.
        _ => return Vec::new(),
    };
    if !is_hidden(attributes) {
        let docs = docs(attributes);
        all.push(Documented { path: name, docs });
    }
    all
}

/// The public methods of a type.
fn methods(tree: &CrateTree, found: &Found<'_>) -> Vec<Documented> {
    let impls = tree.impls(found);
    let public = impls.iter().filter(|each| !is_hidden(&each.attrs)).flat_map(|each| &each.items);
    public
        .filter_map(|item| match item {
            ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => {
                of(&found.name, &method.sig.ident, &method.attrs)
            }
            _ => None,
        })
        .collect()
}

fn of(name: &str, method: &syn::Ident, attributes: &[Attribute]) -> Option<Documented> {
    (!is_hidden(attributes)).then(|| Documented {
        path: format!("{name}::{method}"),
        docs: docs(attributes),
    })
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    let hidden = |each: &Attribute| match &each.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    };
    attributes.iter().any(hidden)
}

/// The text of doc comments. A file that is included counts as an example: it is a page.
fn docs(attributes: &[Attribute]) -> String {
    let text = |each: &Attribute| match &each.meta {
        Meta::NameValue(value) if value.path.is_ident("doc") => Some(match &value.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
            _ => "```".to_string(),
        }),
        _ => None,
    };
    attributes.iter().filter_map(text).collect::<Vec<_>>().join("\n")
}
