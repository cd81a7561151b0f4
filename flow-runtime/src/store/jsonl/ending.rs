//! The two ends that a crash gives a file, told from everything else.
//!
//! A batch is appended by one write and then synced; before that nobody is told
//! of it. So a crash leaves a file of whole, synced lines, and behind them what
//! it made of one batch:
//!
//! - The process ended, or the disk was full: the batch is *cut off*. Its last
//!   line ends too early, which is what the JSON parser says of it.
//! - The power went: the length of a file, and each of its pages, may have
//!   reached the disk or not. A page that did not reads as NUL bytes, which JSON
//!   never has. The first line with one begins what is *lost*, and all behind it
//!   is of that batch: whole lines, too, may follow lost ones.
//!
//! What is lost is no longer than what is written between two syncs, and begins
//! as a record does. NUL bytes elsewhere, and lines that are broken without any,
//! are damage to what was durable, or the file is of another format.

use serde_core::de::IgnoredAny;

/// The most bytes that are written to one file between two syncs, of several
/// records; a larger record is written alone.
pub(super) const PART: usize = 8 << 20;

/// Returns whether a last line without a line break is the beginning of a
/// record. `known` is the first byte of another record of the file; `begins`
/// says so by the record's type where there is none.
pub(super) fn is_cut_off(line: &[u8], known: Option<u8>, begins: fn(&[u8]) -> bool) -> bool {
    let text = line.trim_ascii_start();
    let Some(first) = text.first() else {
        return false;
    };
    let is_alike = || *first == b'{' || known.is_some_and(|known| class(known) == class(*first));
    ends_too_early(text) && (is_alike() || begins(text))
}

/// Returns whether the rest of a file, from the beginning of a line on, is what
/// a power cut made of lines that were not synced. `is_alone` says that no
/// record is in front of it, so that the file may be of any format.
pub(super) fn is_lost(rest: &[u8], is_alone: bool) -> bool {
    let end_of_line = rest.iter().position(|byte| *byte == b'\n');
    let line = &rest[..end_of_line.unwrap_or(rest.len())];
    let Some(nul) = line.iter().position(|byte| *byte == 0) else {
        return false;
    };
    let begun = line[..nul].trim_ascii_start();
    let is_one_line = end_of_line.is_none_or(|end| end + 1 == rest.len());
    let is_short = rest.len() <= PART || (is_one_line && !(is_alone && begun.is_empty()));
    let is_begun = begun.is_empty() || ends_too_early(begun) || is_json(begun);
    is_short && is_begun && !(is_alone && is_other_format(rest))
}

/// Returns whether more of a JSON value has to follow, or may: a number does not
/// say where it ends.
fn ends_too_early(text: &[u8]) -> bool {
    let is_number = |text: &[u8]| text.first().is_some_and(|first| class(*first) == b'0');
    match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(_) => is_number(text) && text.last().is_some_and(u8::is_ascii_digit),
        Err(error) if error.is_eof() => true,
        // A number that lacks its digits is a mistake to the parser.
        Err(_) if text.ends_with(b"0") => false,
        Err(_) => {
            let is_open = matches!(text.last(), Some(b'-' | b'+' | b'.' | b'e' | b'E'));
            is_open && ends_too_early(&[text, b"0"].concat())
        }
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// The first byte of a JSON value, one for all values of its type.
fn class(first: u8) -> u8 {
    match first {
        b'-' | b'0'..=b'9' => b'0',
        b't' | b'f' => b't',
        other => other,
    }
}

/// Returns whether something is in the bytes that no part of a JSONL file is:
/// control characters, other text than UTF-8. Characters may be cut at NUL
/// bytes.
fn is_other_format(bytes: &[u8]) -> bool {
    let is_control =
        |byte: &u8| byte.is_ascii_control() && !matches!(byte, 0 | b'\n' | b'\r' | b'\t');
    is_utf_16(bytes)
        || bytes.iter().any(is_control)
        || bytes.split(|byte| *byte == 0).any(|part| !is_utf_8(part))
}

/// Returns whether each second byte is NUL.
fn is_utf_16(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(16)];
    let is_pair = |pair: &[u8]| (pair[0] == 0) != (pair[1] == 0);
    start.len() >= 4 && start.chunks_exact(2).all(is_pair)
}

