//! The files of a crate as modules, without what is for tests alone.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, File, Item, ItemMod};

/// The path of a module, without `crate`.
pub type Module = Vec<String>;

/// The files of a crate, by the modules that they are.
pub struct Sources {
    /// Each file, and where it lies.
    pub files: BTreeMap<Module, (PathBuf, File)>,
}

impl Sources {
    /// Reads a crate of this workspace, from its `lib.rs` on.
    pub fn of(name: &str) -> Self {
        let source = workspace().join(name).join("src");
        let mut files = BTreeMap::new();
        read(Module::new(), &source.join("lib.rs"), &source, &mut files);
        Self { files }
    }
}

/// The directory of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads a file, and those of the modules it declares, which lie in `within`.
fn read(module: Module, path: &Path, within: &Path, files: &mut BTreeMap<Module, (PathBuf, File)>) {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    for child in file.items.iter().filter_map(declared) {
        let name = child.ident.to_string();
        let within = within.join(&name);
        let paths = [within.with_extension("rs"), within.join("mod.rs")];
        // One that another target has is declared, and not there.
        if let Some(path) = paths.iter().find(|path| path.exists()) {
            let module = module.iter().cloned().chain([name]).collect();
            read(module, path, &within, files);
        }
    }
    files.insert(module, (path.to_owned(), file));
}

/// `mod name;`, where it is for more than tests.
fn declared(item: &Item) -> Option<&ItemMod> {
    match item {
        Item::Mod(item) if item.content.is_none() && !is_test(&item.attrs) => Some(item),
        _ => None,
    }
}

/// Returns whether something is for tests alone.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let test = |path: &syn::Path| path.is_ident("test");
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|it| test(&it))
            || test(attribute.path())
    })
}
