//! `lines(path, resume = offsets)`.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use flow_runtime::{Offsets, flow};
use tempfile::TempDir;

pub struct Files {
    folder: TempDir,
}

impl Files {
    pub fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Self { folder };
        fs::write(files.text(), text).unwrap();
        files
    }

    pub fn text(&self) -> PathBuf {
        self.folder.path().join("text")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.path().join("offsets")
    }

    pub fn offsets(&self) -> Offsets {
        Offsets::open(self.log()).unwrap()
    }

    /// The place at which the file says that the next line starts.
    pub fn end(&self) -> u64 {
        self.offsets().position().end
    }

    pub fn append(&self, text: &str) {
        let mut file = fs::File::options().append(true).open(self.text()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// A file beside the text.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives so many lines, the next time.
    pub fn some(&self, n: usize) -> Vec<String> {
        let lines = flow! {
            lines(self.text(), resume = self.offsets())? -> take(n) -> collect::<Vec<_>>()
        };
        lines.run().unwrap()
    }
}

#[test]
fn a_flow_begins_behind_the_last_line_that_was_done() {
    let files = Files::new("one\ntwo\r\nthree\n\nfive");
    assert_eq!(files.some(2), ["one", "two"]);
    assert_eq!(files.end(), 9);
    assert_eq!(files.some(1), ["three"]);
    assert_eq!(files.some(9), ["", "five"]);
    assert_eq!(files.offsets().position().line, 5);
    assert!(files.some(9).is_empty());
    files.append("\nsix\nseven\n");
    assert_eq!(files.some(9), ["six", "seven"]);
}

#[test]
fn nothing_runs_and_nothing_is_written_until_the_flow_is_driven() {
    let files = Files::new("one\n");
    let lines = flow! { lines(files.text(), resume = files.offsets())? -> count() };
    drop(lines);
    assert!(!files.log().exists());
}

#[test]
fn an_error_leaves_its_line_for_the_next_time() {
    let files = Files::new("1\n2\nx\n4\n");
    let run = || {
        flow! {
            lines(files.text(), resume = files.offsets())?
                -> map(|line: String| line.parse::<u32>())? -> sum()
        }
        .run()
    };
    assert!(run().map(|sum: u32| sum).is_err());
    assert_eq!(files.end(), 4);
    assert!(run().is_err(), "it is the first line now");
    fs::write(files.text(), "1\n2\n3\n4\n").unwrap();
    assert_eq!(run().unwrap(), 7);
    assert_eq!(files.end(), 8);
}

#[test]
fn a_line_that_is_no_text_is_an_error_in_its_place() {
    let files = Files::new("");
    fs::write(files.text(), b"a\n\xff\nb\n").unwrap();
    let mut kinds = Vec::new();
    let seen = flow! {
        bad = for_each(|error: io::Error| kinds.push(error.kind()));
        lines(files.text(), resume = files.offsets())? else bad -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), ["a", "b"]);
    assert_eq!(kinds, [io::ErrorKind::InvalidData]);
    assert_eq!(files.end(), 6);
}

#[test]
fn a_closure_sees_where_a_line_is() {
    let files = Files::new("one\ntwo\nthree\n");
    files.some(1);
    let seen = flow! {
        lines(files.text(), resume = files.offsets())? -> with_meta()
            -> map(|(text, at)| (text, at.line, at.start, at.end)) -> collect::<Vec<_>>()
    };
    let expected = [("two".to_owned(), 2, 4, 8), ("three".to_owned(), 3, 8, 14)];
    assert_eq!(seen.run().unwrap(), expected);
}

#[test]
fn an_iterator_commits_a_line_when_the_next_is_asked_for() {
    let files = Files::new("1\n2\n3\n4\n5\n");
    let offsets = files.offsets();
    let mut lines = flow! {
        lines(files.text(), resume = offsets.clone()) -> map(Result::unwrap)
            -> partition(2) -> flat_map(|batch| batch)
    };
    let done = || offsets.position().line;
    assert_eq!((lines.next().as_deref(), done()), (Some("1"), 0));
    assert_eq!((lines.next().as_deref(), done()), (Some("2"), 0));
    assert_eq!((lines.next().as_deref(), done()), (Some("3"), 2));
    assert_eq!((lines.next().as_deref(), done()), (Some("4"), 2));
    assert_eq!((lines.next().as_deref(), done()), (Some("5"), 4));
    assert_eq!((lines.next(), done()), (None, 5));
    assert_eq!(lines.next(), None);
    drop(lines);
    drop(offsets);
    assert_eq!(files.end(), 10);
}

