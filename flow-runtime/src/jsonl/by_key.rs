//! `map_by_key`: a row for every row of another file, by a function called once a key.
//!
//! A line whose key is being made is passed over, so that nothing of it is held. When
//! the source has been read to its end, every key was begun; the lines that were passed
//! over are read once more, and get copies of the rows that are there by then.

mod known;
mod lines;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use serde_json::Value;

use self::known::Known;
use self::lines::{Asked, Made, Step, Steps};
use super::job::{self, Bar, ByKey, Job, Options};
use super::report::{Counts, Report};
use super::row_error::RowError;
use super::source::Lines;
use super::tries::{Asks, Called, call};
use super::work::{COPIES, Ended, Failing, begin, opened};
use crate::attempts::Attempts;
use crate::store::log::{Fields, Fingerprint, RowFile};
use crate::{Error, flow};

/// Makes a row of `dst` for every row of `src`: the key, in the column `key_name`, the
/// fields of what `f` gives, and the columns of the row that [`keep`](Job::keep) names.
/// `f` is called once for each distinct key, with the key and the first row that has it.
///
/// # Errors
///
/// `f`'s, of kind [`Failed`](crate::ErrorKind::Failed), which names the line; see
/// [`OnError`](super::OnError). [`Stale`](crate::ErrorKind::Stale) where `src` was edited
/// since `dst` was begun, or `dst` was begun with other columns;
/// [`Corrupt`](crate::ErrorKind::Corrupt), [`Key`](crate::ErrorKind::Key) where a line of
/// either is no row with that key, or a column that is kept is missing, by its number;
/// [`Locked`](crate::ErrorKind::Locked) where `dst` is open elsewhere;
/// [`Store`](crate::ErrorKind::Store) where the system refuses.
///
/// # Cancel safety
///
/// As that of [`Job`].
///
/// # Examples
///
/// ```
/// use flow_runtime::{BoxError, jsonl};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let (src, dst) = (folder.path().join("orders.jsonl"), folder.path().join("prices.jsonl"));
/// std::fs::write(&src, "{\"item\":7,\"by\":\"ann\"}\n{\"item\":7,\"by\":\"bob\"}\n").unwrap();
/// let report = jsonl::map_by_key(&src, &dst, "item", async |item, _row| {
///     Ok::<_, BoxError>(json!({ "price": item.as_u64().unwrap_or(0) * 10 }))
/// })
/// .keep(["by"])
/// .await?;
/// assert_eq!(report.written, 2);
/// let rows = std::fs::read_to_string(&dst).unwrap();
/// assert!(rows.contains(r#"{"item":7,"price":70,"by":"bob"}"#));
/// # Ok(())
/// # }
/// ```
pub fn map_by_key<F, E, By>(
    src: impl AsRef<Path>,
    dst: impl AsRef<Path>,
    key_name: impl Into<String>,
    f: F,
) -> Job<impl Future<Output = Result<Report, Error>>, ByKey>
where
    F: AsyncFn(Value, Value) -> Result<Value, E>,
    E: RowError<By>,
{
    let (src, dst) = (src.as_ref().to_owned(), dst.as_ref().to_owned());
    let key_name = key_name.into();
    Job::new(move |asked| run(asked, src, dst, key_name, f))
}

/// The files and columns of a run.
pub(super) struct Task {
    pub(super) src: PathBuf,
    pub(super) key: String,
    pub(super) keep: Vec<String>,
}

