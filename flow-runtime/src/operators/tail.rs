//! `tail`: the lines of a file that grows.

use core::{
    pin::Pin,
    task::{Context, Poll},
};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::Instant;

use crate::{region::timer::Timer, ty::Ty};

/// How often a file that has no more lines is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Gives the lines of a text file and follows it as it grows; each is an
/// `io::Result<String>` without its line end.
///
/// It begins with the first line and never ends: `take(n)` or `run_until` do
/// that. A line is given when it is complete. The file is looked at ten times a
/// second; one that is not there yet is waited for. One that became shorter is
/// read from its beginning. One that cannot be read is one `Err`, and the end.
///
/// # Panics
///
/// When it waits where no tokio runtime with time is there.
#[inline]
pub fn tail(path: impl AsRef<Path>) -> (Tail, Ty<io::Result<String>>) {
    let tail = Tail {
        path: path.as_ref().to_owned(),
        file: None,
        line: Vec::new(),
        position: 0,
        timer: Timer::new(),
        over: false,
    };
    (tail, Ty::new())
}

/// The lines of a file that grows.
pub struct Tail {
    path: PathBuf,
    /// There once the file is.
    file: Option<BufReader<File>>,
    /// The beginning of a line that is not complete.
    line: Vec<u8>,
    /// How far the file was read.
    position: u64,
    timer: Timer,
    over: bool,
}

impl Tail {
    /// The next complete line; `None` where there is none yet.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let file = match &mut self.file {
            Some(file) => file,
            None => match File::open(&self.path) {
                Ok(file) => self.file.insert(BufReader::new(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        self.position += file.read_until(b'\n', &mut self.line)? as u64;
        if self.line.pop_if(|last| *last == b'\n').is_some() {
            self.line.pop_if(|last| *last == b'\r');
            return Ok(Some(core::mem::take(&mut self.line)));
        }
        if file.get_ref().metadata()?.len() < self.position {
            file.seek(SeekFrom::Start(0))?;
            self.position = 0;
            self.line.clear();
        }
        Ok(None)
    }
}

impl Stream for Tail {
    type Item = io::Result<String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            if self.timer.is_set() && !self.timer.poll(cx) {
                return Poll::Pending;
            }
            match self.read() {
                Ok(Some(line)) => {
                    let text = String::from_utf8(line).map_err(|error| {
                        io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())
                    });
                    return Poll::Ready(Some(text));
                }
                Ok(None) => self.timer.set(Instant::now() + EVERY),
                Err(error) => {
                    self.over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::next;
    use std::io::Write;

    #[tokio::test(start_paused = true)]
    async fn lines_are_given_when_they_are_complete() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let (mut lines, _) = tail(&path);
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
    async fn a_file_that_became_shorter_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        std::fs::write(&path, "a long first line\nrest").unwrap();
        let (mut lines, _) = tail(&path);
        assert_eq!(
            next(&mut lines).await.unwrap().unwrap(),
            "a long first line"
        );
        std::fs::write(&path, "new\n").unwrap();
        assert_eq!(next(&mut lines).await.unwrap().unwrap(), "new");
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_one_error() {
        let directory = tempfile::tempdir().unwrap();
        let (mut lines, _) = tail(directory.path());
        assert!(next(&mut lines).await.unwrap().is_err());
        assert!(next(&mut lines).await.is_none());
    }
}
