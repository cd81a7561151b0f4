//! Tokens: texts that nobody can guess.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::{Error, ErrorKind};

/// The fewest characters of a token that somebody thought of.
pub const SHORTEST: usize = 16;

/// The secret that lets a user in. Its text is in no `Debug`, and it is compared in a
/// time that does not depend on how much of it was right.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token of 128 bits of the system's randomness.
    pub fn random() -> Result<Self, Error> {
        random_text::<16>().map(Self)
    }

    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns whether it is this text.
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Random bytes as text that may stand in a URL.
pub fn random_text<const BYTES: usize>() -> Result<String, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        let message = "the system has no random numbers for a token";
        Error::with_source(ErrorKind::Serve, message, error)
    })?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_not_shown() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.text().len(), 22);
        assert!(one.is(one.text()) && !one.is(other.text()) && !one.is(""));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }
}
