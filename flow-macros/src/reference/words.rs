//! The same for editors: an item for every operator and every option, with what a reader is
//! told of it. `flow-runtime/src/words` has them.

use std::{env, fmt::Write, fs, path::Path};

use super::{Entry, SECTIONS, Section};

/// The files, in the order of the sections.
const FILES: [&str; 8] = [
    "sources",
    "items",
    "many",
    "fan_in",
    "time",
    "event_time",
    "artifacts",
    "sinks",
];

/// The module of one section.
fn module(section: &Section) -> String {
    let entries = section.entries.iter();
    let entries = entries.filter(|entry| !matches!(entry.name, "<T>" | "match"));
    let begins = |entry: &&Entry| entry.row().is_source() || entry.row().is_fan_in();
    let (heads, others): (Vec<_>, Vec<_>) = entries.partition(begins);
    let mut text = format!("//! {}. Written from the reference.\n", section.title);
    for (name, says, entries) in [
        ("head", "Begins chains.", &heads),
        ("behind", "Stands behind `->`.", &others),
    ] {
        let _ = write!(text, "\n/// {says}\npub mod {name} {{\n");
        entries
            .iter()
            .for_each(|entry| write_operator(&mut text, entry));
        text.push_str("}\n");
    }
    text.push_str("\n/// The options of the operators.\npub mod options {\n");
    for entry in heads.iter().chain(&others) {
        write_options(&mut text, entry);
    }
    text + "}\n"
}

fn write_operator(text: &mut String, entry: &Entry) {
    let row = entry.row();
    let _ = writeln!(
        text,
        "    /// {}\n    ///\n    /// {}",
        entry.says,
        row.usage()
    );
    for line in entry.more.lines().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "    ///\n    /// {line}");
    }
    let arguments: Vec<String> = row.arguments.iter().map(|each| word(each.name)).collect();
    let types: Vec<String> = (0..arguments.len())
        .map(|each| format!("A{each}"))
        .collect();
    let generics = match types.is_empty() {
        true => String::new(),
        false => format!("<{}>", types.join(", ")),
    };
    let given = arguments.iter().zip(&types);
    let given = given.map(|(name, ty)| format!("{name}: {ty}"));
    let given = given.collect::<Vec<_>>().join(", ");
    let _ = writeln!(text, "    pub fn {}{generics}({given}) {{}}", entry.name);
}

fn write_options(text: &mut String, entry: &Entry) {
    if entry.options.is_empty() {
        return;
    }
    let name = entry.name;
    let _ = writeln!(
        text,
        "    /// The options of `{name}`.\n    pub mod {name} {{"
    );
    for (written, says) in entry.options {
        let option = written.split(" = ").next().unwrap_or_default();
        let _ = writeln!(text, "        /// `{written}`: {says}");
        let _ = writeln!(text, "        pub const {option}: () = ();");
    }
    text.push_str("    }\n");
}

/// Returns what of an argument's name is a word.
fn word(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn editors_are_told_what_the_reference_says() {
    for (section, file) in SECTIONS.iter().zip(FILES) {
        let text = prettyplease::unparse(&syn::parse_file(&module(section)).expect("items"));
        let file = format!("../flow-runtime/src/words/{file}.rs");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if env::var_os("BLESS").is_some() {
            fs::write(&file, &text).expect("the file can be written");
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(text == kept, "{} differs; BLESS=1 keeps it", file.display());
    }
}