#[test]
fn an_iterator_that_is_dropped_has_the_last_line_open() {
    let files = Files::new("1\n2\n3\n4\n");
    let mut lines = flow! {
        lines(files.text(), resume = files.offsets())?
            -> sliding_window(2) -> map(|[a, b]| format!("{a}{b}"))
    };
    assert_eq!(lines.next().unwrap().unwrap(), "12");
    assert_eq!(lines.next().unwrap().unwrap(), "23");
    assert_eq!(lines.next().unwrap().unwrap(), "34");
    drop(lines);
    let end = files.end();
    assert_eq!(
        end, 4,
        "2 was in the windows that the program has come back from"
    );
}

#[test]
fn an_iterator_over_two_files() {
    let (a, b) = (Files::new("1\n2\n3\n"), Files::new("x\ny\n"));
    let (left, right) = (a.offsets(), b.offsets());
    let mut pairs = flow! {
        zip(lines(a.text(), resume = left.clone()), lines(b.text(), resume = right.clone()))
            -> map(|(a, b)| a.unwrap() + &b.unwrap())
    };
    let done = || (left.position().line, right.position().line);
    assert_eq!((pairs.next().as_deref(), done()), (Some("1x"), (0, 0)));
    assert_eq!((pairs.next().as_deref(), done()), (Some("2y"), (1, 1)));
    assert_eq!((pairs.next(), done()), (None, (2, 2)));
}

#[test]
fn a_file_that_became_shorter_is_an_error() {
    let files = Files::new("one\ntwo\n");
    files.some(2);
    fs::write(files.text(), "one\n").unwrap();
    let lines = flow! { lines(files.text(), resume = files.offsets()) -> collect::<Vec<_>>() };
    let lines = lines.run();
    assert_eq!(lines.len(), 1);
    let error = lines[0].as_ref().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(error.to_string().contains("8 bytes"), "{error}");
    assert_eq!(files.end(), 8);
}

#[test]
fn offsets_that_cannot_be_written_are_an_error_of_the_source() {
    let files = Files::new("1\n2\n3\n");
    let place = files.beside("no");
    let offsets = Offsets::open(place.join("offsets")).unwrap();
    let mut errors = Vec::new();
    let seen = flow! {
        bad = for_each(|error: io::Error| errors.push(error.kind()));
        lines(files.text(), resume = offsets.clone())? else bad -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), ["1", "2", "3"]);
    assert_eq!(errors, [io::ErrorKind::NotFound], "at most every 100 ms");
    assert!(offsets.flush().is_err());
    fs::create_dir(&place).unwrap();
    offsets.flush().unwrap();
    drop(offsets);
    assert_eq!(
        Offsets::open(place.join("offsets"))
            .unwrap()
            .position()
            .line,
        3
    );
}

#[test]
fn what_was_done_before_a_panic_is_written() {
    let files = Files::new("1\n2\n3\n");
    let run = std::panic::AssertUnwindSafe(|| {
        flow! {
            lines(files.text(), resume = files.offsets()) -> map(Result::unwrap)
                -> for_each(|line| assert_ne!(line, "3"));
        }
        .run();
    });
    assert!(std::panic::catch_unwind(run).is_err());
    assert_eq!(files.end(), 4);
}

#[test]
fn a_source_takes_a_reference_and_the_offsets_go_on() {
    let files = Files::new("1\n2\n3\n");
    let offsets = files.offsets();
    for expected in [["1"], ["2"], ["3"]] {
        let lines = flow! {
            lines(files.text(), resume = &offsets)? -> take(1) -> collect::<Vec<_>>()
        };
        assert_eq!(lines.run().unwrap(), expected);
    }
    assert_eq!(offsets.position().line, 3);
}

/// The only item of a flow that cannot begin, and the text of it.
fn refused(files: &Files) -> String {
    let before = fs::read(files.log()).unwrap();
    let lines = flow! { lines(files.text(), resume = files.offsets()) -> collect::<Vec<_>>() };
    let [Err(error)] = &lines.run()[..] else {
        panic!("no error");
    };
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert_eq!(fs::read(files.log()).unwrap(), before, "it is as it was");
    let text = error.to_string();
    for path in [files.text(), files.log()] {
        assert!(text.contains(path.to_str().unwrap()), "{text}");
    }
    assert!(text.contains("remove"), "it says what to do: {text}");
    text
}

