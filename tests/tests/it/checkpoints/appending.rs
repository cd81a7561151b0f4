//! `lines(path, resume = offsets) -> … -> write_lines(path, append = true)`.

use std::cell::RefCell;
use std::error::Error as _;
use std::fs;
use std::path::Path;

use flow_runtime::flow;
use serde_json::Value;

use super::files::Files;
use super::{Acks, drive};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn lines_that_were_written_before_stay() {
    let files = Files::new("a\nb\n");
    let out = files.beside("out");
    for more in ["c\n", "", "d\ne\n"] {
        flow! {
            lines(files.text(), resume = files.offsets())?
                -> map(|line: String| line.to_uppercase())
                -> write_lines(&out, append = true)?;
        }
        .run()
        .unwrap();
        files.append(more);
    }
    assert_eq!(read(&out), "A\nB\nC\n");
    let offsets = files.offsets();
    let written = flow! {
        lines(files.text(), resume = &offsets)? -> write_lines(&out, append = true)
    };
    written.run().unwrap().unwrap();
    assert_eq!(read(&out), "A\nB\nC\nd\ne\n");
}

#[test]
fn in_any_position() {
    for _ in 0..2 {
        let files = Files::new("1\nx\n2\n3\n");
        let outs = ["good", "bad", "odd", "some"].map(|name| files.beside(name));
        let [good, bad, odd, some] = &outs;
        for more in ["4\ny\n5\n", ""] {
            drive(flow! {
                bad = map(|line: String| format!("no number: {line}")) -> write_lines(bad, append = true)?;
                numbers = lines(files.text(), resume = files.offsets())?
                    -> map(|line: String| line.parse::<u32>().map_err(|_| line))? else bad;
                numbers -> buffer(2) -> write_lines(good, append = true)?;
                numbers -> partition(2) -> flat_map(|batch| batch) -> match {
                    odd if odd % 2 == 1 => write_lines(odd, append = true)?,
                    _ => drop,
                };
                union(numbers, from([7]))
                    -> then(async |n| n, concurrency = 2)
                    -> by_key(|n| n % 2) { map(|n| n * 10) }
                    -> write_lines(some, append = true)?;
            })
            .unwrap();
            files.append(more);
        }
        let lines = outs.map(|out| {
            let mut lines: Vec<_> = read(&out).lines().map(str::to_owned).collect();
            lines.sort();
            lines.join(" ")
        });
        assert_eq!(lines[0], "1 2 3 4 5");
        assert_eq!(lines[1], "no number: x no number: y");
        assert_eq!(lines[2], "1 3 5");
        assert_eq!(lines[3], "10 20 30 40 50 70 70");
    }
}

#[test]
fn a_line_that_a_crash_cut_off_is_not_glued_to_the_next() {
    let files = Files::new("one\ntwo\nthree\n");
    let out = files.beside("out");
    files.some(1);
    fs::write(&out, "one\ntw").unwrap();
    flow! { lines(files.text(), resume = files.offsets())? -> write_lines(&out, append = true)?; }
        .run()
        .unwrap();
    assert_eq!(read(&out), "one\ntwo\nthree\n");
    assert_eq!(read(&files.beside("out.torn")), "tw\n");
}

