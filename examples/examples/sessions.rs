//! Run it with `cargo run -p flow-examples --example sessions`, a second time as well
//!
//! Sessions of a click log. Clicks come a little out of order; those that come too late
//! for that go into a file of their own. The job resumes: interrupt it at any point,
//! `kill -9` included, and run it again in the same folder (`-- some/folder`).
//!
//! A line of the log is done with when its session is written, so what was in an open
//! session is read again. In a crash the sessions that were not done with are written
//! once more, and perhaps shorter, within the time of the whole one: [`sessions`] leaves
//! those out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow_runtime::{BoxError, Offsets, flow};

/// The time a user may be silent within a session.
const GAP: Duration = Duration::from_secs(30);

/// The time by which the log may be out of order.
const LATE: Duration = Duration::from_secs(5);

/// A line `1700000000 ann /prices`.
struct Click {
    at: SystemTime,
    user: String,
    page: String,
}

fn parse(line: String) -> Result<Click, BoxError> {
    let mut words = line.split(' ');
    let mut word = || words.next().ok_or_else(|| format!("too short: {line}"));
    let at = UNIX_EPOCH + Duration::from_secs(word()?.parse()?);
    let (user, page) = (word()?.to_owned(), word()?.to_owned());
    Ok(Click { at, user, page })
}

/// The seconds since 1970.
fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Reads `clicks.log` in a folder from where it stopped, and writes `sessions.txt` and
/// `late.txt` behind what is in them.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn run(folder: &Path) -> Result<(), BoxError> {
    let offsets = Offsets::open(folder.join("offsets"))?;
    flow! {
        clicks  = lines(folder.join("clicks.log"), resume = &offsets)? -> map(parse)? else broken;
        ordered = clicks -> in_order(|click| click.at, late = LATE)? else late;

        ordered -> session_window(GAP, |click| click.at, by = |click| click.user.clone())?
            -> aggregate(count())
            -> map(|(user, span, clicks)| format!("{user} {} {} {clicks}", seconds(span.start), seconds(span.end)))
            -> write_lines(folder.join("sessions.txt"), append = true)?;

        late    = map(|late| (seconds(late.item.at), late.item.user, late.item.page, late.by))
            -> map(|(at, user, page, by)| format!("{at} {user} {page} late by {by:?}"))
            -> write_lines(folder.join("late.txt"), append = true)?;
        broken  = for_each(|error| eprintln!("{error}"));
    }
    .run()?;
    Ok(())
}

/// A session: its start, its end, and the number of clicks.
type Session = (u64, u64, usize);

/// The sessions that were written, by user, but for those within another one.
///
/// # Errors
///
/// If the file cannot be read.
pub fn sessions(folder: &Path) -> Result<BTreeMap<String, BTreeSet<Session>>, BoxError> {
    let mut all: BTreeMap<String, BTreeSet<Session>> = BTreeMap::new();
    for line in fs::read_to_string(folder.join("sessions.txt"))?.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if let [user, start, end, clicks] = words.as_slice() {
            let session = (start.parse()?, end.parse()?, clicks.parse()?);
            all.entry((*user).to_owned()).or_default().insert(session);
        }
    }
    for sessions in all.values_mut() {
        let whole = sessions.clone();
        let within = |(start, end, clicks): &Session, other: &Session| {
            (*start, *end, *clicks) != *other
                && other.0 <= *start
                && *end <= other.1
                && *clicks <= other.2
        };
        sessions.retain(|each| !whole.iter().any(|other| within(each, other)));
    }
    Ok(all)
}

/// A log of some users who come and go: most clicks nearly in order, a few far behind.
pub fn log(clicks: u64) -> String {
    const USERS: [&str; 5] = ["ann", "bob", "eve", "joe", "sue"];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    let mut now = 1_700_000_000;
    let mut lines = String::new();
    for _ in 0..clicks {
        now += below(12);
        let behind = if below(50) == 0 { 600 } else { below(6) };
        let user = USERS[usize::try_from(below(5)).unwrap_or_default()];
        lines += &format!("{} {user} /page/{}\n", now - behind, below(20));
    }
    lines
}

#[allow(dead_code, reason = "a test runs the parts")]
fn main() -> Result<(), BoxError> {
    let given = std::env::args_os().nth(1);
    let folder = given.map_or_else(|| std::env::temp_dir().join("flow-sessions"), Into::into);
    fs::create_dir_all(&folder)?;
    let clicks = folder.join("clicks.log");
    if !clicks.exists() {
        fs::write(&clicks, log(1000))?;
    }
    run(&folder)?;
    for (user, sessions) in sessions(&folder)? {
        let clicks: usize = sessions.iter().map(|session| session.2).sum();
        println!("{user}: {clicks} clicks in {} sessions", sessions.len());
    }
    let late = fs::read_to_string(folder.join("late.txt"))?;
    println!(
        "{} clicks came too late, see {}",
        late.lines().count(),
        folder.display()
    );
    Ok(())
}
