//! `flow-store` on stores as jobs leave them: whole, at work, damaged, of others; and as it
//! is built without the database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flow_runtime::{BoxError, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

#[extant(key = (lang, id))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Word {
    id: u32,
    lang: String,
    text: String,
}

fn word(id: u32, by: &str) -> Result<Word, BoxError> {
    match id {
        7 => Err(format!("no place for {} words", 100 + id).into()),
        8 => Err("the model is overloaded".into()),
        9 => Err("the model is overloaded".into()),
        id => Ok(Word {
            id,
            lang: "de".to_owned(),
            text: format!("{by} {id}"),
        }),
    }
}

#[derived(key = ("de".to_owned(), id), version = 1, fingerprint = "m")]
fn first(id: u32) -> Result<Word, BoxError> {
    word(id, "first")
}

#[derived(key = ("de".to_owned(), id), version = 2, as = Second)]
fn second(id: u32) -> Result<Word, BoxError> {
    word(id, "second")
}

/// Five records of version 1, two of version 2, three failures.
async fn fill(store: &Store<Word>) {
    let busy = |e: &flow_runtime::Error| e.to_string().contains("overloaded");
    flow! {
        from(1..6) -> map(DerivedWord::new) -> ensure(store)? -> drain();
    }
    .run()
    .await
    .unwrap();
    flow! {
        from(5..10) -> map(Second::new) -> ensure(store, retry_if = busy)? else drop -> drain();
    }
    .run()
    .await
    .unwrap();
}

/// The second kind of store.
#[cfg(feature = "redb")]
fn database(path: &Path) -> Store<Word> {
    Store::open(path).unwrap()
}

/// Without databases there is one kind, twice.
#[cfg(not(feature = "redb"))]
fn database(path: &Path) -> Store<Word> {
    Store::jsonl(path).unwrap()
}

/// The two kinds of stores, filled and closed.
async fn stores(place: &TempDir) -> [PathBuf; 2] {
    let paths = ["words.jsonl", "words.redb"].map(|name| place.path().join(name));
    fill(&Store::jsonl(&paths[0]).unwrap()).await;
    fill(&database(&paths[1])).await;
    paths
}

fn run(path: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_flow-store"))
        .arg(path)
        .args(words)
        .output()
        .unwrap()
}

