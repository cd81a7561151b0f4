//! The modules of a crate, read from its sources, and what its paths lead to.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, ItemImpl, Meta, Type, UseTree, Visibility};

type Module = Vec<String>;

/// All modules of a crate that lie in files of their own.
pub struct CrateTree {
    source: PathBuf,
    modules: HashMap<Module, Vec<Item>>,
}

/// An item, and the module that it is written in.
pub struct Found<'t> {
    pub name: String,
    pub item: &'t Item,
    module: Module,
}

/// Returns whether an item is there for editors alone, which build with a flag of theirs.
pub fn is_for_editors(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|each| match &each.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "rust_analyzer",
        _ => false,
    })
}

impl CrateTree {
    /// Reads the crate with this folder of sources.
    pub fn read(source: &Path) -> Self {
        let mut tree = Self {
            source: source.to_path_buf(),
            modules: HashMap::new(),
        };
        tree.add(Vec::new(), &source.join("lib.rs"), source);
        tree
    }

    fn add(&mut self, module: Module, file: &Path, folder: &Path) {
        let text = std::fs::read_to_string(file).expect("a module has a file");
        let items = syn::parse_file(&text).expect("sources are Rust").items;
        for item in &items {
            let Item::Mod(child) = item else { continue };
            if child.content.is_some() || is_for_editors(&child.attrs) {
                continue;
            }
            let name = child.ident.to_string();
            let candidates: [PathBuf; 2] = [
                folder.join(format!("{name}.rs")),
                folder.join(&name).join("mod.rs"),
            ];
            if let Some(file) = candidates.iter().find(|file| file.is_file()) {
                let path = [module.clone(), vec![name.clone()]].concat();
                self.add(path, file, &folder.join(&name));
            }
        }
        self.modules.insert(module, items);
    }

    /// The text of a file that documentation includes, by its name.
    pub fn included(&self, path: &str) -> String {
        let name = Path::new(path).file_name().expect("a file has a name");
        let mut folders = vec![self.source.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)
                .expect("a folder of sources")
                .flatten()
            {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name() == name {
                    return std::fs::read_to_string(entry.path()).expect("a page is text");
                }
            }
        }
        panic!("no file `{path}` beside the sources")
    }

    /// Everything that users reach: what is public in public modules.
    pub fn public(&self) -> Vec<Found<'_>> {
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        self.public_in(&Vec::new(), &mut all);
        all.retain(|found| seen.insert((found.module.clone(), found.name.clone())));
        all
    }

    fn public_in<'t>(&'t self, module: &Module, all: &mut Vec<Found<'t>>) {
        for item in self.modules.get(module).into_iter().flatten() {
            match item {
                Item::Mod(child) if is_public(&child.vis) && child.ident != "__private" => {
                    self.public_in(
                        &[module.clone(), vec![child.ident.to_string()]].concat(),
                        all,
                    );
                }
                Item::Use(each) if is_public(&each.vis) => {
                    let leaves = leaves(&each.tree);
                    let found = |(_, path): (String, Vec<String>)| self.resolve(module, &path);
                    all.extend(leaves.into_iter().filter_map(found));
                }
                item if name_of(item).is_some_and(|(_, public)| public) => {
                    let (name, _) = name_of(item).expect("it has just had one");
                    all.push(Found {
                        name,
                        item,
                        module: module.clone(),
                    });
                }
                _ => {}
            }
        }
    }

    /// The inherent impls of a type, wherever they are.
    pub fn impls(&self, of: &Found<'_>) -> Vec<&ItemImpl> {
        let mut all = Vec::new();
        for (module, items) in &self.modules {
            for item in items {
                let Item::Impl(each) = item else { continue };
                let Type::Path(path) = &*each.self_ty else {
                    continue;
                };
                let Some(last) = path.path.segments.last() else {
                    continue;
                };
                if each.trait_.is_some() || last.ident != of.name {
                    continue;
                }
                let found = self.resolve(module, &[last.ident.to_string()]);
                if found.is_some_and(|found| found.module == of.module) {
                    all.push(each);
                }
            }
        }
        all
    }

    /// The item that a path leads to, seen from a module; `None` where it is another crate's.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Found<'_>> {
        let (mut module, mut rest) = (from.clone(), path);
        loop {
            match rest.first()?.as_str() {
                "crate" => module.clear(),
                "super" => drop(module.pop()),
                "self" => {}
                _ => break,
            }
            rest = &rest[1..];
        }
        while let [child, _, ..] = rest {
            let next = [module.clone(), vec![child.clone()]].concat();
            if !self.modules.contains_key(&next) {
                return None;
            }
            (module, rest) = (next, &rest[1..]);
        }
        let [name] = rest else { return None };
        let items = self.modules.get(&module)?;
        for item in items {
            if name_of(item).is_some_and(|(found, _)| found == *name) {
                return Some(Found {
                    name: name.clone(),
                    item,
                    module,
                });
            }
        }
        items.iter().find_map(|item| {
            let Item::Use(each) = item else { return None };
            let leaf = leaves(&each.tree)
                .into_iter()
                .find(|(known, _)| known == name)?;
            // One that names itself would lead here again.
            (leaf.1.len() > 1).then(|| self.resolve(&module, &leaf.1))?
        })
    }
}

/// The names that a `use` brings, each with its whole path.
fn leaves(tree: &UseTree) -> Vec<(String, Vec<String>)> {
    match tree {
        UseTree::Path(path) => {
            let mut below = leaves(&path.tree);
            for (_, each) in &mut below {
                each.insert(0, path.ident.to_string());
            }
            below
        }
        UseTree::Name(name) => vec![(name.ident.to_string(), vec![name.ident.to_string()])],
        UseTree::Rename(name) => vec![(name.rename.to_string(), vec![name.ident.to_string()])],
        UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
        _ => Vec::new(),
    }
}

/// The name of an item that has an example, and whether it is public.
fn name_of(item: &Item) -> Option<(String, bool)> {
    let (name, visible) = match item {
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        _ => return None,
    };
    Some((name.to_string(), is_public(visible)))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
