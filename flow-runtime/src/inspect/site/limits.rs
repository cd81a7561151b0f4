//! The bounds of what anybody can ask of a server.

use std::time::{Duration, Instant};

/// The number of connections that are open at once.
pub const CONNECTIONS: usize = 128;
/// The number of them that may be sockets, so that pages can be had whoever listens.
pub const SOCKETS: usize = 96;
/// The time in which a request has to be there.
pub const HEAD_TIME: Duration = Duration::from_secs(5);
/// The size of the head of a request, in bytes.
pub const HEAD_SIZE: usize = 16 * 1024;
/// The number of headers of a request.
pub const HEADERS: usize = 64;
/// The time in which an answer has to be taken.
pub const ANSWER_TIME: Duration = Duration::from_secs(300);
/// The number of requests a second, of all who ask.
pub const REQUESTS: f64 = 200.0;
/// The size of a message from a browser, in bytes.
pub const MESSAGE_SIZE: usize = 16 * 1024;
/// The size of a reply to a browser, or of an event for it, in bytes.
pub const REPLY_SIZE: usize = 1024 * 1024;
/// The number of messages a second from one browser.
pub const MESSAGES: f64 = 20.0;
/// The number of commands of one socket that are answered at once.
pub const COMMANDS: usize = 8;
/// The time in which a browser has to take a message.
pub const TAKE_TIME: Duration = Duration::from_secs(20);
/// The time between two signs of life that a browser is asked for.
pub const PING_EVERY: Duration = Duration::from_secs(20);

/// A bucket that fills with permits at a steady rate, up to two seconds' worth.
#[derive(Debug)]
pub struct Bucket {
    a_second: f64,
    permits: f64,
    last: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn new(a_second: f64) -> Self {
        Self {
            a_second,
            permits: a_second * 2.0,
            last: Instant::now(),
        }
    }

    /// Takes a permit; returns false where there is none.
    pub fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.last).as_secs_f64();
        self.last = now;
        self.permits = (self.permits + passed * self.a_second).min(self.a_second * 2.0);
        let is_there = self.permits >= 1.0;
        if is_there {
            self.permits -= 1.0;
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_two_seconds_worth_and_then_its_rate() {
        let mut bucket = Bucket::new(10.0);
        let start = bucket.last;
        assert_eq!((0..100).filter(|_| bucket.take(start)).count(), 20);
        let later = start + Duration::from_millis(510);
        assert_eq!((0..100).filter(|_| bucket.take(later)).count(), 5);
    }
}