/// The output of a command that succeeds.
fn says(path: &Path, words: &[&str]) -> String {
    let output = run(path, words);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(path: &Path, words: &[&str]) -> Vec<Value> {
    let text = says(path, &[words, &["--json"]].concat());
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The message of one that does not.
fn refuses(path: &Path, words: &[&str], code: i32) -> String {
    let output = run(path, words);
    assert_eq!(output.status.code(), Some(code), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn looks_at_both_kinds_alike() {
    let place = TempDir::new().unwrap();
    for path in stores(&place).await {
        let text = says(&path, &[]);
        for line in [
            "held by  nobody",
            "records  6",
            "         4 of version 1, stale",
            "         2 of version 2",
            "stale    4",
            "failed   3 (2 transient, 3 tries)",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let summary = json(&path, &[]).remove(0);
        assert_eq!(summary["records"], 6);
        assert_eq!(summary["stale"], 4);
        assert_eq!(json(&path, &["--version", "1"])[0]["stale"], 2);
        assert_eq!(summary["fingerprints"][0]["records"], 4);

        let keys = json(&path, &["ls"]);
        assert_eq!(keys.len(), 6);
        assert_eq!(keys[0]["key"], json!(["de", 1]));
        assert_eq!(json(&path, &["ls", "--stale"]).len(), 4);
        let table = says(&path, &["ls"]);
        assert!(
            table.starts_with("key       version  fingerprint"),
            "{table}"
        );

        let record = json(&path, &["get", "[\"de\",6]"]).remove(0);
        assert_eq!(record, json!({ "id": 6, "lang": "de", "text": "second 6" }));
        let missing = refuses(&path, &["get", "[\"de\",7]"], 1);
        assert!(
            missing.contains("it failed 1 times, at last: cannot derive"),
            "{missing}"
        );
        assert!(refuses(&path, &["get", "nothing"], 1).contains("is not in"));

        let failures = json(&path, &["failures"]);
        assert_eq!(failures[0]["key"], json!(["de", 7]));
        assert_eq!(
            (&failures[0]["attempts"], &failures[0]["version"]),
            (&json!(1), &json!(2))
        );
        assert_eq!(json(&path, &["failures", "--like", "overloaded"]).len(), 2);
        let groups = json(&path, &["failures", "--group"]);
        assert_eq!(groups[0]["error"], "the model is overloaded");
        assert_eq!(
            (&groups[0]["keys"], &groups[0]["transient"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(groups[1]["error"], "no place for # words");

        let exported: Vec<Word> = says(&path, &["export"])
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(exported.len(), 6);
        assert!(says(&path, &["verify"]).starts_with("ok: 6 records and 3 failures"));
    }
}

#[tokio::test]
async fn changes_both_kinds_alike() {
    let place = TempDir::new().unwrap();
    for path in stores(&place).await {
        let open = || match path.extension().unwrap().to_str() {
            Some("jsonl") => Store::<Word>::jsonl(&path).unwrap(),
            _ => database(&path),
        };
        let dry = says(&path, &["retry", "--like", "overloaded", "--dry-run"]);
        assert!(
            dry.starts_with("2 keys would be retried by the next run"),
            "{dry}"
        );
        assert_eq!(open().failures().await.unwrap().len(), 3);
        says(&path, &["retry", "--like", "overloaded"]);
        let left = open().failures().await.unwrap();
        assert_eq!(left[0].key, ("de".to_owned(), 7));
        assert_eq!(left.len(), 1);

        let dry = says(&path, &["rm", "--stale", "--dry-run"]);
        assert!(
            dry.starts_with("4 keys would be removed: [\"de\",1]"),
            "{dry}"
        );
        assert_eq!(open().len().await.unwrap(), 6);
        assert!(says(&path, &["rm", "--stale"]).starts_with("4 keys removed"));
        assert_eq!(open().len().await.unwrap(), 2);

        let forgotten = run(&path, &["forget", "[\"de\",5]", "[\"de\",7]", "nothing"]);
        assert_eq!(forgotten.status.code(), Some(1));
        assert_eq!(open().len().await.unwrap(), 1);
        assert!(open().failures().await.unwrap().is_empty());
        assert!(says(&path, &["compact"]).contains("before"));
        assert_eq!(open().page(None, 9).await.unwrap(), [("de".to_owned(), 6)]);
    }
}

#[tokio::test]
async fn compares_stores_of_either_kind() {
    let place = TempDir::new().unwrap();
    let [jsonl, redb] = stores(&place).await;
    let other = redb.to_str().unwrap();
    assert_eq!(says(&jsonl, &["diff", other]), "");
    says(&redb, &["forget", "[\"de\",1]"]);
    says(&jsonl, &["forget", "[\"de\",2]"]);
    let text = fs::read_to_string(&jsonl).unwrap();
    fs::write(&jsonl, text.replace("second 6", "third 6")).unwrap();
    let output = run(&jsonl, &["diff", other]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "- [\"de\",1]\n+ [\"de\",2]\n~ [\"de\",6]\n");
}

#[tokio::test]
async fn works_beside_a_job_and_says_who_it_is() {
    let place = TempDir::new().unwrap();
    let [jsonl, redb] = stores(&place).await;
    let (job, other) = (Store::<Word>::jsonl(&jsonl).unwrap(), database(&redb));
    assert!(says(&jsonl, &["failures", "--group"]).contains("overloaded"));
    let held = json(&jsonl, &[]).remove(0)["held_by"].clone();
    if cfg!(target_os = "linux") {
        assert_eq!(held, std::process::id());
    }
    for (path, words) in [
        (&jsonl, &["compact"][..]),
        (&jsonl, &["retry", "--all"]),
        (&redb, &["forget", "1"]),
    ] {
        let error = refuses(path, words, 2);
        assert!(error.contains("is open already, in"), "{error}");
    }
    if cfg!(feature = "redb") {
        let error = refuses(&redb, &["ls"], 2);
        assert!(error.contains("is open already, in"), "{error}");
    }
    // All that looks at a file works beside the job.
    for words in [&["ls"][..], &["get", "[\"de\",1]"], &["export"]] {
        assert!(says(&jsonl, words).contains("de"), "{words:?}");
    }
    assert!(says(&jsonl, &["verify"]).starts_with("ok: 6 records"));
    assert_eq!(says(&jsonl, &["diff", jsonl.to_str().unwrap()]), "");
    drop((job, other));
    says(&jsonl, &["compact"]);
}

#[test]
fn damaged_and_foreign_files_are_errors() {
    let place = TempDir::new().unwrap();
    let at = |name: &str, bytes: &[u8]| {
        let path = place.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let broken = at("broken.jsonl", b"{\"id\":1}\n{\"id\":\n{\"id\":2}\n");
    let foreign = at("foreign.jsonl", b"hello\n");
    let picture = at("picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let database = at("words.redb", b"redb\x1a\x0a\xa9\x0d\x0aand nothing else");
    let keyless = at("keyless.jsonl", b"{\"a\":1.5}\n{\"b\":2.5}\n");
    for (path, text) in [
        (&broken, "line 2 at byte 9"),
        (&foreign, "line 1 at byte 0"),
        (&picture, "line 1 at byte 0"),
        (&database, "words.redb"),
        #[cfg(not(feature = "redb"))]
        (&database, "built without the feature `redb`"),
        (&keyless, "line 1 at byte 0"),
        (&place.path().join("gone"), "could not be opened"),
    ] {
        for words in [
            &[][..],
            &["ls"],
            &["get", "1"],
            &["failures"],
            &["verify"],
            &["export"],
            &["diff", broken.to_str().unwrap()],
            &["retry", "--all"],
            &["forget", "1"],
            &["rm", "--stale"],
            &["compact"],
        ] {
            let error = refuses(path, words, 2);
            assert!(error.contains(text), "{words:?}: {error}");
        }
    }
    // The hint about keys is given where it helps.
    for (path, helps) in [(&keyless, true), (&foreign, false), (&broken, false)] {
        let hint = refuses(path, &["ls"], 2).contains("--key FIELD");
        assert_eq!(hint, helps, "{}", path.display());
    }
    assert!(!place.path().join("gone").exists());
    assert_eq!(
        fs::read(&broken).unwrap(),
        b"{\"id\":1}\n{\"id\":\n{\"id\":2}\n"
    );
}

#[tokio::test]
async fn what_lies_beside_records_is_no_store() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("words.jsonl");
    fill(&Store::jsonl(&path).unwrap()).await;
    for beside in ["words.jsonl.meta", "words.jsonl.failed"] {
        let beside = place.path().join(beside);
        let bytes = fs::read(&beside).unwrap();
        for words in [
            &[][..],
            &["ls"],
            &["compact"],
            &["forget", "1"],
            &["rm", "--stale"],
        ] {
            let error = refuses(&beside, words, 2);
            assert!(error.contains("is kept beside"), "{error}");
            assert!(error.contains("words.jsonl`\n"), "{error}");
        }
        assert_eq!(fs::read(&beside).unwrap(), bytes);
    }
}

#[test]
fn a_torn_end_is_told_and_moved_away_by_who_changes() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("rows.jsonl");
    fs::write(&path, "{\"id\":1}\n{\"id\":2").unwrap();
    let text = says(&path, &["verify"]);
    assert!(text.starts_with("ok: 1 record and 0 failures were read\nthe last 7 bytes"));
    assert_eq!(json(&path, &["verify"])[0]["torn_end"], 7);
    let output = run(&path, &["compact"]);
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("moved a torn end of 7 bytes")
    );
    let text = says(&path, &["verify"]);
    assert!(
        text.contains("torn ends of earlier crashes are in"),
        "{text}"
    );
    // A last line that is whole is a record.
    fs::write(&path, "{\"id\":1}\n{\"id\":2}").unwrap();
    assert_eq!(json(&path, &["verify"])[0]["torn_end"], 0);
}

#[test]
fn a_key_that_nothing_tells_is_guessed_and_may_be_said() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("rows.jsonl");
    fs::write(
        &path,
        "{\"id\":1,\"n\":7}\n{\"id\":2,\"n\":8}\n{\"id\":1,\"n\":9}\n",
    )
    .unwrap();
    assert!(
        says(&path, &[])
            .contains("key      id (guessed; `--key FIELD` says otherwise)\nrecords  2\n")
    );
    assert_eq!(json(&path, &["get", "1"])[0]["n"], 9, "the latest counts");
    assert_eq!(json(&path, &["ls", "--key", "n"]).len(), 3);
    assert_eq!(
        json(&path, &["ls", "--key", "id,n"])[0]["key"],
        json!([1, 7])
    );
    assert!(refuses(&path, &["ls", "--key", "x"], 2).contains("has no field `x`"));
    assert!(refuses(&path, &["shrink"], 2).contains("there is no command `shrink`"));
    let help = Command::new(env!("CARGO_BIN_EXE_flow-store"))
        .arg("--help")
        .output()
        .unwrap();
    assert!(help.status.success());
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("flow-store PATH [COMMAND]")
    );
}
