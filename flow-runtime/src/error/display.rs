//! The text of an error.
//!
//! The text says the message of the error inside, so that error is no source any
//! more: its source is. That is the convention of errors that are passed through
//! (`#[error(transparent)]`), and a report that goes through the sources says no
//! message twice.

use std::error::Error as StdError;
use std::fmt;

use super::Error;
use super::cause;

impl Error {
    /// Returns the error inside, whose message the text of this one says.
    pub(crate) fn behind(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(cause::shown)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stage) = &self.0.stage {
            write!(f, "stage `{}`", stage.name)?;
            if stage.name == stage.operator {
                write!(f, " at {}", stage.location)?;
            } else {
                write!(f, " (`{}`)", stage.operator)?;
            }
            f.write_str(": ")?;
        }
        match (&self.0.message, &self.0.source) {
            (Some(message), Some(source)) => write!(f, "{message}: {source}")?,
            (Some(message), None) => f.write_str(message)?,
            (None, Some(source)) => write!(f, "{source}")?,
            (None, None) => write!(f, "{:?}", self.0.kind)?,
        }
        match self.0.unbegun {
            0 => {}
            1 => f.write_str("; 1 item was taken but not begun")?,
            n => write!(f, "; {n} items were taken but not begun")?,
        }
        if f.alternate() {
            let mut next = self.source();
            let mut said = self.0.source.as_ref().map(ToString::to_string);
            while let Some(source) = next {
                // What stands for the error inside has the same text.
                let text = source.to_string();
                if said.as_ref() != Some(&text) {
                    write!(f, ": {text}")?;
                }
                said = Some(text);
                next = source.source();
            }
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.behind()?.source()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::{
        ErrorKind,
        error::{BoxError, Stage},
    };

    /// An error of a user's, with the ones behind it.
    #[derive(Debug)]
    struct Failure(&'static str, Option<BoxError>);

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl StdError for Failure {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    fn failure() -> Failure {
        let broken = io::Error::new(io::ErrorKind::BrokenPipe, "the pipe is gone");
        let lost = Failure("the line is lost", Some(broken.into()));
        Failure("nothing came", Some(lost.into()))
    }

    const NAMED: Stage = Stage {
        name: "pages",
        operator: "then",
        location: "src/main.rs:3:14",
    };

    /// As `anyhow` and the like print an error.
    fn report(error: &dyn StdError) -> String {
        let mut report = error.to_string();
        let mut next = error.source();
        while let Some(source) = next {
            report.push_str(&format!(": {source}"));
            next = source.source();
        }
        report
    }

    fn all() -> Vec<Error> {
        let derived = |error: BoxError| Error::with_source(ErrorKind::Derive, "no `Page`", error);
        let around = Failure("all of it failed", Some(Error::at(NAMED, failure()).into()));
        vec![
            Error::failed(failure()),
            Error::at(NAMED, failure()),
            Error::of(ErrorKind::Store, failure()),
            Error::at(NAMED, derived(failure().into())),
            derived(Error::at(NAMED, failure()).into()),
            Error::failed(around),
            Error::failed(io::Error::other(failure())),
        ]
    }

    #[test]
    fn every_report_says_every_message_once() {
        let messages = ["nothing came", "the line is lost", "the pipe is gone"];
        for error in all() {
            let (own, by_sources) = (format!("{error:#}"), report(&error));
            assert_eq!(own, by_sources);
            for message in messages {
                assert_eq!(own.matches(message).count(), 1, "{own}");
            }
            assert!(own.matches("no `Page`").count() <= 1, "{own}");
            assert!(own.matches("stage `pages`").count() <= 1, "{own}");
        }
    }

    #[test]
    fn the_short_text_says_the_message_of_the_error_inside() {
        let error = Error::at(NAMED, failure());
        assert_eq!(error.to_string(), "stage `pages` (`then`): nothing came");
    }

    #[test]
    fn every_error_behind_is_found() {
        for error in all() {
            assert!(error.is::<Failure>() && error.is::<io::Error>(), "{error}");
        }
    }

    #[test]
    fn a_stage_without_a_name_is_told_by_its_place() {
        let name = NAMED.operator;
        let error = Error::at(Stage { name, ..NAMED }, failure());
        assert_eq!(
            error.to_string(),
            "stage `then` at src/main.rs:3:14: nothing came"
        );
    }
}
