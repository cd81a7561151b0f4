//! Run it with `cargo run -p flow-examples --example answers`
//!
//! Thousands of questions, and a model that is slow, charges for every answer, refuses
//! when too much is asked at once, and fails now and then. Interrupt it whenever you like,
//! by Ctrl-C or `kill -9`, or let it use up its budget, and run it again: only what is
//! missing is made, and paid for. What failed for good is not tried again; `flow-store`
//! shows why, and puts it back in line:
//! `cargo run -p flow-runtime --features cli,redb --bin flow-store -- PATH failures --group`
//!
//! | option | |
//! |---|---|
//! | `--folder PATH` | where its files are (`target/answers`) |
//! | `--questions PATH` | JSONL with `id` and `text` (is made in the folder) |
//! | `--store NAME` | in the folder; `.redb` is a database (`answers.jsonl`) |
//! | `--budget DOLLARS` | what a run may spend (5) |
//! | `--most N` | how many questions are asked at once, at most (64) |
//! | `--count N` | how many questions are made (3000) |
//! | `--latency MS` | of the model (40) |
//! | `--failures SHARE` | of the model, from 0 to 1 (0.1) |
//! | `--places N` | how many questions the model takes at once (24) |
//! | `--inspect` | shows the flow on a page; needs `--features inspect` |

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use flow_examples::{Options, Places, chance, number_of_this_run};
use flow_runtime::{
    BoxError, Budget, Ensured, Error, ErrorKind, Limit, Store, derived, extant, flow,
};
use serde::{Deserialize, Serialize};
use tokio::signal::ctrl_c;

#[path = "answers/view.rs"]
mod view;

#[derive(Clone, Serialize, Deserialize)]
struct Question {
    id: u32,
    text: String,
}

/// The record that is kept. The attribute names its key.
#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
    dollars: f64,
}

/// Makes a missing one. `key` says which one it will be, before any work.
#[derived(key = question.id, version = 1)]
async fn answer(question: Question, model: &Model) -> Result<Answer, ModelError> {
    let (text, dollars) = model.ask(&question).await?;
    let id = question.id;
    Ok(Answer { id, text, dollars })
}

/// The cost of an answer, about.
const PRICE: f64 = 0.002;

/// A model that takes its time and its price.
struct Model {
    latency: Duration,
    failures: f64,
    places: Places,
    /// The number of the run: a question that fails in one run, or one call, may succeed in the next.
    run: u64,
    calls: AtomicU64,
}

impl Model {
    // ===== Replace the body of this function by a call of your own model. =====
    async fn ask(&self, question: &Question) -> Result<(String, f64), ModelError> {
        let call = (question.id, self.run, self.calls.fetch_add(1, Relaxed));
        let Some(_place) = self.places.take() else {
            let retry_after = self.latency;
            return Err(ModelError::Busy { retry_after });
        };
        tokio::time::sleep(self.latency.mul_f64(0.5 + chance((call, "jitter")))).await;
        if chance((question.id, "forbidden")) < self.failures / 10.0 {
            return Err(ModelError::Forbidden);
        }
        if chance((call, "dropped")) < self.failures {
            return Err(ModelError::Dropped);
        }
        let dollars = PRICE * (0.5 + chance((question.id, "length")));
        Ok((format!("You asked: {} It depends.", question.text), dollars))
    }
}

#[derive(Debug)]
enum ModelError {
    Busy { retry_after: Duration },
    Dropped,
    Forbidden,
}

impl ModelError {
    /// The time the model asks to wait, where it refuses.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Dropped | Self::Forbidden => None,
        }
    }

    /// Another attempt may succeed.
    fn is_transient(&self) -> bool {
        !matches!(self, Self::Forbidden)
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy { .. } => "the model takes no more questions",
            Self::Dropped => "the connection was dropped",
            Self::Forbidden => "the model does not answer this",
        })
    }
}

impl std::error::Error for ModelError {}

/// The numbers of answers that were there, that had to be made, and that could not be.
#[derive(Default)]
struct Summary {
    extant: Cell<usize>,
    derived: Cell<usize>,
    failed: Cell<usize>,
    passed_over: Cell<usize>,
}

impl Summary {
    fn ensured(&self, answer: &Ensured<u32>) {
        count(match answer.is_extant() {
            true => &self.extant,
            false => &self.derived,
        });
    }

    fn failed(&self, error: &Error) {
        match error.kind() {
            ErrorKind::FailedBefore => count(&self.passed_over),
            // It was in line when the job was told to stop.
            ErrorKind::Interrupted => {}
            _ => count(&self.failed),
        }
    }
}

