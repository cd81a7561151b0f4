use std::cell::RefCell;
use std::fs;

use super::*;
use crate::checkpoint::output::Target;

fn line(line: u64, end: u64) -> Mark {
    let start = end - 1;
    Mark {
        line: Position { line, start, end },
        unended: false,
    }
}

/// The number of the last line that the file knows.
fn written(path: &Path) -> u64 {
    let text = fs::read(path).unwrap();
    let text: serde_json::Value = serde_json::from_slice(&text).unwrap();
    text["lines"].as_u64().unwrap()
}

#[test]
fn what_was_committed_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offsets");
    let offsets = Offsets::open(&path).unwrap();
    assert_eq!(offsets.position(), Position::default());
    offsets.commit(line(1, 4));
    assert_eq!(written(&path), 1, "the first is written");
    offsets.commit(line(2, 9));
    assert_eq!(written(&path), 1, "the second waits");
    offsets.flush().unwrap();
    assert_eq!(written(&path), 2);
    offsets.commit(line(3, 11));
    drop(offsets);
    let position = Offsets::open(&path).unwrap().position();
    assert_eq!(
        (position.line, position.end),
        (3, 11),
        "written when dropped"
    );
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "nothing is left beside it");
}

#[test]
fn where_nothing_was_committed_no_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offsets");
    drop(Offsets::open(&path).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn another_file_is_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offsets");
    for text in [
        "",
        "one\ntwo\n",
        "{}",
        "{\"offset\": -1, \"lines\": 2}",
        "{\"offset\": 9, \"lines\": 10}",
        "{\"offset\": 9, \"lines\": 0}",
        "{\"offset\": 9, \"lines\": 2, \"unended\": 10}",
        "{\"offset\": 9, \"lines\": 2, \"sum\": 1}",
        "{\"offset\": 9, \"lines\": 2, \"sun\": 1}",
    ] {
        fs::write(&path, text).unwrap();
        let error = Offsets::open(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text}");
        let error = error.to_string();
        assert_eq!(error.matches(path.to_str().unwrap()).count(), 1, "{error}");
        assert!(error.contains("remove it"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_file_of_the_first_version_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offsets");
    fs::write(&path, "{\"lines\":2,\"offset\":9}\n").unwrap();
    assert_eq!(Offsets::open(&path).unwrap().position().end, 9);
}

#[test]
fn what_cannot_be_written_is_told_once_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("place");
    let offsets = Offsets::open(place.join("offsets")).unwrap();
    offsets.commit(line(1, 4));
    assert!(offsets.failure().is_some() && offsets.failure().is_none());
    assert!(offsets.flush().is_err());
    fs::create_dir(&place).unwrap();
    offsets.flush().unwrap();
    assert_eq!(written(&place.join("offsets")), 1);
}

mod locks {
    use super::*;

    #[test]
    fn a_file_is_open_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        for _ in 0..2 {
            let offsets = Offsets::open(&path).unwrap();
            for n in 1..=2 {
                let again = Offsets::open(&path).unwrap_err();
                assert_eq!(again.kind(), io::ErrorKind::ResourceBusy);
                let text = again.to_string();
                assert!(text.contains("open already, in this process"), "{text}");
                assert!(text.contains(path.to_str().unwrap()), "{text}");
                // Its file is another one then.
                offsets.commit(line(n, n * 4));
                offsets.flush().unwrap();
            }
        }
    }

    #[test]
    fn it_is_open_as_long_as_a_clone_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        let clone = Offsets::open(&path).unwrap().clone();
        assert!(Offsets::open(&path).is_err());
        drop(clone);
        assert!(Offsets::open(&path).is_ok());
    }

    #[test]
    fn of_many_openers_one_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        for round in 1..=20 {
            let start = std::sync::Barrier::new(4);
            let open = || {
                start.wait();
                Offsets::open(&path).ok()
            };
            let open = std::thread::scope(|scope| {
                let threads = [(); 4].map(|()| scope.spawn(open));
                threads.map(|thread| thread.join().unwrap())
            });
            let open: Vec<Offsets> = open.into_iter().flatten().collect();
            assert_eq!(open.len(), 1);
            assert_eq!(open[0].position().line, round - 1);
            open[0].commit(line(round, round));
        }
    }

    #[test]
    fn a_file_that_has_lost_its_name_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        let offsets = Offsets::open(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let other = Offsets::open(&path).unwrap();
        other.commit(line(2, 8));
        offsets.commit(line(1, 4));
        assert!(offsets.flush().is_err());
        drop(offsets);
        assert_eq!(written(&path), 2);
    }
}

