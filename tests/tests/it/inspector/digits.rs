//! Integers with more digits than a browser's numbers hold.

use std::thread;

use flow_runtime::inspect::{Exposed, Inspector, Knob};
use flow_runtime::{Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

use super::browser::Browser;
use super::client::Socket;
use super::page::types;

/// The first two are one number to a browser, and so are the two after them.
const KEYS: [u128; 6] = [
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    u64::MAX as u128 - 1,
    u64::MAX as u128,
    u128::MAX - 1,
    u128::MAX,
];

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Post {
    id: u128,
}

#[derived(key = id, version = 1)]
async fn post(id: u128) -> Result<Post, std::io::Error> {
    Err(std::io::Error::other(format!("there is no {id}")))
}

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator")]
    from: Knob<u64>,
    #[expose(get = "viewer", set = "operator")]
    both: Knob<Vec<i64>>,
}

/// A store in which all keys have failed, and an inspector of it.
fn failed() -> (Store<Post>, Inspector) {
    let store = Store::<Post>::memory();
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let view = view.store("posts", &store, "operator");
    let flow = flow! {
        #![observe = "posts"]
        from(KEYS) -> map(DerivedPost::new) -> ensure(&store)? else drop -> drain();
    };
    wait(view.watch(flow)).unwrap();
    (store, view)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

fn left(store: &Store<Post>) -> Vec<u128> {
    let failures = wait(store.failures()).unwrap();
    let mut left: Vec<_> = failures.iter().map(|failure| failure.key).collect();
    left.sort_unstable();
    left
}

#[test]
fn a_client_gets_and_gives_all_digits() {
    let (store, view) = failed();
    let url = view.url();
    let (host, token) = url["http://".len()..].split_once("/?token=").unwrap();
    let mut socket = Socket::open(host, token);
    let mut ask = |command: &str| {
        socket.send_text(&format!("{{\"id\":7,\"command\":{command}}}"));
        loop {
            let (_, text) = socket.receive().unwrap();
            let text = String::from_utf8(text).unwrap();
            if text.starts_with("{\"id\":7") {
                return text;
            }
        }
    };
    let list = ask(r#"{"failures":{"store":"posts"}}"#);
    for key in KEYS {
        assert!(list.contains(&format!("\"key\":{key},")), "{key}: {list}");
    }
    for (index, key) in KEYS.iter().enumerate() {
        let answer = ask(&format!(r#"{{"again":{{"store":"posts","key":{key}}}}}"#));
        assert!(answer.contains("met next"), "{key}: {answer}");
        assert_eq!(left(&store), KEYS[index + 1..]);
    }
}

#[test]
fn the_page_shows_and_sends_all_digits() {
    let knobs = Knobs {
        from: Knob::new(u64::MAX),
        both: Knob::new(vec![i64::MIN, 9_007_199_254_740_993]),
    };
    let (store, view) = failed();
    let view = view.expose("job", &knobs);
    let Some(mut page) = Browser::open(&view.url()) else {
        return;
    };
    let rows = "[...document.querySelectorAll('#stores .row')]";
    page.until(&format!("{rows}.length == {}", KEYS.len()));
    for key in KEYS {
        let shown = format!(
            "{rows}.filter(row => row.querySelector('.key').textContent == '{key}').length"
        );
        assert_eq!(page.run(&shown), 1, "{key}");
    }
    // What is drawn over and over stays as much.
    page.run("for (let time = 0; time < 5; time++) render()");
    assert_eq!(page.run(&format!("{rows}.length")), KEYS.len());
    for (index, key) in KEYS.iter().enumerate().take(4) {
        page.until(&format!(
            "{rows}.find(row => row.querySelector('.key').textContent == '{key}').querySelector('button').click(), true"
        ));
        page.until(&format!(
            "{rows}.every(row => row.querySelector('.key').textContent != '{key}')"
        ));
        assert_eq!(left(&store), KEYS[index + 1..]);
    }

    let value = |name: &str| format!("document.getElementById('of job {name}').value");
    page.until(&format!("{} == '{}'", value("from"), u64::MAX));
    assert_eq!(
        page.run(&value("both")),
        format!("[{},9007199254740993]", i64::MIN)
    );
    types(&mut page, "from", "9007199254740995");
    page.until("document.querySelector('#exposed').innerText.includes('set')");
    assert_eq!(knobs.from.get(), 9_007_199_254_740_995);
    types(
        &mut page,
        "both",
        "[-9007199254740993, 9007199254740995, 3]",
    );
    page.until(
        "document.getElementById('of job both').form.querySelector('.why').textContent == 'set'",
    );
    assert_eq!(
        knobs.both.get(),
        [-9_007_199_254_740_993, 9_007_199_254_740_995, 3]
    );

    // Nothing is left to press when the program is gone.
    thread::spawn(move || drop(view)).join().unwrap();
    page.until("document.querySelector('#link').className == 'gone'");
    page.until(&format!(
        "{rows}.length == 2 && {rows}.every(row => row.querySelector('button').disabled)"
    ));
}

#[test]
fn items_of_one_key_are_drawn_once_each() {
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let Some(mut page) = Browser::open(&view.url()) else {
        return;
    };
    page.until("typeof list == 'function'");
    let drawn = "(() => {
        const box = make('div'), put = (at, text) => { at.textContent = text; };
        for (const items of [['a', 'a', 'b', 'a'], ['a', 'b', 'a'], ['b', 'b', 'a'], ['a', 'a', 'b']])
            list(box, items, item => item, () => make('p'), put);
        return [...box.children].map(at => at.textContent).join();
    })()";
    assert_eq!(page.run(drawn), "a,a,b");
    // A text that looks like a long number stays one, and so does what only begins like one.
    let kept = r#"(() => {
        const text = '{"a":"12345678901234567890","b":[12345678901234567890,-9007199254740993],"c":0.12345678901234567890,"d":1e300,"e":"\\"12345678901234567890","12345678901234567890":1}';
        const read = readJson(text);
        return [typeof read.a, typeof read.b[0], typeof read.c, typeof read.d, read.e, writeJson(read.b), writeJson(read.a)].join(' ');
    })()"#;
    assert_eq!(
        page.run(kept),
        "string bigint number number \"12345678901234567890 [12345678901234567890,-9007199254740993] \"12345678901234567890\""
    );
}
