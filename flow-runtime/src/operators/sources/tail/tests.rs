use std::fs::{self, File};
use std::io::Write;

use super::*;
use crate::region::next;

/// A folder with the file that is followed.
struct Log {
    folder: tempfile::TempDir,
    path: PathBuf,
    lines: Tail,
}

impl Log {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, text).unwrap();
        let (lines, _) = tail(&path, false);
        Self {
            folder,
            path,
            lines,
        }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, text: &str) -> File {
        let mut file = File::options().append(true).open(&self.path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    /// All lines until none comes for a long time.
    async fn all(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Ok(line) = tokio::time::timeout(EVERY * 300, next(&mut self.lines)).await {
            all.push(line.unwrap().unwrap());
        }
        all
    }
}

#[tokio::test(start_paused = true)]
async fn lines_are_given_when_they_are_complete() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let (mut lines, _) = tail(&path, false);
    let early = tokio::time::timeout(EVERY * 2, next(&mut lines)).await;
    assert!(early.is_err(), "the file is not there yet");
    let mut file = File::create(&path).unwrap();
    file.write_all(b"one\r\ntw").unwrap();
    assert_eq!(next(&mut lines).await.unwrap().unwrap(), "one");
    let early = tokio::time::timeout(EVERY * 2, next(&mut lines)).await;
    assert!(early.is_err(), "the line is not complete");
    file.write_all(b"o\n").unwrap();
    assert_eq!(next(&mut lines).await.unwrap().unwrap(), "two");
}

#[tokio::test(start_paused = true)]
async fn lines_of_any_length_are_given() {
    let lines: Vec<String> = [0, 1, 8191, 8192, 8193, 100_000, 3]
        .map(|length| "x".repeat(length))
        .to_vec();
    let mut log = Log::new(&(lines.join("\n") + "\n"));
    assert_eq!(log.all().await, lines);
}

