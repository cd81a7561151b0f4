//! Options of the command line, each a `--name value`, or a `--name` alone.

use std::collections::BTreeMap;
use std::env;
use std::str::FromStr;

use flow_runtime::BoxError;

/// The options that are given and not yet taken.
pub struct Options(BTreeMap<String, Option<String>>);

impl Options {
    /// Those that the program was called with.
    pub fn read() -> Result<Self, BoxError> {
        let mut given = BTreeMap::new();
        let mut words = env::args().skip(1).peekable();
        while let Some(word) = words.next() {
            let value = words.next_if(|next| !next.starts_with("--"));
            given.insert(word, value);
        }
        Ok(Self(given))
    }

    /// One of them, or what holds where it is not given.
    pub fn take<T>(&mut self, name: &str, default: T) -> Result<T, BoxError>
    where
        T: FromStr<Err: Into<BoxError>>,
    {
        let Some(value) = self.0.remove(&format!("--{name}")) else {
            return Ok(default);
        };
        let value = value.ok_or_else(|| format!("`--{name}` has no value"))?;
        value.parse().map_err(|error: T::Err| {
            let error: BoxError = error.into();
            format!("`--{name} {value}`: {error}").into()
        })
    }

    /// Returns whether an option is given that has no value.
    pub fn is_set(&mut self, name: &str) -> Result<bool, BoxError> {
        match self.0.remove(&format!("--{name}")) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => Err(format!("`--{name}` has no value, so no `{value}`").into()),
        }
    }

    /// Returns an error if an option is left: it was mistyped.
    pub fn finish(self) -> Result<(), BoxError> {
        match self.0.keys().next() {
            Some(word) => Err(format!("`{word}` is no option of this example").into()),
            None => Ok(()),
        }
    }
}
