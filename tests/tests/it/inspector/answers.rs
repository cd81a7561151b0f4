//! The main job on the page: the example itself, a process of its own.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::browser::Browser;

/// The example `answers`, built as these tests are, and shown on a page.
struct Job {
    child: Child,
    /// The address that it prints.
    url: String,
}

impl Job {
    fn start(folder: &Path) -> Self {
        // `target/debug/deps/it-…`
        let test = env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--locked", "--quiet", "-p", "flow-examples"])
            .args(["--features", "inspect", "--example", "answers"])
            .arg("--target-dir")
            .arg(profile.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the example is built");
        let mut child = Command::new(profile.join("examples/answers"))
            .args(["--inspect", "--latency", "400", "--folder"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let url = lines.find(|line| line.starts_with("http://"));
        let url = url.expect("it prints its address");
        // It goes on writing, and waits where nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// Interrupts it, as by Ctrl-C, and gives what it has printed.
    fn interrupted(mut self) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-INT", &id]).status();
        assert!(told.unwrap().success());
        let mut output = String::new();
        let mut printed = self.child.stdout.take().unwrap();
        printed.read_to_string(&mut output).unwrap();
        assert!(self.child.wait().unwrap().success(), "{output}");
        output
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The number before these words in the output of the job.
fn number(output: &str, words: &str) -> u64 {
    let line = output.lines().find(|line| line.ends_with(words));
    let line = line.unwrap_or_else(|| panic!("{words}: {output}"));
    line.trim().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_main_job_is_seen_as_it_works() {
    if !Browser::is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let job = Job::start(folder.path());
    let mut page = Browser::open(&job.url).expect("there is one");

    // Rates at its edges, the slow stage in words, and those that run.
    page.until("document.querySelector('#picture .label.moves') != null");
    page.until("document.querySelector('#slow button').textContent == 'answers'");
    let text = |card: &str| format!("document.querySelector('#{card}').innerText");
    page.until(&format!(
        "{}.match(/answers\\n[\\s\\S]*running/) != null",
        text("jobs")
    ));
    // What it may ask at once breathes, and money is spent.
    let bound = format!("{}.match(/of (\\d+) at once/)?.[1]", text("budgets"));
    let first = page.until(&bound);
    page.until(&format!("{bound} != {first}"));
    page.until(&format!("{}.includes('of 5')", text("budgets")));
    // What failed says why, as text, and can be tried again.
    page.until(&format!(
        "{}.includes('the model does not answer this')",
        text("errors")
    ));
    page.until("document.querySelector('#stores .row button')?.checkVisibility()");
    page.pictures("answers");
    page.run("document.querySelector('#stores .row button').click()");
    page.until(&format!("{}.includes('met next')", text("stores")));

    // It ends as it would without the page, which keeps the last numbers.
    let derived = format!(
        "+{}.match(/([\\d,]+) derived/)[1].replace(/,/g, '')",
        text("artifacts")
    );
    page.until(&derived);
    let output = job.interrupted();
    page.until("document.querySelector('#link').className == 'gone'");
    let seen = page.run(&derived).as_f64().unwrap();
    let made = number(&output, "were derived");
    assert!(seen > 0.0 && seen <= made as f64, "{seen}: {output}");
    page.pictures("answers-gone");
}
