//! Compacting a file, and removing from it: rewritten under its lock.

use flow_runtime::ErrorKind;

use super::*;

async fn with_history(store: &Store<Answer>) -> Result<(), Error> {
    for round in ["old", "new"] {
        for id in [3, 1, 2] {
            store.put(&answer(id, round)).await?;
        }
    }
    Ok(())
}

#[test]
fn compacting_leaves_one_line_for_each_key() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    in_jsonl(&path, async |store| {
        with_history(&store).await?;
        assert_eq!(text(&path).lines().count(), 6);
        store.compact().await?;
        assert_eq!(
            text(&path),
            "{\"id\":3,\"text\":\"new\"}\n{\"id\":1,\"text\":\"new\"}\n{\"id\":2,\"text\":\"new\"}\n"
        );

        // Reading and writing go on, at the new places of the lines.
        assert_eq!(store.get(&1).await?, Some(answer(1, "new")));
        store.put(&answer(4, "d")).await?;
        assert_eq!(store.get(&4).await?, Some(answer(4, "d")));
        assert_eq!(keys(&store).await, [1, 2, 3, 4]);
        Ok(())
    });
    assert!(!place.path("answers.jsonl.rewriting").exists());
    let found = in_jsonl(&path, async |store| store.page(None, 10).await);
    assert_eq!(found, [1, 2, 3, 4]);
}

#[test]
fn where_there_is_nothing_to_gain_the_file_stays() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    let store = Store::<Answer>::jsonl(&path).unwrap();
    block_on(async {
        store.compact().await.unwrap();
        store.put(&answer(1, "a")).await.unwrap();
        let before = fs::metadata(&path).unwrap();
        store.compact().await.unwrap();
        assert!(!store.remove(&2).await.unwrap());
        let after = fs::metadata(&path).unwrap();
        assert_eq!(before.modified().unwrap(), after.modified().unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(before.ino(), after.ino());
        }
    });
}

#[test]
fn the_lock_stays_through_every_rewrite() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    let store = Store::<Answer>::jsonl(&path).unwrap();
    let rewrite: [&dyn Fn(); 3] = [
        &|| block_on(with_history(&store)).unwrap(),
        &|| block_on(store.compact()).unwrap(),
        &|| assert!(block_on(store.remove(&2)).unwrap()),
    ];
    for rewrite in rewrite {
        rewrite();
        assert_eq!(
            Store::<Answer>::jsonl(&path).unwrap_err().kind(),
            ErrorKind::Locked
        );
    }
    drop(store);
    assert_eq!(
        block_on(keys(&Store::<Answer>::jsonl(&path).unwrap())),
        [1, 3]
    );
}

/// An opener that keeps trying while the file is rewritten gets in only after
/// the store is closed, and then on the file that has the name.
#[test]
fn nobody_gets_in_between_two_files() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    let store = Store::<Answer>::jsonl(&path).unwrap();
    block_on(store.put(&answer(0, "kept"))).unwrap();
    std::thread::scope(|scope| {
        let opener = scope.spawn(|| {
            let mut refused = 0;
            loop {
                match Store::<Answer>::jsonl(&path) {
                    Ok(store) => return (store, refused),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Locked, "{error}"),
                }
                refused += 1;
            }
        });
        for round in 0..300 {
            block_on(async {
                store.put(&answer(1, &round.to_string())).await.unwrap();
                assert!(store.remove(&1).await.unwrap());
            });
            assert!(
                !opener.is_finished(),
                "two stores in one file in round {round}"
            );
        }
        drop(store);
        let (next, refused) = opener.join().unwrap();
        assert!(refused > 0);
        block_on(async {
            next.put(&answer(2, "next")).await.unwrap();
            assert_eq!(keys(&next).await, [0, 2]);
        });
    });
    assert_eq!(text(&path).lines().count(), 2, "in the file with the name");
}

#[test]
fn reads_go_on_while_the_file_is_rewritten() {
    let place = Place::new();
    let store = Store::<Answer>::jsonl(place.path("answers.jsonl")).unwrap();
    block_on(async {
        for id in 0..50 {
            store.put(&answer(id, "kept")).await.unwrap();
        }
    });
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            block_on(async {
                for round in 0..100 {
                    store.put(&answer(100, &round.to_string())).await.unwrap();
                    store.remove(&100).await.unwrap();
                    store.put(&answer(101, "again")).await.unwrap();
                    store.compact().await.unwrap();
                }
            });
        });
        let mut reads = 0;
        while !writer.is_finished() || reads == 0 {
            for id in 0..50 {
                assert_eq!(block_on(store.get(&id)).unwrap(), Some(answer(id, "kept")));
                reads += 1;
            }
        }
        writer.join().unwrap();
    });
}

/// The remains of a rewrite that crashed are neither read nor in the way.
#[test]
fn a_rewrite_that_was_cut_short_is_overwritten() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    fs::write(
        place.path("answers.jsonl.rewriting"),
        "{\"id\":9,\"text\":\"half",
    )
    .unwrap();
    in_jsonl(&path, async |store| {
        with_history(&store).await?;
        store.compact().await
    });
    assert_eq!(
        in_jsonl(&path, async |store| store.page(None, 9).await),
        [1, 2, 3]
    );
}

/// The name given is a link: the file behind it is rewritten, and the link stays.
#[cfg(unix)]
#[test]
fn a_link_to_the_file_stays_a_link() {
    let place = Place::new();
    let (path, link) = (place.path("answers.jsonl"), place.path("link.jsonl"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    in_jsonl(&link, async |store| {
        with_history(&store).await?;
        assert_eq!(
            Store::<Answer>::jsonl(&path).unwrap_err().kind(),
            ErrorKind::Locked
        );
        store.compact().await
    });
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(text(&path).lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn a_rewritten_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let path = place.path("answers.jsonl");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    in_jsonl(&path, async |store| {
        with_history(&store).await?;
        store.compact().await
    });
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn a_database_shrinks_and_goes_on() {
    let place = Place::new();
    let path = place.path("answers.db");
    let store = Store::<Answer>::open(&path).unwrap();
    let long = "x".repeat(10_000);
    block_on(async {
        for id in 0..200 {
            store.put(&answer(id, &long)).await.unwrap();
        }
        for id in 0..199 {
            store.remove(&id).await.unwrap();
        }
        let before = fs::metadata(&path).unwrap().len();
        store.compact().await.unwrap();
        let after = fs::metadata(&path).unwrap().len();
        assert!(after < before, "{after} of {before} bytes");
        store.put(&answer(500, "after")).await.unwrap();
        assert_eq!(keys(&store).await, [199, 500]);
    });
}
