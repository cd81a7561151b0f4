//! `flow-store`: looks into a store and puts it right, without its types.
//!
//! ```text
//! words ──parse──▶ Args ──open──▶ Place ──command──▶ rows, as a table or as JSON
//! ```

mod args;
mod change;
mod failures;
mod infer;
mod place;
mod records;
mod summary;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use self::args::{Args, Command, Parsed};
use crate::{Error, terminal::Escaped};

/// The outcome of a command.
enum Outcome {
    Done,
    /// A key is not there, or stores differ.
    No,
}

/// The reason that a command failed.
enum Trouble {
    /// It was not understood.
    Usage(String),
    /// The store.
    Store(Error),
    /// Nobody takes what is printed, or not all of it.
    Output(io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the command that the words of the process ask for.
#[must_use]
pub fn main() -> ExitCode {
    let words = std::env::args_os().skip(1);
    let mut output = io::BufWriter::new(io::stdout().lock());
    let ran = run(words, &mut output).and_then(|outcome| {
        output.flush()?;
        Ok(outcome)
    });
    match ran {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        // Whoever reads has seen enough.
        Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            let text = match trouble {
                Trouble::Usage(text) => format!("{text}\n`flow-store --help` says more"),
                Trouble::Store(error) => format!("{:#}", Escaped(error)),
                Trouble::Output(error) => format!("cannot print: {error}"),
            };
            eprintln!("flow-store: {text}");
            ExitCode::from(2)
        }
    }
}

fn run(
    words: impl IntoIterator<Item = std::ffi::OsString>,
    output: &mut dyn Write,
) -> Result<Outcome, Trouble> {
    let args: Args = match args::parse(words).map_err(Trouble::Usage)? {
        Parsed::Help => {
            output.write_all(include_bytes!("help.txt"))?;
            return Ok(Outcome::Done);
        }
        Parsed::Args(args) => args,
    };
    match &args.command {
        Command::Summary => summary::summary(&args, output),
        Command::List => records::list(&args, output),
        Command::Get(key) => records::get(&args, key, output),
        Command::Export => records::export(&args, output),
        Command::Verify => summary::verify(&args, output),
        Command::Diff(other) => records::diff(&args, other, output),
        Command::Failures => failures::failures(&args, output),
        Command::Retry => change::retry(&args, output),
        Command::Forget(keys) => change::forget(&args, keys, output),
        Command::Remove => change::remove(&args, output),
        Command::Compact => change::compact(&args, output),
    }
}

/// Prints one line of JSON.
fn print_json(output: &mut dyn Write, value: &serde_json::Value) -> io::Result<()> {
    writeln!(output, "{value}")
}
