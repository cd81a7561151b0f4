//! The parts of a URL.

/// Returns the one token in a query: `None` where there is none, or more than one.
pub fn token(query: &str) -> Option<String> {
    let mut tokens = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("token="));
    let token = tokens.next()?;
    match tokens.next() {
        None => decoded(token),
        Some(_) => None,
    }
}

/// Returns the first value of a name in a query.
pub fn value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(other, _)| *other == name);
    decoded(values.next()?.1)
}

/// Returns a text with its `%41` replaced, once; `None` where that is no text.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Returns a text as it may stand in the value of a query.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_is_found_and_two_are_none() {
        assert_eq!(token("token=abc").as_deref(), Some("abc"));
        assert_eq!(token("flow=x&token=a%20b%c3%a9").as_deref(), Some("a bé"));
        for none in [
            "",
            "token",
            "Token=a",
            "token=a&token=b",
            "token=%zz",
            "token=%ff",
            "token=%4",
        ] {
            assert_eq!(token(none), None, "{none}");
        }
        assert_eq!(value("a=1&b=2&b=3", "b").as_deref(), Some("2"));
    }

    #[test]
    fn what_is_encoded_comes_back() {
        let text = "a b/é?&%41";
        assert_eq!(encoded(text), "a%20b%2F%C3%A9%3F%26%2541");
        assert_eq!(decoded(&encoded(text)).as_deref(), Some(text));
    }
}
