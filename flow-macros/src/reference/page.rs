//! The page: an index, the operators, and the words of other libraries.

use std::fmt::Write;

use super::{Entry, Section, holes};
use crate::table::elsewhere::WORDS;
use crate::table::{Operator, Question, Role, Waits};

const TOP: &str = "All operators of [`flow!`](macro@crate::flow), by what they are for.

Options come behind the arguments, by name: `then(fetch, concurrency = 8)`. An operator marked `?` may carry one, to
unwrap a `Result`: `map(parse)?` ends the flow with the first `Err`, `map(parse)? else rejects` sends errors to the
segment `rejects`, `map(parse)? else drop` drops them. *Async* ones make the flow one that is awaited.
";

const WORDS_ABOVE: &str = "
# Words of other libraries

`flow!` knows them, too, and says what to write. Where the results are not the same, so is the difference.

| there | here |
|---|---|
";

/// The whole page.
pub fn page(sections: &[Section]) -> String {
    let mut page = TOP.to_string();
    for section in sections {
        let _ = write!(page, "\n**{}**\n\n| | | |\n|---|---|---|\n", section.title);
        for entry in section.entries {
            let name = format!("[`{}`](#{})", entry.name, anchor(entry.name));
            let _ = writeln!(page, "| {name} | {} | {} |", marks(entry), entry.says);
        }
    }
    for section in sections {
        let _ = write!(page, "\n# {}\n\n{}\n", section.title, section.says);
        if !section.prelude.is_empty() {
            let _ = write!(page, "\n```\n{}\n```\n", section.prelude.trim());
        }
        for entry in section.entries {
            write_entry(&mut page, section, entry);
        }
    }
    page.push_str(&holes::section());
    page.push_str(WORDS_ABOVE);
    for word in WORDS {
        let here = [word.here, word.differs];
        let here = here.into_iter().filter(|part| !part.is_empty());
        // In a table a `|` ends the cell, also in code.
        let here = here.collect::<Vec<_>>().join(": ").replace('|', "\\|");
        let _ = writeln!(page, "| `{}` | {here} |", word.word);
    }
    page
}

/// Returns what rustdoc makes of a heading.
fn anchor(name: &str) -> String {
    let word = name.chars().filter(|c| c.is_alphanumeric() || *c == '_');
    word.collect::<String>().to_lowercase()
}

fn marks(entry: &Entry) -> &'static str {
    let row = entry.row();
    match (row.question != Question::Never, is_async(row)) {
        (false, false) => "",
        (true, false) => "`?`",
        (false, true) => "*async*",
        (true, true) => "`?` *async*",
    }
}

/// Returns whether a flow that has it is awaited, whatever its options.
fn is_async(row: &Operator) -> bool {
    // `scatter` makes it so, whatever is gathered.
    let within = row.behaviour.role == Role::Outlet;
    within || row.behaves(|_| false, None).waits == Waits::Always
}

fn write_entry(page: &mut String, section: &Section, entry: &Entry) {
    let row = entry.row();
    let usage = match entry.name {
        "<T>" | "match" => String::new(),
        _ => format!("{}\n\n", row.usage()),
    };
    let _ = write!(page, "\n## `{}`\n\n{usage}{}", entry.name, entry.says);
    if !entry.more.is_empty() {
        let _ = write!(page, " {}", entry.more);
    }
    page.push('\n');
    if !entry.options.is_empty() {
        page.push_str("\n| option | |\n|---|---|\n");
    }
    for (written, says) in entry.options {
        let _ = writeln!(page, "| `{written}` | {says} |");
    }
    let _ = write!(page, "\n```\n{}```\n", example(section, entry));
    if !entry.elsewhere.is_empty() {
        let names = entry.elsewhere.iter();
        let names = names.map(|(library, name)| format!("{name} in {}", library.name()));
        let names = names.collect::<Vec<_>>().join(" · ");
        let _ = write!(page, "\nElsewhere: {names}\n");
    }
}

/// An example as a program, of which only the example is shown.
fn example(section: &Section, entry: &Entry) -> String {
    let text = entry.example.trim_start_matches('\n');
    let (awaits, fails) = (
        text.contains(".await"),
        text.contains("?;\n") || text.contains("?,"),
    );
    let mut hidden = vec!["use flow_runtime::flow;"];
    if text.contains("Duration::") {
        hidden.push("use std::time::Duration;");
    }
    hidden.extend(section.prelude.lines().filter(|line| !line.is_empty()));
    if awaits {
        hidden.push("#[tokio::main(flavor = \"current_thread\", start_paused = true)]");
        hidden.push("async fn main() -> Result<(), Box<dyn std::error::Error>> {");
    }
    let mut program = String::new();
    for line in hidden {
        let _ = writeln!(program, "# {line}");
    }
    program.push_str(text);
    match (awaits, fails) {
        (true, _) => program.push_str("# Ok(())\n# }\n"),
        (false, true) => program.push_str("# Ok::<(), Box<dyn std::error::Error>>(())\n"),
        (false, false) => {}
    }
    program
}
