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
        is_same(self.0.as_bytes(), text.as_bytes())
    }
}

/// Returns whether two texts are the same. Of two that are equally long every byte is
/// compared, wherever they differ.
fn is_same<B: ConstantTimeEq>(known: &[B], given: &[B]) -> bool {
    known.ct_eq(given).into()
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
    use std::cell::Cell;

    use subtle::Choice;

    use super::*;

    #[test]
    fn tokens_differ_and_are_not_shown() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.text().len(), 22);
        assert!(one.is(one.text()) && !one.is(other.text()) && !one.is(""));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }

    /// A byte that counts how often it is compared.
    struct Counted<'c>(u8, &'c Cell<usize>);

    impl ConstantTimeEq for Counted<'_> {
        fn ct_eq(&self, other: &Self) -> Choice {
            self.1.set(self.1.get() + 1);
            self.0.ct_eq(&other.0)
        }
    }

    #[test]
    fn all_bytes_are_compared_wherever_they_differ() {
        let compared = |known: &str, given: &str| {
            let count = Cell::new(0);
            let bytes = |text: &str| -> Vec<Counted<'_>> {
                text.bytes().map(|byte| Counted(byte, &count)).collect()
            };
            (is_same(&bytes(known), &bytes(given)), count.get())
        };
        let known = "0123456789abcdef";
        assert_eq!(compared(known, known), (true, 16));
        for at in 0..16 {
            let mut given = known.to_owned();
            given.replace_range(at..=at, "x");
            assert_eq!(compared(known, &given), (false, 16), "{given}");
        }
        assert_eq!(compared(known, "xxxxxxxxxxxxxxxx"), (false, 16));
        // The length is no secret, and the text behind it is not looked at.
        assert_eq!(compared(known, "0123"), (false, 0));
        assert_eq!(compared(known, ""), (false, 0));
    }
}
