//! The recovery of a JSONL file when it is opened.

use std::io::Write;

use flow_runtime::ErrorKind;

use super::*;

const THREE: &str = concat!(
    "{\"id\":1,\"text\":\"a\"}\n",
    "{\"id\":2,\"text\":\"é 😀\"}\n",
    "{\"id\":3,\"text\":\"c\"}\n",
);

/// A file with this in it, and where torn lines of it go.
fn file(place: &Place, content: impl AsRef<[u8]>) -> (PathBuf, PathBuf) {
    let path = place.path("answers.jsonl");
    fs::write(&path, content).unwrap();
    (path, place.path("answers.jsonl.torn"))
}

fn ids(path: &Path) -> Vec<u32> {
    in_jsonl(path, async |store| store.page(None, 100).await)
}

#[test]
fn cut_off_anywhere_every_whole_line_stays() {
    let lines: Vec<&str> = THREE.split_inclusive('\n').collect();
    for cut in 0..=THREE.len() {
        let place = Place::new();
        let content = &THREE.as_bytes()[..cut];
        let (path, torn) = file(&place, content);

        // What a line break ends is whole, and so is what only lacks it.
        let mut whole = Vec::new();
        let mut start = 0;
        for line in &lines {
            if start + line.len() - 1 > cut {
                break;
            }
            whole.push(*line);
            start += line.len();
        }
        let rest = content.get(start..).unwrap_or_default();

        let store = Store::<Answer>::jsonl(&path).unwrap();
        block_on(async {
            assert_eq!(store.len().await.unwrap(), whole.len(), "cut at {cut}");
            for line in &whole {
                let record: Answer = serde_json::from_str(line).unwrap();
                assert_eq!(store.get(&record.id).await.unwrap(), Some(record));
            }
        });
        assert_eq!(text(&path), whole.concat(), "cut at {cut}");
        match store.recovered() {
            None => {
                assert!(rest.is_empty(), "cut at {cut}");
                assert!(!torn.exists(), "cut at {cut}");
            }
            Some(recovered) => {
                assert!(!rest.is_empty(), "cut at {cut}");
                assert_eq!(recovered.bytes, rest.len() as u64);
                assert_eq!(recovered.path, torn.canonicalize().unwrap());
                assert_eq!(fs::read(&torn).unwrap(), rest);
            }
        }

        // And the file goes on as if nothing had been.
        block_on(store.put(&answer(9, "z"))).unwrap();
        drop(store);
        assert_eq!(text(&path), whole.concat() + "{\"id\":9,\"text\":\"z\"}\n");
        assert_eq!(ids(&path).last(), Some(&9));
    }
}

#[test]
fn torn_lines_gather_in_one_file() {
    let place = Place::new();
    let (path, torn) = file(&place, "{\"id\":1,");
    assert_eq!(ids(&path), [0; 0]);
    fs::write(&path, "{\"id\":2").unwrap();
    assert_eq!(ids(&path), [0; 0]);
    assert_eq!(text(&torn), "{\"id\":1,\n{\"id\":2");
}

#[test]
fn an_untouched_file_keeps_every_byte() {
    let place = Place::new();
    let content = "\n{ \"id\" : 5, \"text\":\"x\" }\r\n  \n\n{\"text\":\"y\",\"id\":6}\n \t \n";
    let (path, torn) = file(&place, content);
    assert_eq!(ids(&path), [5, 6]);
    let found = in_jsonl(&path, async |store| store.get(&6).await);
    assert_eq!(found, Some(answer(6, "y")));
    assert_eq!(text(&path), content);
    assert!(!torn.exists());
}

#[test]
fn the_last_line_may_lack_its_line_break() {
    let place = Place::new();
    let (path, torn) = file(&place, THREE.trim_end());
    assert_eq!(ids(&path), [1, 2, 3]);
    assert_eq!(text(&path), THREE);
    assert!(!torn.exists());
}

/// `12` may be the beginning of `123`.
#[test]
fn a_number_without_line_break_is_torn() {
    let place = Place::new();
    let (path, torn) = file(&place, "1\n2\n12");
    let store = Store::<Only<u32>>::jsonl(&path).unwrap();
    assert_eq!(block_on(keys(&store)), [1, 2]);
    assert_eq!(text(&torn), "12");
}

