//! Flows with a mistake, and what rustc says of them: programs of the documentation, with one token
//! of a flow changed, all in one crate.
//!
//! At most 1 % of the mistakes may give more than three errors, none may be without a
//! place, and none may name internals in its first line. It takes some minutes:
//!
//! ```sh
//! cargo test -p flow-tests --test mutations -- --ignored --nocapture
//! ```
//!
//! `MUTATIONS` says how many, `MUTATION_SEED` which ones, and `MUTATIONS_SHOWN` how many
//! of the worst of each kind are printed.

#[path = "mutations/corpus.rs"]
mod corpus;
#[path = "mutations/krate.rs"]
mod krate;
#[path = "mutations/mutant.rs"]
mod mutant;

use std::env;

use corpus::Program;
use krate::{Crate, Said};
use mutant::{Mutant, Random};

fn setting(name: &str, otherwise: u64) -> u64 {
    let value = env::var(name).ok().and_then(|value| value.parse().ok());
    let value = value.unwrap_or(otherwise);
    println!("{name}={value}");
    value
}

/// The mutants that fail by a rule.
fn failing<'m>(
    all: &'m [(Mutant<'_>, Vec<Said>)],
    rule: &str,
    shown: usize,
    is_broken: impl Fn(&Mutant<'_>, &[Said]) -> bool,
) -> Vec<&'m (Mutant<'m>, Vec<Said>)> {
    let broken: Vec<_> = all
        .iter()
        .filter(|(mutant, said)| is_broken(mutant, said))
        .collect();
    println!("\n==== {rule}: {} of {}", broken.len(), all.len());
    for (mutant, said) in broken.iter().take(shown) {
        println!("\n---- {}", mutant.told());
        for each in said {
            println!("     {}:{} {}", each.line, each.column, each.text);
        }
    }
    broken
}

#[test]
#[ignore = "it compiles a thousand programs"]
fn a_mistake_is_few_errors_with_a_place() {
    let mut random = Random(setting("MUTATION_SEED", 1));
    let count = setting("MUTATIONS", 1000);
    let shown = usize::try_from(setting("MUTATIONS_SHOWN", 10)).unwrap();

    let programs = corpus::programs();
    let mut sources: Vec<String> = programs.iter().map(|each| each.text.clone()).collect();
    let krate = Crate::new();
    let broken = krate.check(&sources);
    sources.clear();
    let whole: Vec<&Program> = programs
        .iter()
        .zip(&broken)
        .filter(|(program, said)| {
            if let Some(said) = said.first() {
                println!("left out, {}: {}", said.text, program.text);
            }
            said.is_empty()
        })
        .map(|(program, _)| program)
        .collect();
    assert!(whole.len() * 10 > programs.len() * 9, "{}", whole.len());

    let mutants: Vec<Mutant<'_>> = (0..count)
        .map(|_| Mutant::any(&whole, &mut random))
        .collect();
    let texts: Vec<String> = mutants.iter().map(Mutant::text).collect();
    let said = krate.check(&texts);
    let all: Vec<_> = mutants.into_iter().zip(said).collect();

    let mut counts = [0_usize; 8];
    for (_, said) in &all {
        counts[said.len().min(7)] += 1;
    }
    println!("errors each, 0 to 6 and more: {counts:?}");
    let many = failing(&all, "more than three errors", shown, |_, said| {
        said.len() > 3
    });
    let three = failing(&all, "three", shown, |_, said| said.len() == 3);
    let several = failing(&all, "two or three", shown, |_, said| {
        matches!(said.len(), 2 | 3)
    });
    let nowhere = failing(&all, "without a place", shown, |mutant, said| {
        said.iter().any(|each| mutant.is_whole_macro(each))
    });
    let internals = failing(&all, "internals in the first line", shown, |_, said| {
        said.iter().any(|each| names_internals(&each.text))
    });
    println!("{} give two, {} three", several.len(), three.len());
    assert!(nowhere.is_empty() && internals.is_empty());
    assert!(many.len() * 100 <= all.len());
}

/// Returns whether a text has words that no user wrote, nor can read about.
fn names_internals(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let is_internal = |word: &str| {
        let numbered = |prefix| {
            let number = word.strip_prefix(prefix);
            number.is_some_and(|number: &str| number.parse::<u32>().is_ok())
        };
        ["item_", "clone_", "divert_", "error_"]
            .into_iter()
            .any(numbered)
            || [
                "__private",
                "Ty",
                "Stop",
                "ToTheEnd",
                "UntilStopped",
                "Stoppable",
                "Jobs",
                "Feed",
                "Results",
                "Region",
                "Cut",
                "Hold",
                "Pulse",
                "Round",
                "Slot",
                "Fresh",
                "FnMutOnce",
                "Memo",
                "Running",
                "Faults",
                "Inlet",
                "Mailbox",
                "Outbox",
                "Remote",
                "Line",
                "Verdict",
                "Later",
            ]
            .contains(&word)
    };
    let mut words = words;
    words.any(is_internal)
}
