//! A client of HTTP and WebSockets that says whatever it is told to.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An answer: its status, its headers in lower case, and what follows.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    fn is_whole(&self) -> bool {
        let length = self
            .header("content-length")
            .and_then(|length| length.parse().ok());
        length.is_some_and(|length: usize| length > 0 && self.body.len() >= length)
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
    }
}

pub fn connect(host: &str) -> TcpStream {
    let stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Says something, and returns all that is answered until the end of the connection.
pub fn say(host: &str, request: &[u8]) -> Option<Answer> {
    let mut stream = connect(host);
    // It may be refused before all of it was said.
    let _ = stream.write_all(request);
    let mut all = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => {
                all.extend_from_slice(&chunk[..count]);
                // Other servers keep the connection.
                if answer(&all).is_some_and(|answer| answer.is_whole()) {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    answer(&all)
}

fn answer(all: &[u8]) -> Option<Answer> {
    let end = all.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = str::from_utf8(&all[..end]).unwrap();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let lower = rest.lines().map(|line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        format!("{}:{value}\n", name.to_ascii_lowercase())
    });
    Some(Answer {
        status,
        head: format!("{first}\n{}", lower.collect::<String>()),
        body: all[end + 4..].to_vec(),
    })
}

/// Gets a path, with these headers beside its `Host`.
pub fn get_with(host: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    say(host, request.as_bytes()).unwrap_or_else(|| panic!("no answer to {request}"))
}

pub fn get(host: &str, path: &str) -> Answer {
    get_with(host, path, &[])
}

/// The headers that ask for a WebSocket.
pub const UPGRADE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// A WebSocket.
pub struct Socket {
    stream: TcpStream,
    next: u64,
    /// The updates that came while something else was waited for.
    pub updates: Vec<Value>,
}

impl Socket {
    pub fn open(host: &str, token: &str) -> Self {
        Self::at(host, &format!("/socket?token={token}"))
    }

    /// Opens the WebSocket of a path.
    pub fn at(host: &str, path: &str) -> Self {
        let (stream, status) = Self::ask(host, path, &[]);
        assert_eq!(status, 101);
        Self {
            stream,
            next: 1,
            updates: Vec::new(),
        }
    }

    /// Asks for a WebSocket. Returns the status of the answer.
    pub fn ask(host: &str, path: &str, more: &[(&str, &str)]) -> (TcpStream, u16) {
        let mut stream = connect(host);
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in UPGRADE.iter().chain(more) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (stream, status)
    }

    /// Sends one frame.
    pub fn send(&mut self, opcode: u8, payload: &[u8]) -> std::io::Result<()> {
        let mut frame = vec![0x80 | opcode];
        match u16::try_from(payload.len()) {
            Ok(short @ 0..126) => frame.push(0x80 | short as u8),
            Ok(long) => {
                frame.push(0x80 | 126);
                frame.extend(long.to_be_bytes());
            }
            Err(_) => {
                frame.push(0x80 | 127);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        let mask = [1, 2, 3, 4];
        frame.extend(mask);
        frame.extend(
            payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        self.stream.write_all(&frame)
    }

    pub fn send_text(&mut self, text: &str) {
        self.send(1, text.as_bytes()).unwrap();
    }

    /// Receives one frame: its opcode and content. `None` at the end of the connection.
    pub fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut read = |count: usize| {
            let mut bytes = vec![0; count];
            match self.stream.read_exact(&mut bytes) {
                Ok(()) => Some(bytes),
                Err(error) => match error.kind() {
                    ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => None,
                    _ => panic!("{error}"),
                },
            }
        };
        let head = read(2)?;
        let length = match head[1] {
            126 => u64::from(u16::from_be_bytes(read(2)?.try_into().unwrap())),
            127 => u64::from_be_bytes(read(8)?.try_into().unwrap()),
            short => u64::from(short),
        };
        Some((head[0] & 15, read(usize::try_from(length).unwrap())?))
    }

    /// Receives the next message as JSON.
    pub fn message(&mut self) -> Value {
        loop {
            match self.receive().expect("the connection goes on") {
                (1, text) => return serde_json::from_slice(&text).unwrap(),
                (9, _) => {}
                (opcode, content) => panic!("{opcode}: {content:?}"),
            }
        }
    }

    /// Asks for something, and returns the answer.
    pub fn command(&mut self, command: Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.send_text(&json!({ "id": id, "command": command }).to_string());
        loop {
            let message = self.message();
            if message.get("id") == Some(&json!(id)) {
                return message;
            }
            self.updates.push(message);
        }
    }

    /// Returns the first update for which a function returns something.
    pub fn until<T>(&mut self, what: impl Fn(&Value) -> Option<T>) -> T {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(20) {
            let message = match self.updates.is_empty() {
                true => self.message(),
                false => self.updates.remove(0),
            };
            if let Some(found) = what(&message["update"]) {
                return found;
            }
        }
        panic!("it never came")
    }

    /// Waits for the end of the connection; returns the code that it was closed with.
    pub fn closed(&mut self) -> Option<u16> {
        let mut code = None;
        while let Some((opcode, content)) = self.receive() {
            if opcode == 8 {
                code = Some(u16::from_be_bytes([content[0], content[1]]));
            }
        }
        code
    }
}
