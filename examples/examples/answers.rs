//! Run it with `cargo run -p flow-examples --example answers`
//!
//! Thousands of questions, a model that is slow and sometimes fails, and a store
//! for the answers. Interrupt it whenever you like, by Ctrl-C or `kill -9`, and
//! run it again: only what is missing is made.
//!
//! | option | |
//! |---|---|
//! | `--folder PATH` | where its files are (`target/answers`) |
//! | `--questions PATH` | JSONL with `id` and `text` (is made in the folder) |
//! | `--store NAME` | in the folder; `.redb` is a database (`answers.jsonl`) |
//! | `--count N` | how many questions are made (3000) |
//! | `--latency MS` | of the model (40) |
//! | `--failures SHARE` | of the model, from 0 to 1 (0.02) |
//! | `--concurrency N` | how many questions are asked at once (10) |
//! | `--inspect` | shows the flow on a page; needs `--features inspect` |

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flow_examples::{Options, chance, number_of_this_run};
use flow_runtime::{BoxError, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[path = "answers/view.rs"]
mod view;

#[derive(Clone, Serialize, Deserialize)]
struct Question {
    id: u32,
    text: String,
}

/// What is kept. The attribute names the key.
#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

/// How a missing one is made. `key` says which one it will be, before any work.
#[derived(key = question.id, version = 1)]
async fn answer(question: Question, model: &Model) -> Result<Answer, BoxError> {
    let (id, text) = (question.id, model.ask(&question).await?);
    Ok(Answer { id, text })
}

/// A model that takes its time, and fails now and then.
struct Model {
    latency: Duration,
    failures: f64,
    /// What fails in one run may succeed in the next.
    run: u64,
}

impl Model {
    // ===== Replace the body of this function by a call of your own model. =====
    async fn ask(&self, question: &Question) -> Result<String, BoxError> {
        let jitter = 0.5 + chance((question.id, self.run, "jitter"));
        tokio::time::sleep(self.latency.mul_f64(jitter)).await;
        if chance((question.id, self.run, "failure")) < self.failures {
            return Err("the model is overloaded".into());
        }
        Ok(format!("You asked: {} It depends.", question.text))
    }
}

/// How many answers were there, and how many had to be made.
#[derive(Default)]
struct Summary {
    extant: usize,
    derived: usize,
}

async fn job() -> Result<(), BoxError> {
    let mut options = Options::read()?;
    let folder = options.take("folder", PathBuf::from("target/answers"))?;
    let questions = options.take("questions", folder.join("questions.jsonl"))?;
    let answers = folder.join(options.take("store", PathBuf::from("answers.jsonl"))?);
    let count = options.take("count", 3000)?;
    let latency = Duration::from_millis(options.take("latency", 40)?);
    let failures = options.take("failures", 0.02)?;
    let concurrency = options.take("concurrency", NonZero::new(10).expect("10 is not 0"))?;
    let is_shown = options.is_set("inspect")?;
    options.finish()?;

    println!("questions  {}", questions.display());
    println!("answers    {}", answers.display());
    fs::create_dir_all(&folder)?;
    if questions.starts_with(&folder) && !questions.exists() {
        make_questions(&questions, count)?;
    }
    let total = fs::read_to_string(&questions)?.lines().count();
    let store = match answers.extension() {
        Some(extension) if extension == "redb" => Store::<Answer>::open(&answers)?,
        _ => Store::<Answer>::jsonl(&answers)?,
    };
    #[rustfmt::skip]
    let model = Model { latency, failures, run: number_of_this_run(&folder)? };
    let start = Instant::now();

    let job = flow! {
        #![observe = "answers"]
        questions = lines(&questions)? -> map(|line| serde_json::from_str(&line))?;
        possible  = questions -> map(|question| DerivedAnswer::new(question, &model));
        failed    = collect::<Vec<_>>();
        ensured   = possible
            -> ensure(&store, concurrency = concurrency.get(), ordered = false)? else failed
            -> progress("answers", total = total)
            -> fold(Summary::default(), |summary, answer| match answer.is_extant() {
                true => summary.extant += 1,
                false => summary.derived += 1,
            });

        (ensured, failed)
    };
    let _view = is_shown.then(|| view::open(&job, &store)).transpose()?;
    let (Summary { extant, derived }, failed) = job.run().await?;

    println!("{total} questions in {:.1?}:", start.elapsed());
    println!("{extant:6} were extant");
    println!("{derived:6} were derived");
    println!("{:6} failed", failed.len());
    if let Some(error) = failed.first() {
        println!("One failure: {error}. Run it again to try those that failed again.");
    }
    Ok(())
}

fn make_questions(path: &Path, count: u32) -> Result<(), BoxError> {
    let mut file = String::new();
    for id in 1..=count {
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
