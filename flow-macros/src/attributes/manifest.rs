//! The name under which a manifest depends on `flow-runtime`.
//!
//! An attribute has no `$crate`. The user may have written
//! `flow = { package = "flow-runtime", … }`, so the manifest is asked. This
//! scanner reads the few shapes of TOML that a dependency can have, and
//! nothing else: tables `[dependencies]` and its kin with one line a
//! dependency, and `[dependencies.name]`. Where `workspace = true` stands, the
//! workspace's manifest has the package's name.

/// The package that is looked for.
const PACKAGE: &str = "flow-runtime";

/// Holds what a manifest says of one dependency.
#[derive(Default)]
struct Dependency {
    name: String,
    package: Option<String>,
    workspace: bool,
}

/// The name of the dependency on `flow-runtime`, as Rust writes it. `workspace`
/// gives the text of the workspace's manifest, where that is needed.
pub(super) fn name(manifest: &str, workspace: impl FnOnce() -> Option<String>) -> Option<String> {
    let own = dependencies(manifest, false);
    let direct = own.iter().find(|dependency| {
        !dependency.workspace && dependency.package.as_ref().unwrap_or(&dependency.name) == PACKAGE
    });
    let found = direct
        .map(|dependency| dependency.name.clone())
        .or_else(|| {
            let mut inherited = own
                .iter()
                .filter(|dependency| dependency.workspace)
                .peekable();
            inherited.peek()?;
            let shared = dependencies(&workspace().unwrap_or_default(), true);
            let package = |name: &str| {
                let shared = shared.iter().find(|dependency| dependency.name == name)?;
                shared.package.clone()
            };
            inherited
                .find(|dependency| {
                    package(&dependency.name).unwrap_or(dependency.name.clone()) == PACKAGE
                })
                .map(|dependency| dependency.name.clone())
        })?;
    Some(found.replace('-', "_"))
}

