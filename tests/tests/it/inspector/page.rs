//! The page, in a browser.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use flow_runtime::inspect::{Exposed, Gauge, Inspector, Knob};
use flow_runtime::{Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

use super::browser::Browser;

pub const ANA: &str = "a-long-secret-of-ana";
pub const BOB: &str = "a-long-secret-of-bob";

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, version = 1)]
async fn answer(id: u32) -> Result<Answer, io::Error> {
    tokio::time::sleep(Duration::from_millis(40)).await;
    match id % 40 {
        17 => Err(io::Error::other(
            "<img src=x onerror=alert(1)> the model is overloaded",
        )),
        _ => Ok(Answer { id }),
    }
}

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator", range = 1..=64)]
    at_once: Knob<usize>,
    #[expose(get = "viewer", set = "operator")]
    pause: Knob<Duration>,
    #[expose(get = "viewer", set = "operator")]
    stop: Knob<bool>,
    #[expose(get = "viewer")]
    spent: Gauge,
}

/// Shows a flow that answers questions until it is told to stop; then it panics where it is told to.
fn answers(view: &Inspector, knobs: &Knobs, store: &Store<Answer>, panics: &AtomicBool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (spent, stop) = (&knobs.spent, &knobs.stop);
    let job = flow! {
        #![observe = "answers"]
        questions = from(0..1_000_000_u32) -> take_while(|_| !stop.get());
        possible  = questions -> map(DerivedAnswer::new);
        answers   = possible -> ensure(store, concurrency = &knobs.at_once)? else failed;
        answered  = answers -> inspect(|_| spent.add(0.002)) -> count();
        failed    = count();
        (answered, failed)
    };
    let _ = runtime.block_on(view.watch(job));
    assert!(!panics.load(Ordering::Relaxed), "it was told to");
}

/// An inspector of two users: an operator, and a viewer whose name would be markup.
pub fn with_users(address: &str) -> Inspector {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    let text = format!(
        "[ana]\ntoken = \"{ANA}\"\nroles = [\"viewer\", \"operator\"]\n\
         [\"<b>bob</b>\"]\ntoken = \"{BOB}\"\nroles = [\"viewer\"]\n"
    );
    fs::write(&path, text).unwrap();
    let view = Inspector::bind(address).unwrap();
    view.users(&path).unwrap().quiet()
}

#[test]
fn the_page_shows_what_happens_and_turns_knobs() {
    let knobs = Arc::new(Knobs {
        at_once: Knob::new(8),
        pause: Knob::new(Duration::from_millis(250)),
        stop: Knob::new(false),
        spent: Gauge::new(),
    });
    let store = Store::<Answer>::memory();
    let view = with_users("127.0.0.1:0")
        .expose("job", &knobs)
        .store("answers", &store, "operator");
    let url = view.url();
    let panics = Arc::new(AtomicBool::new(false));
    let ran = thread::spawn({
        let (knobs, store, panics) = (Arc::clone(&knobs), store.clone(), Arc::clone(&panics));
        move || {
            answers(&view, &knobs, &store, &panics);
            view
        }
    });
    let stopped = |knobs: &Knobs| knobs.stop.set(true).unwrap();
    let Some(mut page) = Browser::open(&format!("{url}?token={ANA}")) else {
        stopped(&knobs);
        drop(ran.join().unwrap());
        return;
    };

    // Numbers move, and the slow stage is named.
    let items = "+document.querySelector('#edges tr:last-child td:nth-child(4)')?.textContent.replace(/,/g, '')";
    let first = page.until(items).as_f64().unwrap();
    page.until(&format!("({items}) > {}", first + 50.0));
    page.until("document.querySelector('#slow').textContent.includes('answers')");
    page.until("document.querySelector('#slow').textContent.includes('before it waits')");
    page.until("document.querySelector('[data-node].slow') != null");
    let source =
        "(state({ slow: 'questions', slow_gives: true, seconds: 1 }, []), $('slow').textContent)";
    let source = page.run(source);
    assert!(
        source.as_str().unwrap().contains("waits for what it gives"),
        "{source}"
    );
    page.until("document.querySelector('#jobs .number').textContent.includes('8 running')");
    page.until("document.querySelector('[data-label].moves') != null");
    page.until("document.querySelector('#stores button')?.checkVisibility()");
    page.pictures("running");
    // What a message has in it is text.
    let errors = page.until("document.querySelector('#errors').innerText");
    assert!(errors.as_str().unwrap().contains("<img src=x"), "{errors}");
    assert_eq!(page.run("document.querySelectorAll('img').length"), 0);

    operator_sets(&mut page, &knobs);

    // A failed artifact is tried again.
    let before = store_failures(&store);
    page.run("document.querySelector('#stores .row button').click()");
    page.until("document.querySelector('#stores').innerText.includes('met next')");
    assert!(before > 0);

    viewer_sees(&mut page, &format!("{url}?token={BOB}"));
    assert_eq!(knobs.at_once.get(), 16);

    // A reload shows all of it again.
    page.reload();
    page.until(items);
    page.until("document.querySelector('#link').className == 'live'");

    stopped(&knobs);
    stays_as_it_ended(&mut page, items);
    page.pictures("ended");
    let last = page.run(items);
    assert!(last.as_f64().unwrap() > 50.0);
    drop(ran.join().unwrap());
    stays_alone(&mut page, items);
    page.pictures("gone");
    panics.store(true, Ordering::Relaxed);
}