#[test]
fn the_latest_line_of_a_key_counts() {
    let place = Place::new();
    let (path, _) = file(
        &place,
        "{\"id\":1,\"text\":\"old\"}\n{\"id\":1,\"text\":\"new\"}\n",
    );
    let found = in_jsonl(&path, async |store| store.get(&1).await);
    assert_eq!(found, Some(answer(1, "new")));
}

#[test]
fn nul_bytes_at_the_end_are_torn() {
    let tails: [&[u8]; 4] = [
        b"\0\0\0\0",
        b"{\"id\":4,\"te\0\0\0\0",
        b"\0\0\0\0\"text\":\"d\"}\n",
        b"{\"id\":4,\0\0\0\0}\n",
    ];
    for tail in tails {
        let place = Place::new();
        let (path, torn) = file(&place, [THREE.as_bytes(), tail].concat());
        let store = Store::<Answer>::jsonl(&path).unwrap();
        assert_eq!(store.recovered().unwrap().bytes, tail.len() as u64);
        assert_eq!(block_on(store.len()).unwrap(), 3);
        assert_eq!(text(&path), THREE);
        assert_eq!(fs::read(torn).unwrap(), tail);
    }
}

/// A batch of which a page did not reach the disk.
#[test]
fn what_a_power_cut_left_of_a_batch_is_one_tail() {
    let tails: [&[u8]; 4] = [
        b"\0\0\0\n{\"id\":4,\"text\":\"d\"}\n",
        b"{\"id\":4,\"te\0\0\0\0\"}\n{\"id\":5,\"text\":\"e\"}\n",
        b"\0\0\0\n\0\0\0\n{\"id\":5,\"text\":\"e\"}\n{\"id\":6,\"te",
        b"\0\0\0\0t\":\"d\"}\n\nwhatever\n\0\0{\"id\":4,\"text\":\"d\"}\n",
    ];
    for tail in tails {
        let place = Place::new();
        let (path, torn) = file(&place, [THREE.as_bytes(), tail].concat());
        let store = Store::<Answer>::jsonl(&path).unwrap();
        let recovered = store.recovered().unwrap();
        assert_eq!(recovered.bytes, tail.len() as u64);
        assert_eq!(block_on(keys(&store)), [1, 2, 3]);
        block_on(store.put(&answer(7, "g"))).unwrap();
        drop(store);
        assert_eq!(text(&path), format!("{THREE}{{\"id\":7,\"text\":\"g\"}}\n"));
        assert_eq!(fs::read(torn).unwrap(), tail);
    }
}

/// More is never written between two syncs: it was on the disk once.
#[test]
fn what_is_longer_than_a_batch_is_damage() {
    let line = format!("{{\"id\":1,\"text\":\"{}\"}}\n", "x".repeat(1 << 20));
    let damaged = format!("{line}{{\"id\":2,\"te\0\0\0\"}}\n{}", line.repeat(9));
    let place = format!("line 2 at byte {}", line.len());
    is_refused(damaged.as_bytes(), &place);
}

