//! The reference of the operators: what `flow-runtime/src/reference.md` says.
//!
//! Every row of the table of operators has an entry here, in the section that
//! it belongs to. `BLESS=1 cargo test -p flow-macros` writes the page; its
//! examples are doctests of the runtime.

mod artifacts;
mod event_time;
mod fan_in;
mod holes;
mod items;
mod many;
mod page;
mod sinks;
mod sources;
mod time;
mod words;

use std::{env, fs, path::Path};

use crate::{
    table::elsewhere,
    table::{self, INLET, MATCH, Operator},
};

/// The sections, in the order of the language.
const SECTIONS: &[Section] = &[
    sources::SECTION,
    items::SECTION,
    many::SECTION,
    fan_in::SECTION,
    time::SECTION,
    event_time::SECTION,
    artifacts::SECTION,
    sinks::SECTION,
];

/// Operators that are read about together.
struct Section {
    title: &'static str,
    /// Holds what they have in common.
    says: &'static str,
    /// Holds what comes before every example, and is not shown with it.
    prelude: &'static str,
    entries: &'static [Entry],
}

/// Holds what a user is told about an operator beside its row.
struct Entry {
    name: &'static str,
    /// Holds what it does, for the index as well.
    says: &'static str,
    /// Holds what else there is to know.
    more: &'static str,
    /// The options in the order of the row, each as it is written, and what it
    /// does.
    options: &'static [(&'static str, &'static str)],
    /// Its names elsewhere, where they are others, or mean something else.
    elsewhere: &'static [(Library, &'static str)],
    /// Holds what shows that it does what it says. One that awaits is run in tokio's
    /// paused time.
    example: &'static str,
}

/// Says where a reader may come from.
#[derive(Clone, Copy)]
enum Library {
    Streamz,
    Iterator,
    StreamExt,
    Flowz,
}

impl Library {
    fn name(self) -> &'static str {
        match self {
            Self::Streamz => "streamz",
            Self::Iterator => "`Iterator`",
            Self::StreamExt => "`StreamExt`",
            Self::Flowz => "flowz",
        }
    }
}

impl Entry {
    fn row(&self) -> &'static Operator {
        rows()
            .find(|row| row.name == self.name)
            .unwrap_or_else(|| panic!("`{}` is no operator", self.name))
    }
}

fn rows() -> impl Iterator<Item = &'static Operator> {
    table::operators().chain([INLET, MATCH])
}

#[test]
fn every_operator_and_every_option_is_explained_once() {
    for row in rows() {
        let entries = SECTIONS.iter().flat_map(|section| section.entries);
        let entries: Vec<_> = entries.filter(|entry| entry.name == row.name).collect();
        let [entry] = entries.as_slice() else {
            panic!("`{}` has {} entries", row.name, entries.len());
        };
        let explained = entry.options.iter().map(|(written, _)| written);
        let explained: Vec<_> = explained
            .map(|written| written.split(" = ").next().unwrap_or_default())
            .collect();
        let options: Vec<_> = row.options.iter().map(|option| option.name).collect();
        assert_eq!(explained, options, "the options of `{}`", row.name);
        assert!(entry.example.contains("assert"), "`{}`", row.name);
    }
}

/// Whoever writes what the reference says of another library is told what to write here.
#[test]
fn words_of_other_libraries_are_operators_or_known() {
    // Types, and what is no word of a chain.
    const OTHERS: &[&str] = &["emit", "metadata", "itertools"];
    let mut unknown = Vec::new();
    for entry in SECTIONS.iter().flat_map(|section| section.entries) {
        for (_, text) in entry.elsewhere {
            for code in text.split('`').skip(1).step_by(2) {
                let path = code.split(['(', ',']).next().unwrap_or_default();
                let word = path.rsplit(':').next().unwrap_or_default();
                let known = word.starts_with(char::is_uppercase)
                    || OTHERS.contains(&word)
                    || table::find(word).is_some()
                    || elsewhere::find(word).is_some();
                unknown.extend((!known).then(|| format!("`{word}` of `{}`", entry.name)));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_page_is_what_the_table_says() {
    let text = page::page(SECTIONS);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flow-runtime/src/reference.md");
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &text).expect("the page can be written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(text == kept, "{} differs; BLESS=1 keeps it", file.display());
}
