//! Texts for a log or a terminal: nothing in them is obeyed there.

use std::fmt::{self, Write};

/// Displays as what is in it, in one line: letters that end a line, or that a terminal obeys,
/// are written as in a literal, `\n` and `\u{1b}`.
pub struct Escaped<T>(pub T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_alternate = f.alternate();
        let mut line = Line(f);
        match is_alternate {
            true => write!(line, "{:#}", self.0),
            false => write!(line, "{}", self.0),
        }
    }
}

/// The writer of one line.
struct Line<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(is_obeyed) {
            let letter = part.chars().next_back().filter(|letter| is_obeyed(*letter));
            let plain = letter.map_or(part, |letter| &part[..part.len() - letter.len_utf8()]);
            self.0.write_str(plain)?;
            if let Some(letter) = letter {
                write!(self.0, "{}", letter.escape_default())?;
            }
        }
        Ok(())
    }
}

/// Returns whether a letter is no part of a line: one of control, an end of a line, or one that
/// turns the direction of what follows.
fn is_obeyed(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_and_obeyed_by_nobody() {
        for (text, line) in [
            ("", ""),
            ("ünï \\ \"text\"", "ünï \\ \"text\""),
            ("a\nb\r\n\tc", "a\\nb\\r\\n\\tc"),
            ("\x1b[2J\x07gone\x7f", "\\u{1b}[2J\\u{7}gone\\u{7f}"),
            ("\u{9b}31m\u{85}", "\\u{9b}31m\\u{85}"),
            (
                "a\u{2028}\u{2029}\u{202e}b",
                "a\\u{2028}\\u{2029}\\u{202e}b",
            ),
        ] {
            assert_eq!(Escaped(text).to_string(), line);
        }
        assert_eq!(format!("{:#}", Escaped(format_args!("{}\n", 1))), "1\\n");
    }
}