fn count(of: &Cell<usize>) {
    of.set(of.get() + 1);
}

async fn job() -> Result<(), BoxError> {
    let mut options = Options::read()?;
    let folder = options.take("folder", PathBuf::from("target/answers"))?;
    let questions = options.take("questions", folder.join("questions.jsonl"))?;
    let answers = folder.join(options.take("store", PathBuf::from("answers.jsonl"))?);
    let spend = Budget::new(options.take("budget", 5.0_f64)?.max(0.0));
    let most = options.take("most", NonZero::new(64).expect("64 is not 0"))?;
    let account = Limit::adaptive(most.get().min(4)..=most.get());
    let how_many = options.take("count", 3000)?;
    let latency = Duration::from_millis(options.take("latency", 40)?);
    let failures = options.take("failures", 0.1)?;
    let places = Places::new(options.take("places", 24)?);
    let is_shown = options.is_set("inspect")?;
    options.finish()?;

    fs::create_dir_all(&folder)?;
    if questions.starts_with(&folder) && !questions.exists() {
        make_questions(&questions, how_many)?;
    }
    let store = match answers.extension() {
        Some(extension) if extension == "redb" => Store::<Answer>::open(&answers)?,
        _ => Store::<Answer>::jsonl(&answers)?,
    };
    let model = Model {
        latency,
        failures,
        places,
        run: number_of_this_run(&folder)?,
        calls: AtomicU64::new(0),
    };

    let plan = flow! {
        lines(&questions)? -> map(|line| serde_json::from_str(&line))?
            -> map(|question| DerivedAnswer::new(question, &model))
            -> ensure(&store, rerun_failed = transient, estimate = |_| PRICE)? else drop -> drain();
    }
    .plan()
    .await?;
    println!("{plan}");

    let (start, summary) = (Instant::now(), Summary::default());
    let is_stopped = Cell::new(false);
    let job = flow! {
        #![observe = "answers"]
        questions = lines(&questions)? -> map(|line| serde_json::from_str(&line))?;
        possible  = questions -> map(|question| DerivedAnswer::new(question, &model));
        failed    = for_each(|error| summary.failed(&error));

        answers = possible
            -> ensure(
                &store,
                limit = &account,
                refused = |error| error.find::<ModelError>()?.retry_after(),
                retry = 1,
                retry_if = |error| error.find::<ModelError>().is_some_and(ModelError::is_transient),
                rerun_failed = transient,
                budget = &spend,
                cost = |answer| answer.dollars,
                ordered = false,
            )? else failed;

        answers -> progress("answers", total = plan.total()) -> for_each(|answer| summary.ensured(&answer));
    };
    let _view = is_shown.then(|| view::open(&job, &store)).transpose()?;
    let stop = async {
        // Without a handler for it, Ctrl-C ends the process: that is well, too.
        is_stopped.set(ctrl_c().await.is_ok());
    };
    let result = job.run_until(stop).await;

    match &result {
        Err(error) if error.kind() == ErrorKind::Budget => println!("stopped: {error:#}"),
        _ if is_stopped.get() => println!("stopped: what ran was finished and is stored"),
        _ => {}
    }
    let spent = spend.spent();
    println!("{:.1?} and {spent:.2} dollars later:", start.elapsed());
    for (count, what) in [
        (summary.extant.get(), "were extant"),
        (summary.derived.get(), "were derived"),
        (summary.failed.get(), "failed"),
        (summary.passed_over.get(), "failed for good before"),
        (model.places.refused(), "times the model refused"),
    ] {
        println!("{count:6} {what}");
    }
    report(&store, &answers).await?;
    match result {
        Err(error) if error.kind() != ErrorKind::Budget => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says what the store knows of failures, and who can say more.
async fn report(store: &Store<Answer>, path: &Path) -> Result<(), BoxError> {
    let failures = store.failures().await?;
    if failures.is_empty() {
        return Ok(());
    }
    let transient = failures.iter().filter(|failure| failure.transient).count();
    println!(
        "The next run tries {transient} of {} failures again. To see why, and to put all in line:",
        failures.len()
    );
    for command in ["failures --group", "retry --all"] {
        println!("  flow-store {} {command}", path.display());
    }
    Ok(())
}

fn make_questions(path: &Path, how_many: u32) -> Result<(), BoxError> {
    let mut file = String::new();
    for id in 1..=how_many {
        let text = format!("What about number {id}?");
        file += &serde_json::to_string(&Question { id, text })?;
        file.push('\n');
    }
    Ok(fs::write(path, file)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(error) = job().await {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