fn is_utf_8(part: &[u8]) -> bool {
    let cut = part.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80);
    match str::from_utf8(&part[cut.count()..]) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(_: &[u8]) -> bool {
        false
    }

    #[test]
    fn every_beginning_of_an_object_ends_too_early() {
        let line = r#"{"id":-12.5e-3,"text":"\u00e9\"é","more":[true,null,{"x":0}]}"#;
        for cut in 1..line.len() {
            let line = &line.as_bytes()[..cut];
            assert!(is_cut_off(line, None, never), "{}", line.escape_ascii());
        }
        assert!(!is_cut_off(line.as_bytes(), None, never), "it is whole");
    }

    #[test]
    fn what_is_no_json_does_not_end_too_early() {
        for line in [
            "hello",
            "{hello",
            "{\"a\":b",
            "{\"a\" 1",
            "{\"a\":1}x",
            "{]",
            "\u{feff}{\"a\":1",
            "{\"a\":1-",
            "{\"a\":01",
            "{\"a\":x.",
            "",
            "  ",
        ] {
            assert!(!is_cut_off(line.as_bytes(), Some(b'{'), never), "{line}");
        }
    }

    #[test]
    fn what_is_no_object_ends_too_early_among_its_like() {
        assert!(is_cut_off(b"12", Some(b'-'), never));
        assert!(!is_cut_off(b"12", Some(b'{'), never));
        assert!(is_cut_off(b"[1,\"a", Some(b'['), never));
        assert!(!is_cut_off(b"[1,\"a", None, never));
        assert!(is_cut_off(b"[1,\"a", None, |_| true));
        assert!(!is_cut_off(b"\"whole\"", Some(b'"'), |_| true));
    }

    #[test]
    fn lost_lines_begin_as_records_do() {
        for rest in [
            &b"\0\0\0\0"[..],
            b"\0\0\n\0\0\n{\"id\":1}\n",
            b"{\"id\":4,\"te\0\0\0\0\",\"x\":\"\xc3\xa9\"}\n{\"id\":5}\n",
            b"{\"text\":\"\xc3\0\0\0\0\xa9\"}\n",
            b"{\"id\":4}\0\0\0",
        ] {
            assert!(is_lost(rest, true), "{}", rest.escape_ascii());
        }
        for rest in [
            &b"{\0\"\0i\0d\0\"\0:\x001\0}\0\n\0"[..],
            b"\0{\0\"\0i\0d\0",
            b"\xff\xfe{\0\"\0i\0d\0",
            b"SQLite format 3\0\x10\0\x01",
            b"\0\0\x01\0\x01\0",
            b"name.txt\0\0\0\x000644\0",
            b"{\"id\":1}\n\0\0",
        ] {
            assert!(!is_lost(rest, true), "{}", rest.escape_ascii());
        }
        assert!(is_lost(b"\0\0\n\xff\xfe\x01", false), "whatever follows");
        assert!(!is_lost(b"\xff\xfe{\0\"\0", false));
    }

    #[test]
    fn what_is_lost_is_no_longer_than_what_is_written_at_once() {
        let mut rest = vec![0; PART - 2];
        rest.extend(b"\n\n");
        assert!(is_lost(&rest, false));
        rest.push(b'\n');
        assert!(!is_lost(&rest, false));
        // But a single record may be of any length.
        rest.truncate(PART - 2);
        rest.extend(b"abc\n");
        assert!(is_lost(&rest, false));
        assert!(!is_lost(&rest, true));
    }
}