/// The end stays, and so does the last number that a script gives: through a reload, too.
pub fn stays_as_it_ended(page: &mut Browser, number: &str) {
    page.until("document.querySelector('#state').textContent.includes('done')");
    let last = page.run(number);
    page.reload();
    page.until("document.querySelector('#state')?.textContent.includes('done')");
    page.until(&format!("({number}) == {last}"));
}

/// The last numbers stay when the program is gone, and nothing can be set any more.
pub fn stays_alone(page: &mut Browser, number: &str) {
    let last = page.run(number);
    page.until("document.querySelector('#link').className == 'gone'");
    assert_eq!(page.run(number), last);
    let buttons = "[...document.querySelectorAll('#exposed button, #stores button')]";
    page.until(&format!("{buttons}.every(button => button.disabled)"));
}

/// The operator sets a knob by the keyboard.
pub fn types(page: &mut Browser, knob: &str, value: &str) {
    // What is told of it stays, however seldom this looks.
    page.run("window.later ??= setTimeout, setTimeout = (f, after) => after == 2000 ? 0 : later(f, after), true");
    let input = format!("document.getElementById('of job {knob}')");
    page.until(&format!("{input}.focus(), {input}.select(), true"));
    page.insert(value);
    page.press("Enter");
}

/// Whoever may not set a knob sees no input for it, and is refused who asks all the same.
pub fn may_not_set(page: &mut Browser, knob: &str, value: &str) {
    page.until(&format!(
        "document.querySelector('#exposed')?.innerText.includes('{knob}')"
    ));
    let inputs = "document.querySelectorAll('#exposed input, #exposed button').length";
    assert_eq!(page.run(inputs), 0);
    let set = format!(
        "ask({{ set: {{ of: 'job', name: '{knob}', value: {value} }} }}).then(answer => answer.reply.refused)"
    );
    let refused = page.run(&set);
    let refused = refused.as_str().expect("it is refused");
    assert!(refused.contains(&format!("`{knob}`")), "{refused}");
}

/// By the keyboard: the operator sets a knob, and is told where the value is out of range.
fn operator_sets(page: &mut Browser, knobs: &Knobs) {
    types(page, "at_once", "16");
    page.until("document.querySelector('#jobs .number').textContent.includes('16 running')");
    assert_eq!(knobs.at_once.get(), 16);
    types(page, "at_once", "65");
    page.until("document.querySelector('#exposed .bad')?.textContent.includes('1..=64')");
    assert_eq!(knobs.at_once.get(), 16);
    types(page, "at_once", "16");
}

/// The viewer sees values and no inputs; what is sent all the same is refused.
fn viewer_sees(page: &mut Browser, url: &str) {
    page.go(url);
    page.until("document.querySelector('#link')?.textContent.includes('<b>bob</b>')");
    may_not_set(page, "at_once", "1");
    page.until("document.querySelector('#stores .row') != null");
    assert_eq!(page.run("[...document.querySelectorAll('#stores button')].filter(each => each.checkVisibility()).length"), 0);
}

fn store_failures(store: &Store<Answer>) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(store.failures()).unwrap().len()
}

#[test]
fn the_page_outlives_a_panic() {
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let url = view.url();
    let (told, heard) = std::sync::mpsc::channel::<()>();
    let ran = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let panics = Arc::new(AtomicBool::new(false));
        let now = Arc::clone(&panics);
        thread::spawn(move || {
            let _ = heard.recv();
            now.store(true, Ordering::Relaxed);
        });
        let job = flow! {
            #![observe = "doomed"]
            slow = from(0..1_000_000_u32) -> then(async |n| {
                tokio::time::sleep(Duration::from_millis(5)).await;
                assert!(!panics.load(Ordering::Relaxed), "it was told to");
                n
            });
            slow -> count()
        };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            runtime.block_on(view.watch(job))
        }));
        (view, result.is_err())
    });
    if let Some(mut page) = Browser::open(&url) {
        let state = "document.querySelector('#state')?.textContent";
        page.until(&format!("{state}.includes('has run')"));
        told.send(()).unwrap();
        page.until(&format!("{state}.includes('panicked')"));
        page.pictures("panicked");
        page.reload();
        page.until(&format!("{state}?.includes('panicked')"));
    } else {
        told.send(()).unwrap();
    }
    let (_view, panicked) = ran.join().unwrap();
    assert!(panicked);
}
