//! Commands of a browser, and their answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::extant;
use flow_runtime::inspect::Inspector;
use flow_runtime::{Store, derived, flow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::client::Socket;
use super::inspector;

/// The next message that is no update, which come whenever it is time.
fn answer_of(socket: &mut Socket) -> Value {
    loop {
        let message = socket.message();
        if message.get("update").is_none() {
            return message;
        }
    }
}

#[test]
fn nothing_is_passed_over_in_silence() {
    let (_view, host, token) = inspector();
    let mut socket = Socket::open(&host, &token);
    for (text, id, why) in [
        ("{", Value::Null, "no JSON"),
        ("", Value::Null, "no JSON"),
        ("[1]", Value::Null, "an object"),
        (r#"{"id":"a"}"#, json!("a"), "no `command`"),
        (
            r#"{"id":1,"command":{"shout":{}}}"#,
            json!(1),
            "one of get, set",
        ),
        (
            r#"{"id":{"of":[2]},"command":7}"#,
            json!({ "of": [2] }),
            "no command",
        ),
        (
            r#"{"id":3,"command":{"set":{"of":"a","name":1,"value":2}}}"#,
            json!(3),
            "`1` is no text",
        ),
        (
            r#"{"id":4,"command":{"set":{"of":"a","name":"b"}}}"#,
            json!(4),
            "value",
        ),
        (r#"{"command":{"failures":{}}}"#, Value::Null, "store"),
    ] {
        socket.send_text(text);
        let answer = answer_of(&mut socket);
        assert_eq!(answer["id"], id, "{answer}");
        assert!(
            answer["error"].as_str().unwrap().contains(why),
            "{text}: {answer}"
        );
    }
    socket.send(2, b"bytes").unwrap();
    let answer = answer_of(&mut socket);
    assert!(
        answer["error"].as_str().unwrap().contains("text"),
        "{answer}"
    );
    let answer = socket.command(json!({ "again": { "store": "none", "key": 1 } }));
    assert_eq!(answer["reply"]["refused"], "there is no store `none` here");
}

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, version = 1)]
async fn answer(id: u32) -> Result<Answer, std::io::Error> {
    match id % 2 {
        0 => Ok(Answer { id }),
        _ => Err(std::io::Error::other("<script>alert(1)</script>")),
    }
}

async fn failed(store: &Store<Answer>) {
    let flow =
        flow! { from(0..4) -> map(DerivedAnswer::new) -> ensure(store)? else drop -> drain(); };
    flow.run().await.unwrap();
}

fn host_and_token(view: &Inspector) -> (String, String) {
    let url = view.url();
    let (host, token) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once("/?token=")
        .unwrap();
    (host.to_owned(), token.to_owned())
}

#[tokio::test]
async fn what_failed_is_listed_and_forgotten() {
    let store = Store::<Answer>::memory();
    failed(&store).await;
    let view = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .store("answers", &store, "operator")
        .quiet();
    let (host, token) = host_and_token(&view);
    let mut socket = Socket::open(&host, &token);
    let list = socket.command(json!({ "failures": { "store": "answers" } }));
    assert_eq!(list["reply"]["count"], 2);
    let mut keys: Vec<_> = list["reply"]["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failure| failure["key"].clone())
        .collect();
    keys.sort_by_key(ToString::to_string);
    assert_eq!(keys, [1, 3]);
    assert!(
        list["reply"]["failures"][0]["error"]
            .as_str()
            .unwrap()
            .contains("<script>")
    );
    let again = socket.command(json!({ "again": { "store": "answers", "key": 3 } }));
    assert_eq!(again["reply"]["again"], "it is made when it is met next");
    let left = store.failures().await.unwrap();
    assert_eq!(
        left.iter().map(|failure| failure.key).collect::<Vec<_>>(),
        [1]
    );
    let no = socket.command(json!({ "again": { "store": "answers", "key": "three" } }));
    assert_eq!(no["reply"]["refused"], "this is no key of the store");
}

#[tokio::test]
async fn what_failed_is_made_again() {
    let store = Store::<Answer>::memory();
    failed(&store).await;
    let answers = store.clone();
    let make = move |id: u32| {
        let answers = answers.clone();
        async move {
            match id {
                1 => answers
                    .put(&Answer { id })
                    .await
                    .map_err(|error| error.to_string()),
                _ => Err("still no luck".to_owned()),
            }
        }
    };
    let view = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .store_with("answers", &store, "operator", make)
        .quiet();
    let (host, token) = host_and_token(&view);
    let mut socket = Socket::open(&host, &token);
    let again = socket.command(json!({ "again": { "store": "answers", "key": 1 } }));
    assert_eq!(again["reply"]["again"], "it is made");
    let again = socket.command(json!({ "again": { "store": "answers", "key": 3 } }));
    assert_eq!(again["reply"]["refused"], "still no luck");
    assert!(store.contains(&1).await.unwrap());
    let left = store.failures().await.unwrap();
    assert_eq!(
        left.iter().map(|failure| failure.key).collect::<Vec<_>>(),
        [3]
    );
}

#[tokio::test]
async fn nothing_is_paid_for_that_has_not_failed_or_is_tried() {
    let store = Store::<Answer>::memory();
    failed(&store).await;
    let (answers, made) = (store.clone(), Arc::new(AtomicUsize::new(0)));
    let (go, may_go) = (Arc::new(Notify::new()), Arc::clone(&made));
    let wait = Arc::clone(&go);
    let make = move |id: u32| {
        let (answers, wait) = (answers.clone(), Arc::clone(&wait));
        may_go.fetch_add(1, Ordering::SeqCst);
        async move {
            wait.notified().await;
            answers.put(&Answer { id }).await
        }
    };
    let view = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .store_with("answers", &store, "operator", make)
        .quiet();
    let (host, token) = host_and_token(&view);
    let again = |key: u32| json!({ "again": { "store": "answers", "key": key } });
    let mut socket = Socket::open(&host, &token);
    // Of 777 nothing is known, and 3 is stored before it is tried.
    let never = socket.command(again(777));
    assert_eq!(never["reply"]["refused"], "it has not failed");
    store.put(&Answer { id: 3 }).await.unwrap();
    let stored = socket.command(again(3));
    assert_eq!(stored["reply"]["refused"], "it has not failed");
    let first = {
        let (host, token) = (host.clone(), token.clone());
        std::thread::spawn(move || Socket::open(&host, &token).command(again(1)))
    };
    while made.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    let second = socket.command(again(1));
    assert_eq!(second["reply"]["refused"], "it is tried now");
    go.notify_one();
    assert_eq!(first.join().unwrap()["reply"]["again"], "it is made");
    let third = socket.command(again(1));
    assert_eq!(third["reply"]["refused"], "it has not failed");
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_lacks_the_role_tries_nothing_again() {
    let store = Store::<Answer>::memory();
    failed(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    std::fs::write(
        &path,
        "[bob]\ntoken = \"a-long-secret-of-bob\"\nroles = [\"viewer\"]\n",
    )
    .unwrap();
    let view = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .users(&path)
        .unwrap()
        .store("answers", &store, "operator")
        .quiet();
    let host = view
        .url()
        .strip_prefix("http://")
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    let mut bob = Socket::open(&host, "a-long-secret-of-bob");
    let may = bob.until(|update| update.get("stores").cloned());
    assert_eq!(may, json!({ "answers": false }));
    let no = bob.command(json!({ "again": { "store": "answers", "key": 1 } }));
    assert_eq!(no["reply"]["refused"], "you may not try it again");
    assert_eq!(store.failures().await.unwrap().len(), 2);
}
