//! The users' file, and who may see and set what.

use std::fs;

use flow_runtime::ErrorKind;
use flow_runtime::inspect::{Exposed, Gauge, Inspector, Knob};
use serde_json::json;

use super::client::{Socket, get};

const ANA: &str = "a-long-secret-of-ana";
const BOB: &str = "a-long-secret-of-bob";

#[derive(Exposed)]
struct Knobs {
    #[expose(get = "viewer", set = "operator", range = 1..=64)]
    at_once: Knob<usize>,
    #[expose(get = "viewer")]
    spent: Gauge,
    #[expose(set = "operator")]
    written_only: Knob<bool>,
    api_key: String,
}

fn knobs() -> Knobs {
    Knobs {
        at_once: Knob::new(8),
        spent: Gauge::new(),
        written_only: Knob::new(false),
        api_key: "not to be seen".to_owned(),
    }
}

/// An inspector with two users: Ana may do all, Bob may look.
fn inspector(knobs: &Knobs) -> (Inspector, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    let text = format!(
        "[ana]\ntoken = \"{ANA}\"\nroles = [\"viewer\", \"operator\"]\n\
         [\"bob <b>\"]\ntoken = \"{BOB}\"\nroles = [\"viewer\"]\n"
    );
    fs::write(&path, text).unwrap();
    let view = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .users(&path)
        .unwrap();
    let view = view.expose("job", knobs).quiet();
    let url = view.url();
    assert!(!url.contains("token"), "{url}");
    let host = url
        .strip_prefix("http://")
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    (view, host)
}

#[test]
fn the_token_that_was_made_is_void() {
    let view = Inspector::bind("127.0.0.1:0").unwrap().quiet();
    let old = view.url().split_once("token=").unwrap().1.to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    fs::write(&path, format!("[ana]\ntoken = \"{ANA}\"\nroles = []\n")).unwrap();
    let view = view.users(&path).unwrap();
    let host = view
        .url()
        .strip_prefix("http://")
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    assert_eq!(get(&host, &format!("/snapshot?token={old}")).status, 401);
    assert_eq!(get(&host, &format!("/snapshot?token={ANA}")).status, 200);
}

#[test]
fn a_viewer_sees_and_an_operator_sets() {
    let knobs = knobs();
    let (_view, host) = inspector(&knobs);
    assert_eq!(get(&host, "/snapshot").status, 401);
    let (mut ana, mut bob) = (Socket::open(&host, ANA), Socket::open(&host, BOB));

    let seen = |update: &serde_json::Value| update["exposed"].get("job").cloned();
    let ana_sees = ana.until(seen);
    assert_eq!(ana_sees[0]["value"], 8);
    assert_eq!(ana_sees[0]["settable"], true);
    assert_eq!(ana_sees[2]["name"], "written_only");
    let bob_sees = bob.until(seen);
    let names: Vec<_> = bob_sees
        .as_array()
        .unwrap()
        .iter()
        .map(|field| &field["name"])
        .collect();
    assert_eq!(names, ["at_once", "spent"]);
    assert_eq!(bob_sees[0]["settable"], false);

    let set = |of: &str, name: &str, value: serde_json::Value| json!({ "set": { "of": of, "name": name, "value": value } });
    let no = bob.command(set("job", "at_once", json!(16)));
    assert_eq!(
        no["reply"]["refused"],
        "there is no `at_once` that you may set"
    );
    assert_eq!(knobs.at_once.get(), 8);
    let yes = ana.command(set("job", "at_once", json!(16)));
    assert_eq!(
        (&yes["reply"]["set"], knobs.at_once.get()),
        (&json!(true), 16)
    );
    let out = ana.command(set("job", "at_once", json!(65)));
    assert!(out["reply"]["refused"].as_str().unwrap().contains("1..=64"));
    for (of, name) in [
        ("job", "spent"),
        ("job", "api_key"),
        ("job", "nothing"),
        ("other", "at_once"),
    ] {
        let no = ana.command(set(of, name, json!(1)));
        assert_eq!(
            no["reply"]["refused"],
            format!("there is no `{name}` that you may set")
        );
    }
    // What was set is told to all, and so is a gauge.
    knobs.spent.set(2.5);
    let news = bob.until(|update| {
        Some(update["exposed"].get("job")?.clone()).filter(|job| job[1]["value"] == 2.5)
    });
    assert_eq!(news[0]["value"], 16);
}

#[test]
fn what_is_not_exposed_cannot_be_told_from_what_is_not_there() {
    let knobs = knobs();
    let (_view, host) = inspector(&knobs);
    let mut bob = Socket::open(&host, BOB);
    let get = json!({ "get": { "of": "job", "names": ["at_once", "api_key", "written_only", "nothing"] } });
    let answer = bob.command(get);
    let values = json!({ "at_once": 8, "api_key": null, "written_only": null, "nothing": null });
    assert_eq!(answer["reply"]["values"], values);
    let answer = bob.command(json!({ "get": { "of": "nothing", "names": ["at_once"] } }));
    assert_eq!(answer["reply"]["values"], json!({ "at_once": null }));
    let page = super::client::get(&host, &format!("/?token={BOB}"));
    let snapshot = super::client::get(&host, &format!("/snapshot?token={BOB}"));
    let told = format!("{}{}{:?}", page.text(), snapshot.text(), bob.updates);
    assert!(!told.contains(&knobs.api_key) && !told.contains("api_key"));
}

#[test]
fn a_file_with_a_mistake_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    fs::write(&path, "[ana]\ntoken = \"short\"\nroles = []\n").unwrap();
    let error = Inspector::bind("127.0.0.1:0")
        .unwrap()
        .quiet()
        .users(&path)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serve);
    let text = error.to_string();
    assert!(
        text.contains("users.toml`, line 2: a token has at least 16 characters"),
        "{text}"
    );
}