/// The dependencies of a manifest: those of the package, or those that a
/// workspace shares.
fn dependencies(manifest: &str, shared: bool) -> Vec<Dependency> {
    let mut found = Vec::<Dependency>::new();
    let mut table = Table::Other;
    for line in manifest.lines() {
        let line = without_comment(line).trim();
        if let Some(header) = line.strip_prefix('[') {
            table = Table::new(header.trim_end_matches(']'), shared);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        match &table {
            Table::Other => {}
            Table::All => {
                let (name, key) = match split_path(key).as_slice() {
                    [name] => (name.clone(), None),
                    [name, key] => (name.clone(), Some(key.clone())),
                    _ => continue,
                };
                let dependency = entry(&mut found, name);
                match key {
                    Some(key) => dependency.set(&key, value),
                    None => dependency.set_all(value),
                }
            }
            Table::One(name) => entry(&mut found, name.clone()).set(&unquote(key), value),
        }
    }
    found
}

fn entry(found: &mut Vec<Dependency>, name: String) -> &mut Dependency {
    let at = found.iter().position(|dependency| dependency.name == name);
    let at = at.unwrap_or_else(|| {
        found.push(Dependency {
            name,
            ..Dependency::default()
        });
        found.len() - 1
    });
    &mut found[at]
}

impl Dependency {
    /// One field of the dependency.
    fn set(&mut self, key: &str, value: &str) {
        match key {
            "package" => self.package = Some(unquote(value)),
            "workspace" => self.workspace = value.trim() == "true",
            _ => {}
        }
    }

    /// All fields at once, `{ package = "…", … }`; a mere version has none.
    fn set_all(&mut self, value: &str) {
        let Some(fields) = value.trim().strip_prefix('{') else {
            return;
        };
        // A comma inside a list or a text cuts it in pieces without these keys.
        for field in fields.trim_end_matches('}').split(',') {
            if let Some((key, value)) = field.split_once('=') {
                self.set(&unquote(key), value);
            }
        }
    }
}

/// The table that the lines below a header belong to.
enum Table {
    /// Dependencies, one a line.
    All,
    /// One dependency, a field a line.
    One(String),
    /// No dependencies.
    Other,
}

impl Table {
    fn new(header: &str, shared: bool) -> Self {
        let path = split_path(header);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let path = match (shared, path.as_slice()) {
            (true, ["workspace", rest @ ..]) => rest,
            (false, ["target", _, rest @ ..]) => rest,
            (false, rest) => rest,
            (true, _) => return Self::Other,
        };
        match path {
            ["dependencies" | "dev-dependencies" | "build-dependencies"] => Self::All,
            [
                "dependencies" | "dev-dependencies" | "build-dependencies",
                name,
            ] => Self::One((*name).to_owned()),
            _ => Self::Other,
        }
    }
}

/// A dotted path; dots inside quotes belong to their part.
fn split_path(path: &str) -> Vec<String> {
    let mut outside = Outside::default();
    let parts = path.split(|c| outside.is(c) && c == '.');
    parts.map(unquote).collect()
}

fn unquote(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

/// The line up to a `#` outside quotes.
fn without_comment(line: &str) -> &str {
    let mut outside = Outside::default();
    let end = line.find(|c| outside.is(c) && c == '#');
    &line[..end.unwrap_or(line.len())]
}

/// Says whether we are outside quotes, character by character.
#[derive(Default)]
struct Outside {
    open: Option<char>,
    escaped: bool,
}

impl Outside {
    fn is(&mut self, c: char) -> bool {
        match self.open {
            None => {
                self.open = Some(c).filter(|c| ['"', '\''].contains(c));
                self.open.is_none()
            }
            Some(_) if self.escaped => {
                self.escaped = false;
                false
            }
            Some(open) => {
                self.escaped = open == '"' && c == '\\';
                self.open = Some(open).filter(|open| *open != c);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(manifest: &str) -> Option<String> {
        name(manifest, || None)
    }

    #[test]
    fn the_package_under_its_own_name() {
        for line in [
            "flow-runtime = \"1\"",
            "flow-runtime = { version = \"1\", features = [\"redb\", \"tracing\"] }",
            "flow-runtime.workspace = true",
            "\"flow-runtime\" = '1' # the one",
        ] {
            let manifest =
                format!("[package]\nname = \"x\"\n[dependencies]\nserde = \"1\"\n{line}\n");
            assert_eq!(alone(&manifest).as_deref(), Some("flow_runtime"), "{line}");
        }
    }

    #[test]
    fn a_renamed_dependency() {
        for manifest in [
            "[dependencies]\nmy-flow = { version = \"1\", package = \"flow-runtime\" }",
            "[dependencies]\nmy-flow.version = \"1\"\nmy-flow.package = \"flow-runtime\"",
            "[dependencies.my-flow] # renamed\nversion = \"1\"\npackage = \"flow-runtime\"",
            "[dev-dependencies]\nmy-flow = { package = 'flow-runtime' }",
            "[build-dependencies]\nmy-flow = { package = 'flow-runtime' }",
            "[target.'cfg(unix)'.dependencies]\nmy-flow = { package = \"flow-runtime\" }",
            "[target.\"cfg(feature = \\\"a.b\\\")\".dependencies.my-flow]\npackage = \"flow-runtime\"",
        ] {
            assert_eq!(alone(manifest).as_deref(), Some("my_flow"), "{manifest}");
        }
    }

    #[test]
    fn a_name_that_the_workspace_gives() {
        let member = "[dependencies]\nserde.workspace = true\nflow = { workspace = true }";
        let root = "[workspace]\n[workspace.dependencies]\nserde = \"1\"\n\
                    flow = { package = \"flow-runtime\", path = \"runtime\" }";
        assert_eq!(
            name(member, || Some(root.to_owned())).as_deref(),
            Some("flow")
        );
        let table = "[workspace.dependencies.flow]\npackage = \"flow-runtime\"";
        assert_eq!(
            name(member, || Some(table.to_owned())).as_deref(),
            Some("flow")
        );
    }

    #[test]
    fn what_is_no_dependency() {
        for manifest in [
            "[package]\nname = \"flow-runtime\"",
            "[features]\nflow-runtime = []",
            "[dependencies]\n# flow-runtime = \"1\"\nother = \"1\"",
            "[dependencies]\nflow-runtime = { package = \"another\" }",
            "[workspace.dependencies]\nflow-runtime = \"1\"",
        ] {
            assert_eq!(alone(manifest), None, "{manifest}");
        }
    }
}
