//! Files of offsets with damage of all kinds: no panic, an error that names the file
//! and says what to do, and the file as it was.
//!
//! `FLOW_FUZZ_OFFSETS=5000` makes so many of them, instead of 500.
//! `FLOW_FUZZ_SEED` is the seed; what it was is in the message of a failure.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use flow_runtime::{Offsets, flow};

use super::files::Files;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % bound
    }

    /// The text with some damage.
    fn damage(&mut self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(text.len() + 1);
            match self.below(7) {
                0 => text.truncate(at),
                1 if at < text.len() => text[at] ^= 1 << self.below(8),
                2 => text.insert(at, self.below(256) as u8),
                3 if at < text.len() => drop(text.remove(at)),
                4 => text.splice(at..at, *b"\0\0\0\0").for_each(drop),
                5 => text.extend_from_slice(&text.clone()[at..]),
                6 => text.insert(at, b'0' + self.below(10) as u8),
                _ => {}
            }
        }
        text
    }
}

/// An error of a file: which one it is, and what to do.
fn check(error: &io::Error, path: &Path) {
    let text = error.to_string();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text}");
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(text.contains("remove"), "{text}");
}

#[test]
fn damaged_offsets_are_refused_or_right() {
    let number = |name| std::env::var(name).ok()?.parse().ok();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("FLOW_FUZZ_SEED").unwrap_or(now.as_nanos() as u64);
    let rounds = number("FLOW_FUZZ_OFFSETS").unwrap_or(500);
    println!("seed {seed}");
    let mut random = Random(seed);
    for text in ["one\ntwo\nthree\nfour\n", "one\ntwo"] {
        let files = Files::new(text);
        let seen = flow! {
            lines(files.text(), resume = files.offsets())? -> take(2) -> count()
        };
        assert_eq!(seen.run().unwrap(), 2);
        let whole = fs::read(files.log()).unwrap();
        let (mut refused, mut right) = (0, 0);
        for _ in 0..rounds / 2 {
            let damaged = random.damage(&whole);
            fs::write(files.log(), &damaged).unwrap();
            match Offsets::open(files.log()) {
                Err(error) => {
                    check(&error, &files.log());
                    refused += 1;
                }
                Ok(offsets) => {
                    // The numbers are what they were.
                    assert_eq!(
                        (offsets.position().line, offsets.position().end),
                        (2, 8 - u64::from(text.len() < 8))
                    );
                    right += 1;
                }
            }
            assert_eq!(fs::read(files.log()).unwrap(), damaged, "it is as it was");
        }
        assert!(refused > right, "{refused} refused, {right} right");
    }
}

#[test]
fn wrong_offsets_without_a_sum_end_at_a_line_or_are_refused() {
    let files = Files::new("one\ntwo\nthree\nfour\n");
    for (offset, right) in (1..30).map(|offset| (offset, [4, 8, 14, 19].contains(&offset))) {
        let text = format!("{{\"offset\":{offset},\"lines\":1}}\n");
        fs::write(files.log(), &text).unwrap();
        let lines = flow! { lines(files.text(), resume = files.offsets()) -> first() };
        match lines.run() {
            Some(Err(error)) => {
                assert!(!right);
                check(&error, &files.log());
                assert_eq!(fs::read_to_string(files.log()).unwrap(), text);
            }
            _ => assert!(right),
        }
    }
}

/// A process that is being started has a copy of what is open, with its lock, for a moment.
#[test]
fn damaged_offsets_are_let_go_of_at_once() {
    let files = Files::new("one\n");
    fs::write(files.log(), "damaged").unwrap();
    let opened = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !opened.load(Ordering::Relaxed) {
                let status = Command::new(env!("CARGO")).arg("--version").output();
                assert!(status.unwrap().status.success());
            }
        });
        let errors: Vec<io::Error> = (0..2000)
            .filter_map(|_| Offsets::open(files.log()).err())
            .collect();
        opened.store(true, Ordering::Relaxed);
        assert_eq!(errors.len(), 2000);
        errors.iter().for_each(|error| check(error, &files.log()));
    });
}
