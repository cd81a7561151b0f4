//! Flows that are shown while they run.

use std::io::Write;
use std::time::{Duration, Instant};

use flow_runtime::flow;
use flow_runtime::inspect::{Exposed, Gauge};
use serde_json::{Value, json};

use super::client::{Socket, get};
use super::inspector;

#[derive(Exposed)]
struct Shown {
    #[expose(get = "viewer")]
    spent: Gauge,
    #[expose(get = "viewer")]
    long: String,
}

#[tokio::test]
async fn a_flow_gives_what_it_gives_and_its_snapshot_stays() {
    let (view, host, token) = inspector();
    let sum = flow! {
        #![observe = "sums"]
        numbers = from(["1", "2"]) -> map(str::parse::<u32>)?;
        numbers -> sum::<u32>()
    };
    assert_eq!(view.watch(sum).await.unwrap(), 3);
    let broken = flow! {
        #![observe = "broken </script><b>"]
        from(["1", "x"]) -> map(str::parse::<u32>)? -> then(async |n| n) -> sum::<u32>()
    };
    assert!(view.watch(broken).await.is_err());
    let snapshot = get(&host, &format!("/snapshot?token={token}"));
    assert_eq!(snapshot.header("content-type"), Some("application/json"));
    let snapshot: Value = serde_json::from_slice(&snapshot.body).unwrap();
    // Times may differ in their last place when they are read back.
    for name in ["sums", "broken </script><b>"] {
        let same = &view.snapshots()["flows"][name];
        assert_eq!(snapshot["flows"][name]["edges"], same["edges"]);
    }
    assert_eq!(snapshot["flows"]["sums"]["ended"], "done");
    assert_eq!(snapshot["flows"]["sums"]["edges"][1]["items"], 2);
    let ended = &snapshot["flows"]["broken </script><b>"]["ended"];
    assert!(ended.as_str().unwrap().starts_with("error: "), "{ended}");

    // A browser that comes late is told the last numbers, once.
    let mut socket = Socket::open(&host, &token);
    let names = socket.until(|update| update.get("names").cloned());
    assert_eq!(names[0][0], "sums");
    let picture = get(&host, &format!("/picture?flow=sums&token={token}"));
    let picture: Value = serde_json::from_slice(&picture.body).unwrap();
    assert!(picture["svg"].as_str().unwrap().starts_with("<svg"));
    assert_eq!(picture["edges"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn flows_of_one_name_stand_beside_each_other() {
    let (view, _, _) = inspector();
    let flow = || flow! { #![observe = "same"] <u32> -> sum::<u32>() };
    let (first, second) = (flow(), flow());
    view.follow(&first.watch());
    view.follow(&second.watch());
    let names = || -> Vec<String> {
        let flows = view.snapshots()["flows"].as_object().unwrap().clone();
        flows.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(), ["same", "same 2"]);
    // One that is shown is not shown twice.
    view.follow(&first.watch());
    view.follow(&second.watch().clone());
    assert_eq!(names(), ["same", "same 2"]);
    first.finish();
    // One that has ended makes place.
    let third = flow();
    view.follow(&third.watch());
    assert_eq!(names(), ["same", "same 2"]);
    assert!(view.snapshots()["flows"]["same"]["ended"].is_null());
    drop(second);
    assert_eq!(view.snapshots()["flows"]["same 2"]["ended"], "cancelled");
}

#[tokio::test]
async fn updates_are_small_and_few_and_miss_nobody() {
    let (view, host, token) = inspector();
    let shown = Shown {
        spent: Gauge::new(),
        long: "x".repeat(100_000),
    };
    let view = view.expose("job", &shown).expose("other", &shown);
    let reader = tokio::task::spawn_blocking(move || {
        let mut socket = Socket::open(&host, &token);
        let (mut count, mut longest) = (0, 0);
        let (mut flows, mut exposed) = (0, 0);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(3) {
            let Some((1, text)) = socket.receive() else {
                continue;
            };
            longest = longest.max(text.len());
            count += 1;
            let update: Value = serde_json::from_slice(&text).unwrap();
            flows += usize::from(update["update"].get("flows").is_some());
            exposed += usize::from(update["update"].get("exposed").is_some());
        }
        (count, longest, flows, exposed)
    });
    let stop = std::sync::atomic::AtomicBool::new(false);
    let spent = &shown.spent;
    let message = "m".repeat(3000);
    let job = flow! {
        #![observe = "busy"]
        busy = from(0..) -> take_while(|_: &u64| !stop.load(std::sync::atomic::Ordering::Relaxed))
            -> then(async |n| {
                tokio::time::sleep(Duration::from_millis(1)).await;
                spent.add(1.0);
                if n % 2 == 0 { Ok(n) } else { Err(message.clone()) }
            })? else failed;
        failed = count();
        n = busy -> count();
        (n, failed)
    };
    let ((count, longest, flows, exposed), _) = tokio::join!(
        async {
            let read = reader.await.unwrap();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            read
        },
        view.watch(job)
    );
    assert!((5..=13).contains(&count), "{count}");
    assert!(longest < 10_000, "{longest}");
    // What changes all the time leaves room for the rest.
    assert!(flows > 3 && exposed > 3, "{flows} {exposed}");
}

#[tokio::test]
async fn a_browser_that_takes_nothing_holds_nobody_up() {
    let (view, host, token) = inspector();
    let deaf: Vec<_> = (0..10)
        .map(|_| Socket::ask(&host, &format!("/socket?token={token}"), &[]).0)
        .collect();
    let job = flow! {
        #![observe = "quick"]
        quick = from(0..200_000_u32) -> then(async |n| n);
        quick -> count()
    };
    let begin = Instant::now();
    assert_eq!(view.watch(job).await, 200_000);
    assert!(begin.elapsed() < Duration::from_secs(10));
    let reads = tokio::task::spawn_blocking(move || {
        let mut socket = Socket::open(&host, &token);
        let ended = |flow: &Value| flow["ended"] == "done";
        socket.until(|update| update["flows"].get("quick").cloned().filter(ended))
    });
    assert_eq!(reads.await.unwrap()["items"], json!([200_000, 200_000]));
    // One that goes in the middle of a word is forgotten.
    for mut stream in deaf {
        let _ = stream.write_all(&[0x81]);
    }
    drop(view);
}

#[test]
fn the_last_numbers_are_told_before_the_end() {
    let (view, host, token) = inspector();
    let mut socket = Socket::open(&host, &token);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    // Both within one tick of what the browser is told.
    let job = flow! { #![observe = "short"] from(0..5) -> then(async |n: u32| n) -> count() };
    assert_eq!(runtime.block_on(view.watch(job)), 5);
    let begin = Instant::now();
    drop(view);
    assert!(begin.elapsed() < Duration::from_secs(2));
    let ended = |flow: &Value| flow["ended"] == "done";
    let last = socket.until(|update| update["flows"].get("short").cloned().filter(ended));
    assert_eq!(
        (&last["ended"], &last["items"]),
        (&json!("done"), &json!([5, 5]))
    );
    assert!(std::net::TcpStream::connect(&host).is_err());
}