#[test]
fn without_a_source_that_resumes_it_appends_as_well() {
    let files = Files::new("");
    let out = files.beside("out");
    for n in 0..2 {
        flow! { from([n, n]) -> write_lines(&out, append = true)?; }
            .run()
            .unwrap();
    }
    assert_eq!(read(&out), "0\n0\n1\n1\n");
    flow! { from([2]) -> write_lines(&out, append = false)?; }
        .run()
        .unwrap();
    assert_eq!(read(&out), "2\n");
    let acks = Acks::default();
    drive(flow! { stream(acks.source(3..=4), ack = true) -> write_lines(&out, append = true)?; })
        .unwrap();
    assert_eq!(
        (read(&out), acks.get()),
        ("2\n3\n4\n".to_owned(), vec![3, 4])
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_write_that_fails_ends_the_flow_and_the_source_stands_before_it() {
    let files = Files::new("1\n2\n3\n");
    let seen = RefCell::new(0);
    let error = flow! {
        lines(files.text(), resume = files.offsets())? -> inspect(|_| *seen.borrow_mut() += 1)
            -> write_lines("/dev/full", append = true)?;
    }
    .run()
    .unwrap_err();
    assert_eq!(seen.into_inner(), 1);
    let text = error.to_string();
    assert_eq!(text.matches("/dev/full").count(), 1, "{text}");
    assert_eq!(text.matches("(os error 28)").count(), 1, "{text}");
    assert!(text.contains("appending.rs:"), "{text}");
    assert!(error.source().is_none() && error.is::<std::io::Error>());
    assert_eq!(files.end(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn beside_other_branches_it_is_never_committed() {
    let files = Files::new("1\n2\n3\n");
    let run = flow! {
        line = lines(files.text(), resume = files.offsets())?;
        line -> write_lines("/dev/full", append = true)?;
        line -> count()
    };
    assert!(run.run().is_err());
    assert_eq!(files.end(), 0);
}

#[test]
fn what_is_committed_is_in_the_file_when_a_flow_is_dropped() {
    let files = Files::new("1\n2\n3\n4\n");
    let out = files.beside("out");
    let mut seen = flow! {
        line = lines(files.text(), resume = files.offsets())?;
        line -> write_lines(&out, append = true)?;
        line
    };
    assert!(seen.by_ref().take(3).all(|line| line.is_ok()));
    drop(seen);
    assert_eq!(read(&out), "1\n2\n3\n");
    assert_eq!(files.end(), 4, "nobody has come back from the third");
}

#[test]
fn a_file_that_is_taken_away_meanwhile_is_an_error_and_its_lines_come_again() {
    type Act = fn(&Path);
    let acts: [(&str, Act); 3] = [
        ("removed", |out| fs::remove_file(out).unwrap()),
        ("removed", |out| {
            fs::write(out.with_extension("new"), "").unwrap();
            fs::rename(out.with_extension("new"), out).unwrap();
        }),
        ("cut off", |out| fs::write(out, "").unwrap()),
    ];
    for (word, act) in acts {
        let files = Files::new("1\n2\n3\n4\n");
        let out = files.beside("out");
        let run = |act: &dyn Fn(&str)| {
            let offsets = files.offsets();
            let lines = flow! {
                lines(files.text(), resume = &offsets)?
                    -> inspect(|line| act(line)) -> write_lines(&out, append = true)?;
            };
            lines.run()
        };
        let error = run(&|line| {
            if line == "4" {
                act(&out);
            }
        });
        let error = error.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
        assert_eq!(error.matches(out.to_str().unwrap()).count(), 1, "{error}");
        run(&|_| ()).unwrap();
        let again = read(&out);
        // What was synced before is gone: nobody can know that.
        assert!(again.ends_with("4\n"), "{word}: {again}");
    }
}

#[test]
fn a_file_that_is_renamed_meanwhile_keeps_its_lines() {
    let files = Files::new("1\n2\n");
    let (out, other) = (files.beside("out"), files.beside("other"));
    let lines = flow! {
        lines(files.text(), resume = files.offsets())?
            -> inspect(|line| if line == "2" { fs::rename(&out, &other).unwrap() })
            -> write_lines(&out, append = true)?;
    };
    lines.run().unwrap();
    assert_eq!(read(&other), "1\n2\n");
}

#[test]
fn lines_that_are_done_at_once_are_written_as_one() {
    let files = Files::new("1\n2\n3\n4\n5\n6\n");
    let offsets = files.offsets();
    // The number of lines that the file tells of while each batch is there.
    let told = RefCell::new(Vec::new());
    let look = || {
        let text: Value = serde_json::from_slice(&fs::read(files.log()).unwrap()).unwrap();
        text["lines"].as_u64().unwrap()
    };
    flow! {
        lines(files.text(), resume = &offsets)? -> partition(3)
            -> for_each(|_| told.borrow_mut().push(look()));
    }
    .run()
    .unwrap();
    assert_eq!(
        told.into_inner(),
        [0, 2],
        "the line that made it whole goes by itself"
    );
}