#[test]
fn a_row_put_in_front_is_an_error() {
    for (text, changed) in [
        ("one\ntwo\nthree\n", "zero\none\ntwo\nthree\n"),
        ("one\ntwo\nthree\n", "one\ntwo and more\nthree\n"),
        ("one\ntwo\nthree\n", "something else\n"),
        // The last line had no line end.
        ("one\ntwo", "zero\none\ntwo"),
        ("one\ntwo", "one\n\nt\n"),
    ] {
        let files = Files::new(text);
        files.some(2);
        fs::write(files.text(), changed).unwrap();
        let text = refused(&files);
        assert!(text.contains("2 lines"), "{text}");
    }
}

#[test]
fn a_last_line_without_a_line_end_is_never_gone_on_with_in_its_middle() {
    for (added, rest) in [
        ("", vec![]),
        ("\n", vec![]),
        ("\r\n", vec![]),
        ("\nthree\n", vec!["three"]),
        ("\r\nthree\n", vec!["three"]),
        ("\n\nthree", vec!["", "three"]),
        // It has become another line.
        (" and more", vec!["two and more"]),
        (" and more\nthree\n", vec!["two and more", "three"]),
    ] {
        let files = Files::new("one\ntwo");
        assert_eq!(files.some(9), ["one", "two"]);
        files.append(added);
        assert_eq!(files.some(9), rest, "{added:?}");
        let none: [&str; 0] = [];
        assert_eq!(files.some(9), none, "{added:?}");
        files.append("last\n");
        assert_eq!(files.some(9).len(), 1, "{added:?}");
    }
}

#[test]
fn what_is_added_to_the_last_line_meanwhile_is_no_line_of_its_own() {
    let files = Files::new("one\ntwo");
    let offsets = files.offsets();
    let seen = flow! {
        lines(files.text(), resume = &offsets)?
            -> inspect(|line| if line == "two" { files.append("0\n3\n") }) -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run().unwrap(), ["one", "two"]);
    drop(offsets);
    assert_eq!(files.some(9), ["two0", "3"]);
}

#[test]
fn the_offsets_of_another_file_are_an_error() {
    let (files, other) = (Files::new("one\ntwo\n"), Files::new("a\nb\nc\nd\ne\n"));
    other.some(3);
    fs::copy(other.log(), files.log()).unwrap();
    refused(&files);
}

#[test]
fn offsets_belong_to_one_source_at_a_time() {
    let (a, b) = (Files::new("1\n2\n"), Files::new("x\n"));
    let offsets = a.offsets();
    let mut errors = Vec::new();
    let seen = flow! {
        bad = for_each(|error: io::Error| errors.push(error));
        both = union(lines(a.text(), resume = &offsets), lines(b.text(), resume = &offsets));
        both -> map(|line| line)? else bad -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), ["1", "2"]);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].kind(), io::ErrorKind::ResourceBusy);
    let text = errors[0].to_string();
    for path in [a.text(), b.text(), a.log()] {
        assert!(text.contains(path.to_str().unwrap()), "{text}");
    }
    assert_eq!(offsets.position().line, 2);
    let other = flow! { lines(b.text(), resume = &offsets) -> count() };
    assert_eq!(
        other.run(),
        1,
        "the first flow is over: now the file is shorter"
    );
}

#[test]
fn what_the_last_flush_could_not_write_is_an_error() {
    let files = Files::new("1\n2\n3\n");
    let offsets = files.offsets();
    let lines = flow! {
        // The file of the offsets goes when the first line has been committed.
        lines(files.text(), resume = &offsets)?
            -> inspect(|line| if line == "3" { fs::remove_file(files.log()).unwrap() })
            -> count()
    };
    let error = lines.run().unwrap_err();
    assert!(
        error.to_string().contains(files.log().to_str().unwrap()),
        "{error}"
    );
}

#[test]
fn what_the_end_of_input_commits_and_cannot_write_ends_the_flow() {
    let files = Files::new("1\n2\n3\n");
    let offsets = files.offsets();
    let run = flow! {
        orders = lines(files.text(), resume = &offsets)? -> partition(2);
        // Only the last batch leaves when the file has been read.
        orders -> for_each(|batch| if batch.len() == 1 { fs::remove_file(files.log()).unwrap() });
    };
    let error = run.run().unwrap_err();
    assert_eq!(error.stage(), Some("orders"));
    assert!(
        error.to_string().contains(files.log().to_str().unwrap()),
        "{error}"
    );
}
