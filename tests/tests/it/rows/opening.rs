//! Files as a crash, an editor, or somebody else leaves them.

use std::fs;

use flow_runtime::jsonl::{self, Rows};
use flow_runtime::{BoxError, ErrorKind};
use serde_json::{Value, json};

use super::Files;

#[tokio::test]
async fn the_end_of_a_file_is_put_right() {
    for (held, rows) in [
        ("{\"key\":1}\n{\"key\":2", "{\"key\":1}\n"),
        (
            "{\"key\":1}\n\n{\"key\":2}\n",
            "{\"key\":1}\n\n{\"key\":2}\n",
        ),
        ("{\"key\":1}\n{\"key\":2}", "{\"key\":1}\n{\"key\":2}\n"),
        ("{\"key\":1}\n\0\0\0\0\n", "{\"key\":1}\n"),
    ] {
        let files = Files::new("", held);
        let make = async |key: u32, _| Ok::<_, BoxError>(json!({"key": key}));
        jsonl::create_or_resume(&files.dst, "key", 1, [1, 2, 3], make)
            .await
            .unwrap();
        let text = fs::read_to_string(&files.dst).unwrap();
        assert!(text.starts_with(rows), "{text}");
        let lines = text.lines().filter(|line| !line.is_empty());
        assert_eq!(
            lines.collect::<Vec<_>>(),
            ["{\"key\":1}", "{\"key\":2}", "{\"key\":3}"]
        );
    }
}

#[test]
fn a_broken_line_in_the_middle_is_an_error_and_nothing_is_changed() {
    for (held, line) in [
        ("{\"key\":1}\nnot a row\n{\"key\":2}\n", "line 2"),
        ("{\"key\":1}\n{\"other\":1}\n", "line 2"),
        ("[1]\n", "line 1"),
        ("{\"key\":1.5}\n", "line 1"),
        ("some text", "line 1"),
    ] {
        let files = Files::new("", held);
        let error = Rows::open(&files.dst, "key").unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{text}");
        assert!(text.contains("dst.jsonl") && text.contains(line), "{text}");
        assert_eq!(fs::read_to_string(&files.dst).unwrap(), held);
    }
}

#[tokio::test]
async fn a_file_is_open_once() {
    let files = Files::new("{\"key\":1}\n", "");
    let rows = Rows::open(&files.dst, "key").unwrap();
    let clone = rows.clone();
    drop(rows);
    let f = async |_, _| Ok::<_, BoxError>(json!({}));
    let error = jsonl::map_by_key(&files.src, &files.dst, "key", f)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    drop(clone);
    jsonl::map_by_key(&files.src, &files.dst, "key", f)
        .await
        .unwrap();
    Rows::open(&files.dst, "key").unwrap();
}

#[tokio::test]
async fn a_file_that_is_replaced_ends_the_run() {
    let files = Files::new("", "");
    let make = async |key: u32, _| {
        if key == 2 {
            fs::remove_file(&files.dst).unwrap();
        }
        Ok::<_, BoxError>(json!({"key": key}))
    };
    let job = jsonl::create_or_resume(&files.dst, "key", 1, 0..1000, make);
    let error = job.on_error(jsonl::OnError::Print).await.unwrap_err();
    assert!(error.is_fatal());
}

#[test]
#[should_panic(expected = "opening.rs")]
fn a_key_that_is_none_is_blamed_on_the_caller() {
    let files = Files::new("", "");
    let rows = Rows::open(&files.dst, "key").unwrap();
    rows.missing([1.5], 1).count();
}

/// A file that is no JSONL is not touched, whoever opens it.
#[tokio::test]
async fn what_is_no_jsonl_is_left_alone() {
    let contents = [
        "12345",
        "-",
        "1.5e",
        "\"some text",
        "[1, 2",
        "tru",
        "nul",
        "true",
        "{\"key\":1}\n12345",
        "{\"key\":1}\n[1, 2",
    ];
    for content in contents {
        let files = Files::new("{\"key\":1}\n", content);
        let bytes = files.bytes();
        let make = async |key: u32, _| Ok::<_, BoxError>(json!({ "key": key }));
        let f = async |_: Value, _: Value| Ok::<_, BoxError>(json!({}));
        let each = async |row: Value| Ok::<_, BoxError>(vec![row]);
        let errors = [
            Rows::open(&files.dst, "key").map(drop).unwrap_err(),
            jsonl::create_or_resume(&files.dst, "key", 1, [1], make)
                .await
                .unwrap_err(),
            jsonl::map_by_key(&files.src, &files.dst, "key", f)
                .await
                .unwrap_err(),
            jsonl::flat_map(&files.src, &files.dst, each)
                .await
                .unwrap_err(),
        ];
        for error in errors {
            // Rows without a key may be any JSON: those of a `flat_map` are of unknown lines.
            let is_refused = matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Stale);
            assert!(is_refused, "{content}: {error}");
        }
        assert_eq!(files.bytes(), bytes, "{content}");
    }
}

#[tokio::test]
async fn a_torn_row_is_moved_out_of_the_way() {
    for torn in ["{", "{\"key\":2,\"te", "{\"key\":2}\n{\"key\":"] {
        let files = Files::new("", torn);
        let rows = Rows::open(&files.dst, "key").unwrap();
        let bytes = torn.len() - torn.rfind('{').unwrap();
        assert_eq!(rows.recovered().unwrap().bytes, bytes as u64, "{torn}");
    }
}
