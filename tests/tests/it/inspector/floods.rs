//! One client can do little to a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client::{Socket, connect, get, say};
use super::inspector;

#[test]
fn a_long_message_ends_the_socket() {
    let (_view, host, token) = inspector();
    let mut socket = Socket::open(&host, &token);
    // 16 KiB are allowed.
    let padding = "x".repeat(16 * 1024 - 200);
    let answer = socket.command(serde_json::json!({ "get": { "of": padding, "names": [] } }));
    assert!(answer["reply"].is_object(), "{answer}");
    let _ = socket.send(1, &vec![b'x'; 16 * 1024 + 1]);
    assert_eq!(socket.closed(), Some(1009));

    // One that is only announced: nothing is waited for, and no memory is taken.
    let (mut stream, status) = Socket::ask(&host, &format!("/socket?token={token}"), &[]);
    assert_eq!(status, 101);
    let mut head = vec![0x81, 0x80 | 127];
    head.extend(u64::MAX.to_be_bytes());
    stream.write_all(&head).unwrap();
    stream.write_all(&[0; 4]).unwrap();
    let begin = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(begin.elapsed() < Duration::from_secs(5));

    // Frames that are small, of a message that is not.
    let mut socket = Socket::open(&host, &token);
    let (mut stream, _) = Socket::ask(&host, &format!("/socket?token={token}"), &[]);
    for index in 0..40_u8 {
        // Text first, then what goes on with it; the last bit of an end is never set.
        let mut frame = vec![u8::from(index == 0), 0x80 | 126];
        frame.extend(1000_u16.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend([b'x'; 1000]);
        if stream.write_all(&frame).is_err() {
            break;
        }
    }
    let _ = stream.read_to_end(&mut rest);
    // Nobody else notices.
    let answer = socket.command(serde_json::json!({ "get": { "of": "x", "names": ["y"] } }));
    assert!(answer["reply"]["values"]["y"].is_null());
}

#[test]
fn what_is_no_websocket_ends_it() {
    let (_view, host, token) = inspector();
    // Without a mask; with a bit that means nothing; a kind of frame that is none.
    for frame in [
        &[0x81, 1, b'x'][..],
        &[0xf1, 0x81, 0, 0, 0, 0, 1],
        &[0x83, 0x80, 0, 0, 0, 0],
    ] {
        let (mut stream, _) = Socket::ask(&host, &format!("/socket?token={token}"), &[]);
        stream.write_all(frame).unwrap();
        let mut rest = Vec::new();
        let begin = Instant::now();
        let _ = stream.read_to_end(&mut rest);
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn too_many_messages_end_the_socket() {
    let (_view, host, token) = inspector();
    let mut socket = Socket::open(&host, &token);
    for id in 0..200 {
        let text = format!(r#"{{"id":{id},"command":{{"get":{{"of":"x","names":[]}}}}}}"#);
        if socket.send(1, text.as_bytes()).is_err() {
            break;
        }
    }
    assert_eq!(socket.closed(), Some(1008));
}

#[test]
fn who_leaves_is_answered() {
    let (_view, host, token) = inspector();
    for (said, answered) in [(&b"\x03\xe8bye"[..], &b"\x03\xe8bye"[..]), (b"", b"")] {
        let mut socket = Socket::open(&host, &token);
        // What is still on its way to the server does no harm.
        for text in ["{\"id\":1,\"command\":{}}", "x"] {
            socket.send_text(text);
        }
        socket.send(8, said).unwrap();
        let _ = socket.send(1, &[b'x'; 60_000]);
        let mut frames = std::iter::from_fn(|| socket.receive());
        let last = frames.find(|(opcode, _)| *opcode == 8);
        assert_eq!(last, Some((8, answered.to_vec())));
        assert_eq!(frames.next(), None);
    }
}

/// A last word that is sent to one who goes on talking is heard all the same.
#[test]
fn who_is_sent_away_hears_why() {
    let (_view, host, token) = inspector();
    for _ in 0..20 {
        let mut socket = Socket::open(&host, &token);
        for _ in 0..300 {
            let _ = socket.send(1, b"x");
        }
        assert_eq!(socket.closed(), Some(1008));
        let mut socket = Socket::open(&host, &token);
        for _ in 0..3 {
            let _ = socket.send(1, &[b'x'; 200_000]);
        }
        assert_eq!(socket.closed(), Some(1009));
    }
}

#[test]
fn connections_are_counted() {
    let (_view, host, token) = inspector();
    let open: Vec<TcpStream> = (0..300).map(|_| connect(&host)).collect();
    std::thread::sleep(Duration::from_millis(300));
    // Those too many were told so and cut off at once; the others may wait for a while.
    let refused = open.iter().filter(|stream| {
        stream
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let mut first = [0; 12];
        matches!((&**stream).read(&mut first), Ok(12) if first == *b"HTTP/1.1 503")
    });
    let refused = refused.count();
    assert_eq!(refused, 300 - 128);
    drop(open);
    // They are gone when their ends are seen.
    let begin = Instant::now();
    while get_status(&host, &token) != Some(200) {
        assert!(begin.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn get_status(host: &str, token: &str) -> Option<u16> {
    let request = format!("GET /snapshot?token={token} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    say(host, request.as_bytes()).map(|answer| answer.status)
}

#[test]
fn sockets_leave_room_for_pages() {
    let (_view, host, token) = inspector();
    let path = format!("/socket?token={token}");
    let asked: Vec<_> = (0..110).map(|_| Socket::ask(&host, &path, &[])).collect();
    let count = |status| asked.iter().filter(|(_, of)| *of == status).count();
    assert_eq!((count(101), count(503)), (96, 14));
    assert_eq!(get(&host, &format!("/snapshot?token={token}")).status, 200);
}

#[test]
fn who_is_slow_to_ask_is_cut_off() {
    let (_view, host, token) = inspector();
    let mut slow = connect(&host);
    let begin = Instant::now();
    let head = format!("GET /snapshot?token={token} HTTP/1.1\r\nHost: {host}\r\n");
    slow.write_all(head.as_bytes()).unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    // A header every half second, for ever.
    let mut rest = [0; 512];
    loop {
        let written = slow.write_all(b"X-More: 1\r\n");
        let ended = match slow.read(&mut rest) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        };
        if ended || written.is_err() {
            break;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(15),
            "it goes on for ever"
        );
    }
    assert!(begin.elapsed() > Duration::from_secs(3));
}

#[test]
fn heads_are_bounded() {
    let (_view, host, token) = inspector();
    let path = format!("/snapshot?token={token}");
    let with = |more: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
        say(&host, request.as_bytes()).map(|answer| answer.status)
    };
    assert_eq!(with(""), Some(200));
    assert!(matches!(
        with(&format!("X: {}\r\n", "x".repeat(20_000))),
        Some(431) | None
    ));
    let many: String = (0..100).map(|index| format!("X-{index}: 1\r\n")).collect();
    assert!(matches!(with(&many), Some(431) | None));
    let long = format!(
        "GET /{}?token={token} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "x".repeat(70_000)
    );
    let long = say(&host, long.as_bytes()).map(|answer| answer.status);
    assert!(matches!(long, Some(414 | 431) | None), "{long:?}");
    for garbage in [
        "\r\n\r\n\r\n",
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "{\"id\":1}\r\n\r\n",
    ] {
        let status = say(&host, garbage.as_bytes()).map(|answer| answer.status);
        assert!(
            matches!(status, Some(400..=431) | None),
            "{garbage:?} {status:?}"
        );
    }
}

#[test]
fn requests_are_bounded_by_the_second() {
    let (_view, host, token) = inspector();
    let statuses: Vec<_> = (0..800).filter_map(|_| get_status(&host, &token)).collect();
    let begin = statuses.iter().take_while(|status| **status == 200).count();
    assert!(begin >= 100, "{begin}");
    // A machine that is slow may never get there.
    if let Some(other) = statuses.iter().find(|status| **status != 200) {
        assert_eq!(*other, 429);
    }
}
