//! `tail`: the lines of a file that grows.

mod follow;

use core::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::Instant;

use self::follow::{Follow, Look};
use crate::error::path::not_utf8;
use crate::{error::path::with_path, region::timer::Timer, ty::Ty};

/// Says how often a file that has no more lines is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Says how many looks a line that is not complete is waited for, in a file that has lost
/// its name to another.
const PATIENCE: u32 = 5;

/// Says how many looks a file is read on that has lost its name: who writes to it may have
/// it open a while longer.
const FAREWELL: u32 = 100;

/// Gives the lines of a text file and follows it as it grows; each is an
/// `io::Result<String>` without its line end.
///
/// It begins with the first line, or `from_end` behind the last complete line of the
/// file that is there at the first pull. It never ends: `take(n)` or `run_until` do that. A line is given when it is complete. The file is looked at ten times a
/// second; one that is not there yet is waited for. One that cannot be read is one
/// `Err`, and the end.
///
/// The path is followed, not the file. When another file has the path (the old one
/// was renamed, removed or replaced, or a link shows elsewhere), the old one is read to
/// its end, and then the new one from its beginning. A last line without a line end is
/// waited for half a second, and then given as it is. What is written to the old file
/// after that is given for ten seconds more.
///
/// A file that was truncated is read from its beginning. It is known by being shorter
/// than what was read, or by other bytes where the last 1024 were read: so also one that
/// has grown past its old length since.
///
/// # Panics
///
/// When it waits where no tokio runtime with time is there.
#[inline]
pub fn tail(path: impl AsRef<Path>, from_end: bool) -> (Tail, Ty<io::Result<String>>) {
    let tail = Tail {
        path: path.as_ref().to_owned(),
        from_end,
        file: None,
        old: None,
        timer: Timer::new(),
        over: false,
    };
    (tail, Ty::new())
}

/// The lines of a file that grows.
pub struct Tail {
    path: PathBuf,
    /// True when the lines that are there at the first look are left out.
    from_end: bool,
    /// There once the file is.
    file: Option<Follow>,
    /// The file that had the path before, and how many looks more it gets.
    old: Option<(Follow, u32)>,
    timer: Timer,
    over: bool,
}

impl Tail {
    /// The next complete line; `None` where there is none yet.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some((old, looks)) = &mut self.old {
            if let Some(line) = old.line()? {
                return Ok(Some(line));
            }
            *looks -= 1;
            if *looks == 0 {
                let rest = old.rest();
                self.old = None;
                if rest.is_some() {
                    return Ok(rest);
                }
            }
        }
        loop {
            let Some(file) = &mut self.file else {
                self.file = Follow::open(&self.path)?;
                if let (true, Some(file)) = (mem::take(&mut self.from_end), &mut self.file) {
                    file.skip_lines()?;
                }
                if self.file.is_none() {
                    return Ok(None);
                }
                continue;
            };
            if let Some(line) = file.line()? {
                return Ok(Some(line));
            }
            match file.look(&self.path)? {
                Look::Same => return Ok(None),
                Look::Again => {}
                Look::Other => {
                    // What was written before it lost its name is read first.
                    if let Some(line) = file.line()? {
                        return Ok(Some(line));
                    }
                    if file.waits_for_line_end(PATIENCE) {
                        return Ok(None);
                    }
                    let rest = file.rest();
                    let new = Follow::open(&self.path)?;
                    let old = mem::replace(&mut self.file, new);
                    self.old = old.map(|old| (old, FAREWELL));
                    if rest.is_some() {
                        return Ok(rest);
                    }
                }
            }
        }
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
                    let text = String::from_utf8(line);
                    let text = text.map_err(|_| not_utf8("a line", &self.path));
                    return Poll::Ready(Some(text));
                }
                Ok(None) => self.timer.set(Instant::now() + EVERY),
                Err(error) => {
                    self.over = true;
                    let error = with_path("read", &self.path, &error);
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
