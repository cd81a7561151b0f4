//! Who imports whom, room by room.
//!
//! A room is a module with others in it. The modules in a room may import each other one way.
//! What a room's own file imports is not counted: it is its table of contents.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Item, ItemMod, ItemUse, UseTree,
    visit::{self, Visit},
};

use super::files::{Module, Sources, is_test};

/// The imports in each room: who imports whom.
pub type Rooms = BTreeMap<Module, BTreeSet<(String, String)>>;

/// The imports of a crate, room by room.
pub fn rooms(sources: &Sources) -> Rooms {
    let all: BTreeMap<&Module, Names> = sources
        .files
        .iter()
        .map(|(module, (_, file))| {
            let mut names = Names {
                module: module.clone(),
                within: modules_in(&file.items),
                ..Names::default()
            };
            names.visit_file(file);
            (module, names)
        })
        .collect();
    let mut rooms = Rooms::new();
    for (module, names) in &all {
        for path in &names.paths {
            let target = resolve(path, &all, 0);
            let shared = module
                .iter()
                .zip(&target)
                .take_while(|(a, b)| a == b)
                .count();
            if let (Some(from), Some(to)) = (module.get(shared), target.get(shared)) {
                let room = rooms.entry(module[..shared].to_vec()).or_default();
                room.insert((from.clone(), to.clone()));
            }
        }
    }
    rooms
}

/// The imports among these on a circle.
pub fn circles(imports: &BTreeSet<(String, String)>) -> BTreeSet<&(String, String)> {
    let reaches = |from: &String, to: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(each) = next.pop() {
            if each == to {
                return true;
            }
            if seen.insert(each) {
                let behind = imports.iter().filter(|(importer, _)| importer == each);
                next.extend(behind.map(|(_, imported)| imported));
            }
        }
        false
    };
    let on_a_circle = |(from, to): &&(String, String)| reaches(to, from);
    imports.iter().filter(on_a_circle).collect()
}

/// The module in which a path leads to a name, by way of what modules import on the way.
fn resolve(path: &[String], all: &BTreeMap<&Module, Names>, depth: usize) -> Module {
    let is_module = |len: &usize| all.contains_key(&path[..*len].to_vec());
    let len = (0..=path.len()).rev().find(is_module).unwrap_or(0);
    let module = path[..len].to_vec();
    let name = path.get(len);
    let imported = name.and_then(|name| all.get(&module)?.imported.get(name));
    match imported {
        Some(imported) if depth < 8 => {
            let rest = path[len + 1..].iter().cloned();
            let path: Vec<String> = imported.iter().cloned().chain(rest).collect();
            resolve(&path, all, depth + 1)
        }
        _ => module,
    }
}

/// The names of the modules among these items.
fn modules_in(items: &[Item]) -> BTreeSet<String> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

/// The paths within the crate that a file names.
#[derive(Default)]
struct Names {
    module: Module,
    /// The modules in it: their names lead on without a `self`.
    within: BTreeSet<String>,
    paths: BTreeSet<Vec<String>>,
    /// The imports, by the names they have here.
    imported: BTreeMap<String, Vec<String>>,
}

impl Names {
    /// The path from the root of the crate; `None` where it leads to another.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let base = match first.as_str() {
            "crate" => &[][..],
            "self" => &self.module,
            "super" => {
                let above = &self.module[..self.module.len().checked_sub(1)?];
                let mut names = Self {
                    module: above.to_vec(),
                    ..Self::default()
                };
                if rest.first().is_some_and(|next| next == "super") {
                    return names.absolute(rest);
                }
                names.module.extend_from_slice(rest);
                return Some(names.module);
            }
            word if self.within.contains(word) => {
                return Some(self.module.iter().chain(path).cloned().collect());
            }
            _ => return None,
        };
        Some(base.iter().chain(rest).cloned().collect())
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, path);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone());
                }
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                if name != "self" {
                    path.push(name);
                }
                self.add_import(path.last().cloned(), &path);
            }
            UseTree::Rename(rename) => {
                path.push(rename.ident.to_string());
                self.add_import(Some(rename.rename.to_string()), &path);
            }
            UseTree::Glob(_) => self.add_import(None, &path),
        }
    }

    fn add_import(&mut self, name: Option<String>, path: &[String]) {
        // `use name::…` of a module within is not looked at: the file itself is no node.
        let Some(path) = self.absolute(path) else {
            return;
        };
        self.paths.insert(path.clone());
        if let Some(name) = name {
            self.imported.insert(name, path);
        }
    }
}

impl Visit<'_> for Names {
    fn visit_item_use(&mut self, item: &ItemUse) {
        if !is_test(&item.attrs) {
            self.import(&item.tree, Vec::new());
        }
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        if let (Some((_, items)), false) = (&item.content, is_test(&item.attrs)) {
            // What is written in a file belongs to it.
            let mut within = Self {
                module: self
                    .module
                    .iter()
                    .cloned()
                    .chain([item.ident.to_string()])
                    .collect(),
                within: modules_in(items),
                ..Self::default()
            };
            items.iter().for_each(|item| within.visit_item(item));
            self.paths.append(&mut within.paths);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|each| each.ident.to_string())
            .collect();
        if let Some(path) = self.absolute(&words) {
            self.paths.insert(path);
        }
        visit::visit_path(self, path);
    }
}
