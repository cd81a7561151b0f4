//! A browser without a window, told what to do by its protocol for developers.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Socket, get};

/// The names that the browser goes by.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A browser with one page.
pub struct Browser {
    child: Child,
    socket: Socket,
    next: u64,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// The name of the browser; `None` where the machine has none, which is told.
    fn name() -> Option<&'static str> {
        let is_there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
        let name = NAMES.iter().find(is_there);
        if name.is_none() {
            eprintln!("skipped: there is no chromium on this machine");
        }
        name.copied()
    }

    /// Returns whether the machine has a browser; that it has none is told.
    pub fn is_there() -> bool {
        Self::name().is_some()
    }

    /// Starts the browser; `None` where the machine has none, which is told.
    pub fn open(url: &str) -> Option<Self> {
        let name = Self::name()?;
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(name)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ])
            .args([
                "--no-first-run",
                "--disable-extensions",
                "--disable-background-networking",
            ])
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            let address = line.strip_prefix("DevTools listening on ws://")?;
            Some(address.split_once('/')?.0.to_owned())
        });
        let address = address.expect("the browser listens");
        // It goes on writing, and waits where nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        let begin = Instant::now();
        let path = loop {
            let pages = get(&address, "/json/list");
            let pages: Value = serde_json::from_slice(&pages.body).unwrap();
            let pages = pages.as_array().unwrap();
            let page = pages.iter().find(|page| page["type"] == "page");
            if let Some(page) = page {
                let url = page["webSocketDebuggerUrl"].as_str().unwrap();
                break url.split_once(&address).unwrap().1.to_owned();
            }
            assert!(begin.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(50));
        };
        let mut browser = Self {
            child,
            socket: Socket::at(&address, &path),
            next: 1,
            _folder: folder,
        };
        browser.ask("Page.enable", json!({}));
        browser.go(url);
        Some(browser)
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.next;
        self.next += 1;
        let text = json!({ "id": id, "method": method, "params": params });
        self.socket.send_text(&text.to_string());
        loop {
            let message = self.socket.message();
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    pub fn go(&mut self, url: &str) {
        self.ask("Page.navigate", json!({ "url": url }));
    }

    pub fn reload(&mut self) {
        self.ask("Page.reload", json!({}));
    }

    /// Returns what a script gives.
    pub fn run(&mut self, script: &str) -> Value {
        let value = self.tried(script);
        value.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    fn tried(&mut self, script: &str) -> Result<Value, Value> {
        let params = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let result = self.ask("Runtime.evaluate", params);
        match result.get("exceptionDetails") {
            None => Ok(result["result"]["value"].clone()),
            Some(exception) => Err(exception.clone()),
        }
    }

    /// Waits until a script gives something true, and returns it.
    #[track_caller]
    pub fn until(&mut self, script: &str) -> Value {
        let begin = Instant::now();
        loop {
            // What it looks for may not be there yet.
            let value = self.tried(script).unwrap_or_default();
            if !matches!(&value, Value::Null | Value::Bool(false)) && value != "" && value != 0 {
                return value;
            }
            if begin.elapsed() > Duration::from_secs(30) {
                let text = self.run("document.body.innerText");
                panic!("{script} never came: {text}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Presses keys as a person would.
    pub fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key == "Enter" && kind == "keyDown" {
                "\r"
            } else {
                ""
            };
            let code = if key == "Enter" { 13 } else { 0 };
            let params = json!({ "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code });
            self.ask("Input.dispatchKeyEvent", params);
        }
    }

    /// Types a text where the focus is.
    pub fn insert(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// Takes pictures in light, dark and on a phone, where a folder for them is named.
    pub fn pictures(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("INSPECTOR_PICTURES") else {
            return;
        };
        fs::create_dir_all(&folder).unwrap();
        for (kind, width, height, scheme) in [
            ("light", 1280, 900, "light"),
            ("dark", 1280, 900, "dark"),
            ("phone", 390, 844, "light"),
            ("phone-dark", 390, 844, "dark"),
        ] {
            let phone = width < 500;
            self.ask("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone }));
            self.ask(
                "Emulation.setEmulatedMedia",
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
            );
            std::thread::sleep(Duration::from_millis(600));
            let wide = self.run("document.documentElement.scrollWidth > innerWidth");
            assert_eq!(
                wide, false,
                "the page of {name} is wider than the {kind} screen"
            );
            let shot = self.ask(
                "Page.captureScreenshot",
                json!({ "format": "png", "captureBeyondViewport": true }),
            );
            let png = shot["data"].as_str().unwrap();
            fs::write(
                std::path::Path::new(&folder).join(format!("{name}-{kind}.png")),
                base64(png),
            )
            .unwrap();
        }
        self.ask("Emulation.clearDeviceMetricsOverride", json!({}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes of a text in base 64.
fn base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let Some(digit) = digits.iter().position(|other| *other == letter) else {
            break;
        };
        bits = bits << 6 | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
