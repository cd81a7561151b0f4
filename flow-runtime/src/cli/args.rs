//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// The command that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Summary,
    List,
    Get(String),
    Failures,
    Export,
    Verify,
    Diff(PathBuf),
    Retry,
    Forget(Vec<String>),
    Remove,
    Compact,
}

/// The command line, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Args {
    pub(super) path: PathBuf,
    pub(super) command: Command,
    pub(super) options: Options,
}

/// The options behind dashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) json: bool,
    pub(super) key: Option<Vec<String>>,
    pub(super) version: Option<u32>,
    pub(super) like: Option<String>,
    pub(super) transient: bool,
    pub(super) group: bool,
    pub(super) stale: bool,
    pub(super) all: bool,
    pub(super) dry_run: bool,
}

/// The meaning of the words.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    Help,
    Args(Args),
}

/// The options of each command, but for `--json` and `--key`.
const COMMANDS: [(&str, &[&str]); 10] = [
    ("ls", &["--stale", "--version"]),
    ("get", &[]),
    ("failures", &["--group", "--like", "--transient"]),
    ("export", &[]),
    ("verify", &[]),
    ("diff", &[]),
    ("retry", &["--like", "--transient", "--all", "--dry-run"]),
    ("forget", &["--dry-run"]),
    ("rm", &["--stale", "--version", "--dry-run"]),
    ("compact", &[]),
];

/// Reads the words behind the program's name.
///
/// # Errors
///
/// What is wrong with them.
pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, String> {
    let (mut given, mut options, mut named) = (Vec::new(), Options::default(), Vec::new());
    let mut words = words.into_iter();
    let mut only_words = false;
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        if only_words || !text.starts_with('-') || is_number(&text) {
            given.push(word);
            continue;
        }
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text, None),
        };
        let mut value = || {
            let next = || words.next().map(|word| word.to_string_lossy().into_owned());
            let value = attached.clone().or_else(next);
            value.ok_or_else(|| format!("`{name}` needs a value"))
        };
        match name.as_str() {
            "--" => only_words = true,
            "--help" | "-h" => return Ok(Parsed::Help),
            "--json" => options.json = true,
            "--key" => options.key = Some(value()?.split(',').map(str::to_owned).collect()),
            "--version" => {
                let number = value()?;
                let version = number.parse();
                options.version =
                    Some(version.map_err(|_| format!("`{number}` is no version: a number"))?);
            }
            "--like" => options.like = Some(value()?),
            "--transient" => options.transient = true,
            "--group" => options.group = true,
            "--stale" => options.stale = true,
            "--all" => options.all = true,
            "--dry-run" => options.dry_run = true,
            _ => return Err(format!("there is no option `{name}`")),
        }
        named.push(name);
    }
    let mut given = given.into_iter();
    let Some(path) = given.next() else {
        return Err("which store? Its PATH comes first".to_owned());
    };
    let command = command(given.collect(), &options, &named)?;
    Ok(Parsed::Args(Args {
        path: path.into(),
        command,
        options,
    }))
}

/// A key may be below zero.
fn is_number(text: &str) -> bool {
    text.parse::<i128>().is_ok()
}

fn command(words: Vec<OsString>, options: &Options, named: &[String]) -> Result<Command, String> {
    let mut words = words.into_iter();
    let name = words.next().map(|word| word.to_string_lossy().into_owned());
    let takes: &[&str] = match &name {
        None => &["--version"],
        Some(name) => match COMMANDS.iter().find(|(command, _)| command == name) {
            Some((_, takes)) => takes,
            None => return Err(unknown(name)),
        },
    };
    let of = name.as_deref().unwrap_or("flow-store PATH");
    let everywhere = ["--json", "--key", "--"];
    let is_taken =
        |name: &&String| takes.contains(&name.as_str()) || everywhere.contains(&name.as_str());
    if let Some(other) = named.iter().find(|name| !is_taken(name)) {
        return Err(format!("`{of}` has no option `{other}`"));
    }
    let rest: Vec<OsString> = words.collect();
    let texts = || -> Vec<String> {
        let texts = rest.iter().map(|word| word.to_string_lossy().into_owned());
        texts.collect()
    };
    let wanted = |what: &str| Err(format!("`{of}` needs {what}"));
    let command = match (of, rest.as_slice()) {
        ("get", [_]) => Command::Get(texts().remove(0)),
        ("get", _) => return wanted("one KEY"),
        ("diff", [other]) => Command::Diff(other.into()),
        ("diff", _) => return wanted("the PATH of one other store"),
        ("forget", []) => return wanted("a KEY, or several"),
        ("forget", _) => Command::Forget(texts()),
        (_, [more, ..]) => {
            return Err(format!("`{of}` takes no `{}`", more.to_string_lossy()));
        }
        ("ls", _) => Command::List,
        ("failures", _) => Command::Failures,
        ("export", _) => Command::Export,
        ("verify", _) => Command::Verify,
        ("retry", _) if options.like.is_none() && !options.transient && !options.all => {
            return wanted("`--like TEXT`, `--transient` or `--all`");
        }
        ("retry", _) => Command::Retry,
        ("rm", _) if !options.stale => return wanted("`--stale`; `forget KEY` removes one"),
        ("rm", _) => Command::Remove,
        ("compact", _) => Command::Compact,
        _ => Command::Summary,
    };
    Ok(command)
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    format!(
        "there is no command `{name}`; there are {}",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Parsed, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn args(line: &str) -> Args {
        match read(line).unwrap() {
            Parsed::Args(args) => args,
            Parsed::Help => panic!("it is read as `--help`"),
        }
    }

    #[test]
    fn words_and_options_come_in_any_order() {
        let given = args("--json a.jsonl retry --like=over --dry-run --key id,lang");
        assert_eq!(given.command, Command::Retry);
        assert_eq!(given.path, PathBuf::from("a.jsonl"));
        let options = given.options;
        assert!(options.json && options.dry_run);
        assert_eq!(options.like.as_deref(), Some("over"));
        assert_eq!(options.key, Some(vec!["id".to_owned(), "lang".to_owned()]));
        assert_eq!(args("a.db get -7").command, Command::Get("-7".to_owned()));
        assert_eq!(
            args("a.db get -- --x").command,
            Command::Get("--x".to_owned())
        );
        assert_eq!(args("a.db --version 3").options.version, Some(3));
        assert_eq!(read("-h"), Ok(Parsed::Help));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, says) in [
            ("", "PATH comes first"),
            (
                "a shrink",
                "there is no command `shrink`; there are ls, get",
            ),
            ("a get", "`get` needs one KEY"),
            ("a ls x", "`ls` takes no `x`"),
            ("a ls --dry-run", "`ls` has no option `--dry-run`"),
            ("a --stale", "has no option `--stale`"),
            ("a retry", "`retry` needs `--like TEXT`"),
            ("a rm", "`rm` needs `--stale`"),
            ("a rm --stale --version x", "`x` is no version"),
            ("a failures --like", "`--like` needs a value"),
            ("a ls --wide", "there is no option `--wide`"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(says), "{line}: {error}");
        }
    }
}
