//! Durations as people write them: `"30s"`, `"1m 30s"`, `"500ms"`.

use std::time::Duration;

use super::errors::Errors;

/// The units, in milliseconds.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// The duration of an option's text; a bad one is reported.
pub(super) fn parse(text: &syn::LitStr, errors: &mut Errors) -> Option<Duration> {
    let duration = read(&text.value());
    if duration.is_none() {
        let wrong = format!("`{}` is not a duration", text.value());
        let help = "write a number and `ms`, `s`, `m` or `h`, as in `30s` or `1m 30s`";
        errors.add(text, wrong, help);
    }
    duration
}

fn read(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut milliseconds = 0_u64;
    while !rest.is_empty() {
        let (digits, behind) = split(rest, |c| c.is_ascii_digit());
        let (unit, behind) = split(behind.trim_start(), char::is_alphabetic);
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let part = digits.parse::<u64>().ok()?.checked_mul(*length)?;
        milliseconds = milliseconds.checked_add(part)?;
        rest = behind.trim_start();
    }
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// The longest beginning of such characters, and what is behind it.
fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        let seconds = |text| read(text).map(|duration| duration.as_secs_f64());
        assert_eq!(seconds("30s"), Some(30.0));
        assert_eq!(seconds("500ms"), Some(0.5));
        assert_eq!(seconds("1m 30s"), Some(90.0));
        assert_eq!(seconds("2h5m"), Some(7500.0));
        assert_eq!(seconds(" 3 s "), Some(3.0));
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "",
            "30",
            "s",
            "30 sec",
            "-1s",
            "1.5s",
            "0s",
            "99999999999999999999h",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