async fn run<F, E, By>(
    asked: job::Asked,
    src: PathBuf,
    dst: PathBuf,
    key: String,
    f: F,
) -> Result<Report, Error>
where
    F: AsyncFn(Value, Value) -> Result<Value, E>,
    E: RowError<By>,
{
    let options = asked.options();
    let keep = options.keep.clone();
    let task = Task { src, key, keep };
    let check = |line: &[u8]| {
        let fields = Fields::parse(line)?;
        fields.key(&task.key)?;
        task.keep
            .iter()
            .try_for_each(|name| fields.column(name).map(drop))
    };
    let fingerprint = begin(&task.src, &dst, check).await?;
    let key = Some(task.key.clone());
    let mut file = opened(&task.src, &dst, &fingerprint, key, &task.keep)?;
    if file.is_lost() {
        let finished = lines::rebuild(&task, &file).await?;
        file.found(finished)?;
    }
    let extant = file.rows() as usize;
    let counts = Counts::default();
    if (extant as u64) < fingerprint.lines {
        file.index(&task.key)?;
        let bar = options.bar(Some(fingerprint.lines - extant as u64));
        let known = Known::new(&file)?;
        let first = Lines::open(&task.src)?;
        let run = Run {
            task: &task,
            file: &file,
            known: &known,
            counts: &counts,
            bar: &bar,
            options: &options,
            attempts: &options.tries.attempts(),
        };
        let passed_over = pass(&run, first, &fingerprint, &f).await?;
        if passed_over {
            pass(&run, Lines::open(&task.src)?, &fingerprint, &f).await?;
        }
        bar.finish();
        file.settle().await?;
    }
    Ok(counts.report(extant))
}

/// The things that both passes share.
struct Run<'a> {
    task: &'a Task,
    file: &'a RowFile,
    known: &'a Known<'a>,
    counts: &'a Counts,
    bar: &'a Bar,
    options: &'a Options,
    attempts: &'a Attempts<Asks>,
}

/// Reads the source to its end. Returns whether lines were passed over.
async fn pass<F, E, By>(
    run: &Run<'_>,
    lines: Lines,
    fingerprint: &Fingerprint,
    f: &F,
) -> Result<bool, Error>
where
    F: AsyncFn(Value, Value) -> Result<Value, E>,
    E: RowError<By>,
{
    let steps = Steps::new(run.task, run.file, run.known, lines, fingerprint);
    let passed_over = steps.passed_over();
    let ended = Ended::default();
    let written = async |made: Made| {
        let row = [made.row.as_slice()];
        let written = run
            .file
            .append_line(made.bytes.clone(), made.line, row)
            .await;
        run.known.written(&made.bytes);
        match written {
            Ok(()) => Counts::add(&run.counts.written, 1),
            Err(error) => ended.end(error),
        }
        run.bar.tick();
    };
    let failing = Failing {
        path: &run.task.src,
        on_error: run.options.on_error,
        ended: &ended,
        counts: run.counts,
        bar: run.bar,
    };
    let failed = |asked: &Asked, error: Error| {
        let what = format!("line {}, key {},", asked.line, asked.key);
        if failing.failed(&what, error)
            && let Err(error) = run.known.failed(&asked.bytes)
        {
            ended.end(error);
        }
    };
    let made = async |step: Step| -> Option<Made> {
        let asked = match step {
            Step::Copy(made) => return Some(made),
            Step::Ask(asked) => asked,
        };
        let f = || f(asked.key.clone(), asked.row.clone());
        let Called { made, visit } = call(run.attempts, &asked.row, f).await;
        match made.and_then(|value| asked.made(run.task, &value)) {
            Ok(made) => written(made).await,
            Err(error) => failed(&asked, error),
        }
        drop(visit);
        None
    };
    let concurrency = run.options.tries.places(run.attempts);
    let steps = ended.until(steps);
    #[allow(
        unused_mut,
        reason = "rustc sees it only within the crate of the macro"
    )]
    let pass = flow! {
        from(steps)
            -> then(async |step| made(step).await, concurrency = concurrency, ordered = false)
            -> filter_map(|copy| copy)
            -> then(async |copy| written(copy).await, concurrency = COPIES, ordered = false)
            -> drain()
    };
    pass.run_until(ended.over()).await;
    ended.result()?;
    Ok(passed_over.load(Relaxed))
}
