//! Ten thousand connections at once, in a process of their own: a process has few handles
//! unless it asks for more.

use std::{
    fs,
    io::{ErrorKind, Read},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use super::{client::say, inspector};

const CROWD: usize = 10_000;
/// The connections that a server has at once.
const SERVED: usize = 128;
/// The number of other files that the process has open.
const SPARE: usize = 300;

fn from_proc(file: &str, start: &str, word: usize) -> usize {
    let text = fs::read_to_string(format!("/proc/self/{file}")).unwrap();
    let line = text.lines().find(|line| line.starts_with(start)).unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    words[word].parse().unwrap_or(usize::MAX)
}

fn is_served(host: &str, token: &str) -> bool {
    let request = format!("GET /snapshot?token={token} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    say(host, request.as_bytes()).is_some_and(|answer| answer.status == 200)
}

/// Returns whether the server has told a client that there are too many, or cut it off.
fn is_refused(mut stream: &TcpStream) -> bool {
    stream
        .set_read_timeout(Some(Duration::from_millis(1)))
        .unwrap();
    let mut first = [0; 12];
    match stream.read(&mut first) {
        Ok(length) => [&b"HTTP/1.1 503"[..], b""].contains(&&first[..length]),
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn child() {
    if std::env::var_os("FLOW_CROWD").is_none() {
        return;
    }
    let handles = from_proc("limits", "Max open files", 3);
    if handles < CROWD + SERVED + SPARE {
        println!("SKIPPED {handles} handles are too few for {CROWD} connections");
        return;
    }
    let (_view, host, token) = inspector();
    assert!(is_served(&host, &token));
    let before = from_proc("status", "VmRSS", 1);
    let mut crowd = Vec::with_capacity(CROWD);
    while crowd.len() < CROWD {
        crowd.push(TcpStream::connect(&host).unwrap());
        // One that finds too many waiting to be accepted is tried again after a second.
        if crowd.len() % 64 == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    let (begin, mut refused) = (Instant::now(), vec![false; CROWD]);
    let count = |refused: &[bool]| refused.iter().filter(|each| **each).count();
    // The last of them may not have been looked at yet.
    while count(&refused) < CROWD - SERVED && begin.elapsed() < Duration::from_secs(20) {
        for (stream, refused) in crowd.iter().zip(&mut refused) {
            *refused = *refused || is_refused(stream);
        }
    }
    let refused = count(&refused);
    let grown = from_proc("status", "VmRSS", 1).saturating_sub(before);
    // Nobody in the crowd asks for anything: they lose their places, and stay connected.
    let begin = Instant::now();
    while !is_served(&host, &token) {
        assert!(
            begin.elapsed() < Duration::from_secs(30),
            "nobody is served"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(crowd);
    assert!(is_served(&host, &token));
    println!("CROWD refused {refused} grown {grown} kB");
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_connections_are_refused_and_forgotten() {
    let name = "inspector::crowd::child";
    let raised = r#"ulimit -n "$(ulimit -Hn)"; exec "$0" "$@""#;
    let run = Command::new("sh")
        .args(["-c", raised])
        .arg(std::env::current_exe().unwrap())
        .args([name, "--ignored", "--exact", "--nocapture"])
        .env("FLOW_CROWD", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    let failed = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}{failed}");
    if let Some(why) = said.lines().find(|line| line.contains("SKIPPED")) {
        return eprintln!("{why}");
    }
    let line = said.lines().find(|line| line.contains("CROWD"));
    let line = line.unwrap_or_else(|| panic!("{said}{failed}"));
    println!("{line}");
    let words: Vec<_> = line.split_whitespace().collect();
    let at = |word| -> usize {
        let place = words.iter().position(|each| *each == word).unwrap();
        words[place + 1].parse().unwrap()
    };
    // Where it took long, some had lost their places to others meanwhile.
    assert!(at("refused") >= CROWD - 3 * SERVED, "{line}");
    // Ten thousand buffers of a kilobyte each would be more.
    assert!(at("grown") < 8 * 1024, "{line}");
}