/// Opening fails, says where, and leaves every file as it was.
fn is_refused(content: &[u8], place_in_file: &str) {
    let place = Place::new();
    let (path, torn) = file(&place, content);
    let error = Store::<Answer>::jsonl(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let message = error.to_string();
    assert!(message.contains(place_in_file), "{message}");
    assert!(message.contains("answers.jsonl"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), content);
    assert!(!torn.exists());
}

#[test]
fn a_broken_line_in_the_middle_is_an_error() {
    let first = THREE.lines().next().unwrap();
    let middle = format!("{first}\n\n{{\"id\":2,\"te\n{first}\n");
    is_refused(middle.as_bytes(), "line 3 at byte 21");
    // Also where the end is torn: nothing is repaired before all is read.
    is_refused(format!("{middle}{{\"id\"").as_bytes(), "line 3 at byte 21");
    is_refused(
        b"{\"id\":1,\"text\":\"\xff\"}\n{\"id\":1,\"text\":\"\"}\n",
        "line 1 at byte 0",
    );
}

/// A crash does not make it: a cut line has no line break.
#[test]
fn a_broken_last_line_with_line_break_is_an_error() {
    is_refused(
        b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\n",
        "line 2 at byte 20",
    );
}

#[test]
fn a_file_that_is_no_jsonl_is_not_touched() {
    let record = "{\"id\":1,\"text\":\"a\"}";
    let utf_16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        let text = record.encode_utf16().chain([10]).flat_map(bytes);
        mark.iter().copied().chain(text).collect::<Vec<u8>>()
    };
    let mut database = b"SQLite format 3\0".to_vec();
    database.extend([16, 0, 1, 1, 0, 64, 32, 32, 0, 0, 0, 7]);
    let files: [&[u8]; 17] = [
        b"some text without a line break",
        b"{some text",
        b"some text\n",
        b"1. first\n2. second",
        b"\"a text\" and more",
        b"\"a text that is cut off",
        b"12",
        b"tru",
        b"[section]\nname = 1",
        b"id,text\n1,a\n2,b",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf{\"id\":1,\"text\":\"a\"}\n",
        b"\xef\xbb\xbf{\"id\":1,\"text\":\"a\"}",
        &utf_16(b"\xff\xfe", u16::to_le_bytes),
        &utf_16(b"\xfe\xff", u16::to_be_bytes),
        &utf_16(b"", u16::to_le_bytes),
        &database,
    ];
    for content in files {
        is_refused(content, "line 1 at byte 0");
    }
    // Nor is one that has records in it as well.
    for end in [
        "and more",
        "{and more",
        "12",
        "[1,2",
        "\"x",
        "\u{feff}{\"id\":2",
    ] {
        is_refused(format!("{record}\n{end}").as_bytes(), "line 2 at byte 20");
    }
}

#[test]
fn a_byte_order_mark_is_named() {
    let place = Place::new();
    for mark in [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"] {
        let (path, _) = file(&place, [mark, THREE.as_bytes()].concat());
        let error = Store::<Answer>::jsonl(&path).unwrap_err();
        assert!(error.to_string().contains("byte order mark"), "{error}");
        // The lock is free again.
        fs::write(&path, THREE).unwrap();
        assert_eq!(ids(&path), [1, 2, 3]);
    }
}

#[test]
fn a_number_that_is_cut_off_is_torn() {
    for end in ["-", "1.", "12e", "12e-", "12E+"] {
        let place = Place::new();
        let tail = format!("{{\"id\":{end}");
        let (path, torn) = file(&place, format!("{THREE}{tail}"));
        assert_eq!(ids(&path), [1, 2, 3]);
        assert_eq!(text(&torn), tail);
    }
}

/// The file is somebody else's, not torn.
#[test]
fn a_whole_line_of_another_kind_is_an_error() {
    is_refused(b"{\"name\":\"x\"}", "line 1 at byte 0");
    is_refused(
        b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2}",
        "line 2 at byte 20",
    );
}

#[test]
fn where_a_file_cannot_be_the_error_names_the_path() {
    let place = Place::new();
    let missing = place.path("no such folder").join("answers.jsonl");
    let folder = place.0.path().to_owned();
    for path in [missing, folder] {
        let error = Store::<Answer>::jsonl(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
        assert!(error.is::<std::io::Error>(), "{error:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_no_file() {
    let error = Store::<Answer>::jsonl("/dev/null").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("no regular file"), "{error}");
}

/// An editor that saves while the store is open would lose what is appended.
#[test]
fn a_file_that_changes_under_an_open_store_ends_its_writing() {
    let place = Place::new();
    let (path, _) = file(&place, THREE);
    let changes: [&dyn Fn(); 5] = [
        &|| fs::write(&path, "").unwrap(),
        &|| fs::rename(&path, place.path("moved")).unwrap(),
        &|| {
            let file = fs::File::options().append(true).open(&path).unwrap();
            let _ = (&file).write_all(b"{\"id\":8,\"text\":\"\"}\n");
        },
        &|| {
            let copy = place.path("copy");
            fs::copy(&path, &copy).unwrap();
            fs::rename(copy, &path).unwrap();
        },
        &|| fs::remove_file(&path).unwrap(),
    ];
    for change in changes {
        fs::write(&path, THREE).unwrap();
        let store = Store::<Answer>::jsonl(&path).unwrap();
        block_on(store.put(&answer(4, "d"))).unwrap();
        change();
        let error = block_on(store.put(&answer(5, "e"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains("answers.jsonl"), "{error}");
        assert!(block_on(store.put(&answer(6, "f"))).is_err());
        let _ = fs::remove_file(&path);
        fs::write(&path, THREE).unwrap();
        assert!(block_on(store.put(&answer(7, "g"))).is_err(), "nor later");
    }
}
