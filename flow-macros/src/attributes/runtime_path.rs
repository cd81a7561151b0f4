//! The path by which an expansion reaches the runtime.

use std::path::{Path as FilePath, PathBuf};
use std::{env, fs};

use proc_macro2::Span;
use syn::{Ident, Path, parse_quote_spanned};

use super::manifest;

/// Returns what `crate = path` says, else the name that the user's manifest gives the
/// dependency, else `::flow_runtime`.
pub(crate) fn runtime_path(given: Option<Path>) -> Path {
    given.unwrap_or_else(|| {
        let name = from_manifest().unwrap_or_else(|| "flow_runtime".to_owned());
        let name = Ident::new(&name, Span::mixed_site());
        parse_quote_spanned!(Span::mixed_site()=> ::#name)
    })
}

fn from_manifest() -> Option<String> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    manifest::name(&manifest, || workspace_manifest(&manifest, &folder))
}

/// The manifest of the workspace, which may be the package's own.
fn workspace_manifest(manifest: &str, folder: &FilePath) -> Option<String> {
    let has_workspace = |manifest: &String| manifest.contains("[workspace");
    if has_workspace(&manifest.to_owned()) {
        return Some(manifest.to_owned());
    }
    folder.ancestors().skip(1).find_map(|folder| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        Some(manifest).filter(has_workspace)
    })
}