mod truncated {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_file_that_became_shorter_is_read_again() {
        let mut log = Log::new("a long first line\nrest");
        assert_eq!(log.all().await, ["a long first line"]);
        fs::write(&log.path, "new\n").unwrap();
        assert_eq!(log.all().await, ["new"]);
        fs::write(&log.path, "").unwrap();
        assert!(log.all().await.is_empty());
        log.append("newer\n");
        assert_eq!(log.all().await, ["newer"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_has_grown_past_its_old_length_is_read_again() {
        for length in [1, 2, 3, 200, 5000] {
            let lines =
                |word: &str, n| -> Vec<_> { (0..n).map(|n| format!("{word} {n}")).collect() };
            let text = |lines: &[String]| lines.join("\n") + "\n";
            let mut log = Log::new(&text(&lines("old", length)));
            assert_eq!(log.all().await, lines("old", length));
            fs::copy(&log.path, log.beside("log.1")).unwrap();
            // The same length, and longer.
            for (word, more) in [("new", 0), ("yet", 7)] {
                let new = lines(word, length + more);
                fs::write(&log.path, text(&new)).unwrap();
                assert_eq!(log.all().await, new);
            }
        }
    }
}

mod renamed {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_new_file_is_followed() {
        let mut log = Log::new("one\n");
        assert_eq!(log.all().await, ["one"]);
        for n in 0..3 {
            // Nobody has seen this line when the file loses its name.
            let mut old = log.append(&format!("late {n}\n"));
            fs::rename(&log.path, log.beside("log.1")).unwrap();
            writeln!(old, "later {n}").unwrap();
            fs::write(&log.path, format!("new {n}\n")).unwrap();
            let expected = ["late", "later", "new"].map(|word| format!("{word} {n}"));
            assert_eq!(log.all().await, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_old_file_is_followed_until_there_is_a_new_one() {
        let mut log = Log::new("one\n");
        let mut old = log.append("");
        assert_eq!(log.all().await, ["one"]);
        fs::rename(&log.path, log.beside("log.1")).unwrap();
        writeln!(old, "two").unwrap();
        assert_eq!(log.all().await, ["two"]);
        fs::write(&log.path, "").unwrap();
        assert_eq!(next_within(&mut log.lines, EVERY * 3).await, None);
        writeln!(old, "three").unwrap();
        assert_eq!(
            next_within(&mut log.lines, EVERY * 3).await.as_deref(),
            Some("three"),
            "who wrote to the old file had it open a while longer"
        );
        log.append("four\n");
        assert_eq!(log.all().await, ["four"]);
    }

    async fn next_within(lines: &mut Tail, time: Duration) -> Option<String> {
        let line = tokio::time::timeout(time, next(lines)).await.ok()?;
        Some(line.unwrap().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_without_an_end_is_not_glued_to_the_next_file() {
        let mut log = Log::new("one\ntw");
        assert_eq!(log.all().await, ["one"]);
        fs::rename(&log.path, log.beside("log.1")).unwrap();
        fs::write(&log.path, "three\n").unwrap();
        assert_eq!(log.all().await, ["tw", "three"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_completed_in_the_old_file_is_whole() {
        let mut log = Log::new("one\ntw");
        let mut old = log.append("");
        assert_eq!(log.all().await, ["one"]);
        fs::rename(&log.path, log.beside("log.1")).unwrap();
        fs::write(&log.path, "three\n").unwrap();
        assert_eq!(next_within(&mut log.lines, EVERY * 2).await, None);
        writeln!(old, "o").unwrap();
        assert_eq!(log.all().await, ["two", "three"]);
    }
}

mod replaced {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn by_a_file_that_was_renamed() {
        let mut log = Log::new("one\ntwo\n");
        assert_eq!(log.all().await, ["one", "two"]);
        fs::write(log.beside("new"), "one\ntwo\nthree\n").unwrap();
        fs::rename(log.beside("new"), &log.path).unwrap();
        assert_eq!(log.all().await, ["one", "two", "three"]);
    }

    #[tokio::test(start_paused = true)]
    async fn by_one_that_was_made_after_it_was_removed() {
        let mut log = Log::new("one\n");
        for text in ["two", "two", "three"] {
            log.all().await;
            fs::remove_file(&log.path).unwrap();
            assert!(log.all().await.is_empty());
            fs::write(&log.path, format!("{text}\n")).unwrap();
            assert_eq!(log.all().await, [text]);
        }
    }

    #[tokio::test(start_paused = true)]
    #[cfg(unix)]
    async fn by_a_link_to_another() {
        let mut log = Log::new("one\n");
        fs::write(log.beside("other"), "two\n").unwrap();
        fs::rename(&log.path, log.beside("first")).unwrap();
        std::os::unix::fs::symlink("first", &log.path).unwrap();
        assert_eq!(log.all().await, ["one"]);
        fs::remove_file(&log.path).unwrap();
        std::os::unix::fs::symlink("other", &log.path).unwrap();
        assert_eq!(log.all().await, ["two"]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_one_error() {
    let directory = tempfile::tempdir().unwrap();
    let (mut lines, _) = tail(directory.path(), false);
    let error = next(&mut lines).await.unwrap().unwrap_err().to_string();
    let path = directory.path().to_str().unwrap();
    assert_eq!(error.matches(path).count(), 1, "{error}");
    assert!(next(&mut lines).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_there_may_be_left_out() {
    let mut log = Log::new("one\ntwo\nthr");
    log.lines = tail(&log.path, true).0;
    let early = tokio::time::timeout(EVERY * 2, next(&mut log.lines)).await;
    assert!(early.is_err(), "no line is new");
    log.append("ee\nfour\n");
    assert_eq!(log.all().await, ["three", "four"]);
    fs::rename(&log.path, log.beside("old")).unwrap();
    fs::write(&log.path, "five\nsix\n").unwrap();
    assert_eq!(log.all().await, ["five", "six"]);
    fs::write(&log.path, "7\n").unwrap();
    assert_eq!(log.all().await, ["7"]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_appears_later_is_read_from_its_beginning() {
    let mut log = Log::new("");
    fs::remove_file(&log.path).unwrap();
    log.lines = tail(&log.path, true).0;
    let early = tokio::time::timeout(EVERY * 2, next(&mut log.lines)).await;
    assert!(early.is_err(), "there is no file");
    fs::write(&log.path, "one\n").unwrap();
    assert_eq!(log.all().await, ["one"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_file_without_a_line_end_is_one_line() {
    let long = "x".repeat(20_000);
    for before in ["", "one\n"] {
        let mut log = Log::new(&format!("{before}{long}"));
        log.lines = tail(&log.path, true).0;
        let early = tokio::time::timeout(EVERY * 2, next(&mut log.lines)).await;
        assert!(early.is_err(), "no line is new");
        log.append("y\n");
        assert_eq!(log.all().await, [format!("{long}y")]);
    }
}
