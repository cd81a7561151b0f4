//! The cost of an inspector with ten browsers, and with ten more that read nothing: the CPU
//! time of its thread.
//!
//! `cargo bench -p flow-tests --bench inspector`. On Linux, which tells the time of a thread.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use flow_runtime::flow;
use flow_runtime::inspect::Inspector;

const BROWSERS: usize = 10;
const LASTS: Duration = Duration::from_secs(20);
/// The ticks of `/proc/self/task/*/stat` in a second.
const TICKS: f64 = 100.0;

static BYTES: AtomicU64 = AtomicU64::new(0);

fn main() {
    let view = Inspector::bind("127.0.0.1:0")
        .expect("a port is free")
        .quiet();
    let url = view.url();
    let rest = url.strip_prefix("http://").expect("it is plain HTTP");
    let (host, token) = rest.split_once("/?token=").expect("there is a token");
    for _ in 0..BROWSERS {
        let (host, token) = (host.to_owned(), token.to_owned());
        thread::spawn(move || look(&host, &token));
    }
    let stop = AtomicBool::new(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("there is a runtime");
    thread::scope(|scope| {
        scope.spawn(|| {
            measure(&format!("{BROWSERS} browsers"));
            let deaf: Vec<_> = (0..BROWSERS).map(|_| open(host, token)).collect();
            measure(&format!("{BROWSERS} more that read nothing"));
            drop(deaf);
            stop.store(true, Ordering::Relaxed);
        });
        let job = flow! {
            #![observe = "busy"]
            numbers = from(0..u64::MAX) -> take_while(|_| !stop.load(Ordering::Relaxed));
            worked  = numbers -> then(async |n| {
                tokio::time::sleep(Duration::from_millis(1)).await;
                if n % 10 == 0 { Err("a message of some length, as errors have") } else { Ok(n) }
            }, concurrency = 64)? else failed;
            even    = worked -> filter(|n| n % 2 == 0) -> map(|n| n / 2) -> count();
            all     = worked -> buffer(16) -> count();
            failed  = count();
            (even, all, failed)
        };
        runtime.block_on(view.watch(job));
    });
}

/// Prints what the inspector costs for a while.
fn measure(what: &str) {
    thread::sleep(Duration::from_secs(2));
    let (begin, spent, bytes) = (Instant::now(), cpu(), BYTES.load(Ordering::Relaxed));
    thread::sleep(LASTS);
    let share = (cpu() - spent) / begin.elapsed().as_secs_f64();
    let bytes = BYTES.load(Ordering::Relaxed) - bytes;
    let a_second = bytes as f64 / begin.elapsed().as_secs_f64() / BROWSERS as f64;
    println!(
        "{what}: {:.2} % of a CPU, {a_second:.0} bytes a second for each that reads",
        share * 100.0
    );
}

/// Opens a WebSocket.
fn open(host: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host).expect("the server listens");
    let request = format!(
        "GET /socket?token={token} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it is taken");
    stream
}

/// Reads whatever comes over a WebSocket.
fn look(host: &str, token: &str) {
    let mut stream = open(host, token);
    let mut some = [0; 16 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut some) {
        BYTES.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// The CPU time of the inspector's thread, in seconds.
fn cpu() -> f64 {
    let tasks = fs::read_dir("/proc/self/task").expect("this is Linux");
    let spent = tasks.flatten().filter_map(|task| {
        let name = fs::read_to_string(task.path().join("comm")).ok()?;
        let stat = fs::read_to_string(task.path().join("stat")).ok()?;
        // Behind the name, which ends with the last bracket.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields[11].parse::<f64>().ok()? + fields[12].parse::<f64>().ok()?;
        (name.trim() == "flow-inspector").then_some(ticks / TICKS)
    });
    spent.sum()
}