mod syncs {
    use super::*;

    /// Holds what a file was given, and how much of it is durable.
    #[derive(Default)]
    struct Disk {
        calls: usize,
        /// The call that fails.
        fails: Option<usize>,
        written: u64,
        synced: u64,
        syncs: usize,
    }

    #[derive(Clone, Default)]
    struct Faulty(Arc<Mutex<Disk>>);

    impl Faulty {
        fn call(&self, act: impl FnOnce(&mut Disk)) -> io::Result<()> {
            let mut disk = self.0.lock().unwrap();
            disk.calls += 1;
            if disk.fails == Some(disk.calls) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            act(&mut disk);
            Ok(())
        }
    }

    impl Target for Faulty {
        fn write(&mut self, _: &[u8]) -> io::Result<()> {
            self.call(|disk| disk.written += 1)
        }

        fn sync(&mut self) -> io::Result<()> {
            self.call(|disk| {
                disk.synced = disk.written;
                disk.syncs += 1;
            })
        }
    }

    /// Holds what became of some lines that were written and committed, up to the first that
    /// failed.
    struct Run {
        /// Says how many of them the offsets know.
        known: u64,
        /// Says how often the offsets were written.
        writes: usize,
        /// Says whether they never knew of more than was durable.
        durable: bool,
    }

    fn run(disk: &Faulty, flush: impl Fn(u64) -> bool, syncs: bool) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        let offsets = Offsets::open(&path).unwrap();
        let output = Output::to(disk.clone());
        let outputs = if syncs {
            vec![output.clone()]
        } else {
            Vec::new()
        };
        offsets.begin(Path::new("text"), outputs).unwrap();
        let run = RefCell::new(Run {
            known: 0,
            writes: 0,
            durable: true,
        });
        let check = || {
            let (mut run, known) = (run.borrow_mut(), written(&path));
            assert!(run.known <= known);
            run.writes += usize::from(run.known < known);
            run.known = known;
            run.durable &= known <= disk.0.lock().unwrap().synced;
        };
        for n in 1..=9 {
            output.write(b"line\n");
            if !output.is_over() {
                offsets.commit(line(n, n * 5));
            }
            check();
            if flush(n) {
                assert!(!syncs || offsets.flush().is_err() == output.is_over());
                check();
                if syncs && output.is_over() {
                    assert_eq!(offsets.position().line, written(&path));
                }
            }
        }
        offsets.end();
        check();
        run.into_inner()
    }

    #[test]
    fn lines_are_durable_before_offsets_say_so_whatever_fails() {
        for flush in [|_| true, |n| n % 3 == 0, |_| false] {
            let whole = Faulty::default();
            assert_eq!(run(&whole, flush, true).known, 9);
            let calls = whole.0.lock().unwrap().calls;
            for fails in 1..=calls {
                let disk = Faulty::default();
                disk.0.lock().unwrap().fails = Some(fails);
                let run = run(&disk, flush, true);
                assert!(run.known < 9 && run.durable, "call {fails} failed");
            }
        }
    }

    #[test]
    fn offsets_that_do_not_sync_first_are_caught() {
        assert!(!run(&Faulty::default(), |_| true, false).durable);
    }

    #[test]
    fn lines_share_a_sync() {
        let disk = Faulty::default();
        let run = run(&disk, |n| n % 3 == 0, true);
        assert_eq!(disk.0.lock().unwrap().syncs, run.writes);
    }

    #[test]
    fn what_was_not_durable_comes_once_more_in_the_same_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        let offsets = Offsets::open(&path).unwrap();
        let disk = Faulty::default();
        let output = Output::to(disk.clone());
        offsets
            .begin(Path::new("text"), vec![output.clone()])
            .unwrap();
        for n in 1..=3 {
            output.write(b"line\n");
            offsets.commit(line(n, n * 5));
        }
        let calls = disk.0.lock().unwrap().calls;
        disk.0.lock().unwrap().fails = Some(calls + 1);
        assert_eq!(
            offsets.flush().unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        offsets.commit(line(4, 20));
        offsets.end();
        let again = offsets.begin(Path::new("text"), Vec::new()).unwrap();
        assert_eq!(again.line.line, 1);
    }
}
