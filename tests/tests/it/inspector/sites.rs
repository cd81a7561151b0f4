//! Applications behind a page.

use std::fs;
use std::time::Duration;

use flow_runtime::inspect::{Behind, Site, User};
use flow_runtime::{ErrorKind, Hub, flow};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{Socket, get, get_with, say};

/// A folder of files, and what lies beside it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("static");
    fs::create_dir_all(root.join("deep/er")).unwrap();
    fs::write(root.join("index.html"), "<!doctype html><h1>hello</h1>").unwrap();
    fs::write(root.join("app.js"), "start()").unwrap();
    fs::write(root.join("deep/er/index.html"), "deep").unwrap();
    fs::write(root.join("a b.txt"), "spaced").unwrap();
    fs::write(root.join(".env"), "secret").unwrap();
    fs::write(root.join("big.bin"), vec![7; 300_000]).unwrap();
    fs::write(root.join("empty.txt"), "").unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.txt", root.join("link.txt")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
    }
    folder
}

/// Runs a site on a thread of its own until it is dropped. Returns its host and token.
struct Running {
    host: String,
    token: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

fn run(site: Site) -> Running {
    let bound = site.quiet().bind("127.0.0.1:0").unwrap();
    let url = bound.url();
    let (host, token) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once("/?token=")
        .unwrap();
    let (host, token) = (host.to_owned(), token.to_owned());
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            tokio::select! {
                never = bound.run() => match never {},
                _ = stopped => {}
            }
        });
    });
    Running {
        host,
        token,
        stop: Some(stop),
        thread: Some(thread),
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

#[test]
fn files_are_shown() {
    let folder = folder();
    let site = run(Site::new(folder.path().join("static")));
    let host = &site.host;
    let index = get(host, "/");
    assert_eq!(
        (index.status, index.text()),
        (200, "<!doctype html><h1>hello</h1>")
    );
    assert_eq!(
        index.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        index
            .header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'self'")
    );
    let script = get(host, "/app.js?v=1");
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(get(host, "/a%20b.txt").text(), "spaced");
    assert_eq!(get(host, "/deep/er/").text(), "deep");
    let moved = get(host, "/deep/er?token=a");
    assert_eq!(
        (moved.status, moved.header("location")),
        (308, Some("/deep/er/?token=a"))
    );
    let big = get(host, "/big.bin");
    assert_eq!(
        (big.header("content-length"), big.body.len()),
        (Some("300000"), 300_000)
    );
    assert!(big.body.iter().all(|byte| *byte == 7));
    assert_eq!(
        (
            get(host, "/empty.txt").status,
            get(host, "/empty.txt").body.len()
        ),
        (200, 0)
    );
    let head = say(
        host,
        format!("HEAD /big.bin HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes(),
    )
    .unwrap();
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, Some("300000"), 0)
    );
    // No folder is listed.
    assert_eq!(get(host, "/deep/").status, 404);
    // A page of another server reads nothing here.
    assert_eq!(
        get_with(host, "/", &[("Origin", "http://evil.example")]).status,
        403
    );
    let misdirected = say(host, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").unwrap();
    assert_eq!(misdirected.status, 421);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let folder = folder();
    let site = run(Site::new(folder.path().join("static")));
    let beside = folder.path().join("secret.txt");
    let absolute = format!("/{}", beside.display());
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/deep/../../secret.txt",
        "/.%2e/secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "//../secret.txt",
        "/%252e%252e/secret.txt",
        "/.env",
        "/%2eenv",
        "/link.txt",
        "/up/secret.txt",
        "/app.js%00.txt",
        "/%ff",
        "/app.js/",
        "/..",
        "/...",
        "/nothing",
        &absolute,
    ] {
        let answer = get(&site.host, path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        assert!(!answer.text().contains("secret"), "{path}");
    }
    assert_eq!(
        say(
            &site.host,
            format!("GET ../secret.txt HTTP/1.1\r\nHost: {}\r\n\r\n", site.host).as_bytes()
        )
        .unwrap()
        .status,
        400
    );
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_file_and_holds_nobody_up() {
    let folder = folder();
    let pipe = folder.path().join("static/pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let site = run(Site::new(folder.path().join("static")));
    assert_eq!(get(&site.host, "/pipe").status, 404);
}

#[derive(Deserialize)]
enum Command {
    Double(u32),
    Who,
    Wait(u64),
    Long(usize),
    Panic,
}

#[derive(Serialize)]
enum Reply {
    Number(u32),
    Name(String),
}

async fn answer(command: Command, user: User) -> Reply {
    match command {
        Command::Double(number) => Reply::Number(number * 2),
        Command::Who => Reply::Name(user.name().to_owned()),
        Command::Wait(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Reply::Number(0)
        }
        Command::Long(size) => Reply::Name("x".repeat(size)),
        Command::Panic => panic!("it was told to"),
    }
}

#[test]
fn commands_are_answered_with_their_ids() {
    let folder = folder();
    let site = run(Site::new(folder.path().join("static")).socket(answer));
    assert_eq!(Socket::ask(&site.host, "/socket", &[]).1, 401);
    let origin = [("Origin", "http://evil.example")];
    let path = format!("/socket?token={}", site.token);
    assert_eq!(Socket::ask(&site.host, &path, &origin).1, 403);
    let mut socket = Socket::open(&site.host, &site.token);
    assert_eq!(
        socket.command(json!({ "Double": 21 }))["reply"],
        json!({ "Number": 42 })
    );
    assert_eq!(
        socket.command(json!("Who"))["reply"],
        json!({ "Name": "owner" })
    );
    // One that takes its time holds no other up.
    socket.send_text(r#"{"id":"slow","command":{"Wait":300}}"#);
    socket.send_text(r#"{"id":"quick","command":{"Double":1}}"#);
    assert_eq!(socket.message()["id"], "quick");
    assert_eq!(socket.message()["id"], "slow");
    // Mistakes and panics are answered, and the next command is as well.
    for (command, why) in [
        (json!({ "Double": -1 }), "no command"),
        (json!("Panic"), "panic"),
        (
            json!({ "Long": 1024 * 1024 }),
            "the reply is longer than 1048576 bytes",
        ),
        (json!({ "Long": 20_000_000 }), "longer than"),
        (json!(null), "no command"),
    ] {
        let answer = socket.command(command);
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
    socket.send_text("no json");
    let answer = socket.message();
    assert!(
        answer["id"].is_null() && answer["error"].as_str().unwrap().contains("no JSON"),
        "{answer}"
    );
    assert_eq!(
        socket.command(json!({ "Double": 2 }))["reply"],
        json!({ "Number": 4 })
    );
    let long = 1024 * 1024 - "{\"Name\":\"\"}".len();
    let reply = &socket.command(json!({ "Long": long }))["reply"]["Name"];
    assert_eq!(reply.as_str().unwrap().len(), long);
}

#[test]
fn an_event_that_is_too_long_is_told_as_such() {
    let folder = folder();
    let hub: Hub<String> = Hub::new(4);
    let site = run(Site::new(folder.path().join("static")).hub(&hub));
    let mut socket = Socket::open(&site.host, &site.token);
    std::thread::sleep(Duration::from_millis(100));
    let items = ["x".repeat(2_000_000), "short".to_owned()];
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let flow = flow! { from(items) -> tap(&hub) -> drain() };
    runtime.unwrap().block_on(flow.run());
    let why = "an item is longer than 1048576 bytes";
    assert_eq!(socket.message(), json!({ "error": why }));
    assert_eq!(socket.message(), json!({ "event": "short" }));
}

#[test]
fn what_passes_a_hub_is_told_to_all() {
    let folder = folder();
    let hub: Hub<u32> = Hub::new(4);
    let site = run(Site::new(folder.path().join("static")).hub(&hub));
    let mut sockets: Vec<_> = (0..3)
        .map(|_| Socket::open(&site.host, &site.token))
        .collect();
    // The talks begin after the answer to the upgrade.
    std::thread::sleep(Duration::from_millis(100));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for round in 0..2 {
        runtime.block_on(flow! { from([round * 2, round * 2 + 1]) -> tap(&hub) -> drain() }.run());
        for socket in &mut sockets {
            assert_eq!(socket.message(), json!({ "event": round * 2 }));
            assert_eq!(socket.message(), json!({ "event": round * 2 + 1 }));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // A flood is not waited for: what is told and what is missed add up to it.
    runtime.block_on(flow! { from(0..100_000) -> tap(&hub) -> drain() }.run());
    for socket in &mut sockets {
        let mut count = 0;
        while count < 100_000 {
            let message = socket.message();
            count += message
                .get("missed")
                .map_or(1, |missed| missed.as_u64().unwrap());
        }
        assert_eq!(count, 100_000);
    }
    // There are events, but no commands.
    assert!(
        sockets[0].command(json!(1))["error"]
            .as_str()
            .unwrap()
            .contains("no commands")
    );
}

#[test]
fn a_site_that_cannot_be_served_says_so() {
    let folder = folder();
    let root = folder.path().join("static");
    for (site, address, why) in [
        (
            Site::new("no-such-folder"),
            "127.0.0.1:0",
            "the folder `no-such-folder` cannot be shown",
        ),
        (
            Site::new(root.join("app.js")),
            "127.0.0.1:0",
            "app.js` cannot be shown",
        ),
        (Site::new(&root).policy("a\nb"), "127.0.0.1:0", "policy"),
        (Site::new(&root), "0.0.0.0:0", "`bind_public`"),
        (Site::new(&root), "192.0.2.1:80", "`bind_public`"),
    ] {
        let error = site.bind(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Serve);
        assert!(error.to_string().contains(why), "{error}");
    }
    let first = Site::new(&root).quiet().bind("127.0.0.1:0").unwrap();
    let error = Site::new(&root).bind(first.address()).unwrap_err();
    assert!(
        error.to_string().contains("cannot be listened at"),
        "{error}"
    );
    let error = Site::new(&root)
        .bind_public("127.0.0.1:0", Behind::Tls)
        .unwrap_err();
    assert!(error.to_string().contains("`host`"), "{error}");
    for name in ["", "https://a", "a b", "a/b", "ä"] {
        assert!(Site::new(&root).host(name).is_err(), "{name}");
    }
}

#[test]
fn dropped_it_is_gone() {
    let folder = folder();
    let site = run(Site::new(folder.path().join("static")).socket(answer));
    let host = site.host.clone();
    let mut socket = Socket::open(&host, &site.token);
    socket.send_text(r#"{"id":1,"command":{"Wait":100000}}"#);
    std::thread::sleep(Duration::from_millis(50));
    drop(site);
    assert_eq!(socket.closed(), None);
    assert!(std::net::TcpStream::connect(&host).is_err());
}
