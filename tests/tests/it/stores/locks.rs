//! One store at a time in a file, whoever opens it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use flow_runtime::ErrorKind;

use super::*;

fn open(path: &Path) -> Result<Store<Answer>, Error> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("db") => Store::open(path),
        _ => Store::jsonl(path),
    }
}

const FILES: [&str; 2] = ["answers.jsonl", "answers.db"];

#[test]
fn twice_in_one_process() {
    for name in FILES {
        let place = Place::new();
        let path = place.path(name);
        let store = open(&path).unwrap();
        block_on(store.put(&answer(1, "a"))).unwrap();
        let clone = store.clone();
        for _ in 0..2 {
            let error = open(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Locked);
            let message = error.to_string();
            assert!(message.contains(path.to_str().unwrap()), "{message}");
            #[cfg(target_os = "linux")]
            assert!(message.contains("in this process"), "{message}");
        }
        drop(store);
        assert_eq!(
            open(&path).unwrap_err().kind(),
            ErrorKind::Locked,
            "held by the clone"
        );
        drop(clone);
        assert_eq!(block_on(open(&path).unwrap().len()).unwrap(), 1);
    }
}

#[test]
fn a_refused_opener_repairs_nothing() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    fs::write(&path, "{\"id\":1,").unwrap();
    let holder = fs::File::open(&path).unwrap();
    holder.lock().unwrap();
    assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::Locked);
    assert_eq!(text(&path), "{\"id\":1,");
    assert!(!place.path("answers.jsonl.torn").exists());
    holder.unlock().unwrap();
    assert!(open(&path).unwrap().recovered().is_some());
}

/// This test again, in a process of its own.
fn child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "stores::locks::holds_until_told",
            "--ignored",
            "--nocapture",
        ])
        .env("FLOW_TEST_STORE", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "run by other tests, in a process of its own"]
fn holds_until_told() {
    let path = PathBuf::from(std::env::var_os("FLOW_TEST_STORE").unwrap());
    match open(&path) {
        Ok(store) => {
            block_on(store.put(&answer(2, "of the child"))).unwrap();
            println!("\nopened");
            let _ = std::io::stdin().read(&mut [0]);
        }
        Err(error) => println!("\n{:?}: {error}", error.kind()),
    }
}

/// Reads what the child says of its opening.
fn report(child: &mut Child) -> String {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    lines
        .map(Result::unwrap)
        .find(|line| line.starts_with("opened") || line.starts_with("Locked"))
        .expect("the child says something")
}

#[test]
fn from_another_process() {
    for name in FILES {
        let place = Place::new();
        let path = place.path(name);
        let store = open(&path).unwrap();
        let mut refused = child(&path);
        let said = report(&mut refused);
        assert!(said.starts_with("Locked"), "{said}");
        assert!(said.contains(path.to_str().unwrap()), "{said}");
        #[cfg(target_os = "linux")]
        assert!(
            said.contains(&format!("in process {}", std::process::id())),
            "{said}"
        );
        assert!(refused.wait().unwrap().success());
        drop(store);

        let mut holder = child(&path);
        assert_eq!(report(&mut holder), "opened");
        assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::Locked);

        // No lock is left behind, however a process ends.
        holder.kill().unwrap();
        holder.wait().unwrap();
        let store = open(&path).unwrap();
        assert_eq!(
            block_on(store.get(&2)).unwrap(),
            Some(answer(2, "of the child"))
        );
    }
}

#[test]
fn a_closed_store_is_free_while_processes_are_being_started() {
    let place = Place::new();
    std::thread::scope(|scope| {
        let starting = scope.spawn(|| {
            for _ in 0..300 {
                let missing = Command::new(place.path("no such program")).spawn();
                assert!(missing.is_err());
            }
        });
        let path = place.path("answers.jsonl");
        while !starting.is_finished() {
            drop(open(&path).unwrap());
        }
    });
}
