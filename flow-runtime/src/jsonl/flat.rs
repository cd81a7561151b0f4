//! `flat_map`: any number of rows for every row of another file.

use std::path::{Path, PathBuf};

use serde_core::de::IgnoredAny;
use serde_json::Value;

use super::job::{Asked, Flat, Job};
use super::report::{Counts, Report};
use super::row_error::RowError;
use super::source::Lines;
use super::tries::{Called, call};
use super::work::{Ended, Failing, begin, opened};
use crate::store::log::{Fingerprint, Finished, RowFile};
use crate::{Error, ErrorKind, flow};

/// Makes the rows of `dst` of those of `src`: those that `f` gives, any number for each
/// row. The rows of one line are written together, or not at all.
///
/// The rows do not say which line they are of, so `<dst>.resume` has to stay beside
/// `dst`, and `dst` as it is written.
///
/// # Errors
///
/// `f`'s, of kind [`Failed`](crate::ErrorKind::Failed), which names the line; see
/// [`OnError`](super::OnError). [`Stale`](crate::ErrorKind::Stale) where `src` was edited
/// since `dst` was begun, `dst` was edited, or its `.resume` file is lost;
/// [`Corrupt`](crate::ErrorKind::Corrupt) where a line of either is no JSON, by its
/// number; [`Locked`](crate::ErrorKind::Locked) where `dst` is open elsewhere;
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
/// use serde_json::{Value, json};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let (src, dst) = (folder.path().join("texts.jsonl"), folder.path().join("words.jsonl"));
/// std::fs::write(&src, "{\"text\":\"to be\"}\n{\"text\":\"\"}\n").unwrap();
/// let report = jsonl::flat_map(&src, &dst, async |row: Value| {
///     let words = row["text"].as_str().unwrap_or_default().split_whitespace();
///     Ok::<_, BoxError>(words.map(|word| json!({ "word": word })).collect())
/// })
/// .await?;
/// assert_eq!(report.written, 2);
/// # Ok(())
/// # }
/// ```
pub fn flat_map<F, E, By>(
    src: impl AsRef<Path>,
    dst: impl AsRef<Path>,
    f: F,
) -> Job<impl Future<Output = Result<Report, Error>>, Flat>
where
    F: AsyncFn(Value) -> Result<Vec<Value>, E>,
    E: RowError<By>,
{
    let (src, dst) = (src.as_ref().to_owned(), dst.as_ref().to_owned());
    Job::new(move |asked| run(asked, src, dst, f))
}

async fn run<F, E, By>(asked: Asked, src: PathBuf, dst: PathBuf, f: F) -> Result<Report, Error>
where
    F: AsyncFn(Value) -> Result<Vec<Value>, E>,
    E: RowError<By>,
{
    let options = asked.options();
    let check = |line: &[u8]| parsed::<IgnoredAny>(line).map(drop);
    let fingerprint = begin(&src, &dst, check).await?;
    let mut file = opened(&src, &dst, &fingerprint, None, &[])?;
    if file.is_lost() {
        // There are no rows, else it would have been refused.
        file.found(Finished::default())?;
    }
    let extant = file.rows() as usize;
    let (counts, bar) = (Counts::default(), options.bar(Some(fingerprint.lines)));
    let attempts = options.tries.attempts();
    let concurrency = options.tries.places(&attempts);
    let ended = Ended::default();
    let failing = Failing {
        path: &src,
        on_error: options.on_error,
        ended: &ended,
        counts: &counts,
        bar: &bar,
    };
    let made = async |(line, row): (u64, Value)| {
        let f = || f(row.clone());
        let Called { made, visit } = call(&attempts, &row, f).await;
        match made {
            Err(error) => drop(failing.failed(&format!("line {line}"), error)),
            Ok(rows) => {
                let rows: Vec<_> = rows.iter().map(Value::to_string).collect();
                let texts = rows.iter().map(String::as_bytes);
                match file.append_line(Vec::new(), line, texts).await {
                    Ok(()) => Counts::add(&counts.written, rows.len()),
                    Err(error) => ended.end(error),
                }
                bar.tick();
            }
        }
        drop(visit);
    };
    let steps = ended.until(Steps {
        file: &file,
        lines: Lines::open(&src)?,
        fingerprint: &fingerprint,
        is_over: false,
    });
    #[allow(
        unused_mut,
        reason = "rustc sees it only within the crate of the macro"
    )]
    let run = flow! {
        from(steps)
            -> then(async |step| made(step).await, concurrency = concurrency, ordered = false)
            -> drain()
    };
    run.run_until(ended.over()).await;
    ended.result()?;
    bar.finish();
    file.settle().await?;
    Ok(counts.report(extant))
}

/// The lines that are not finished, with their numbers.
struct Steps<'a> {
    file: &'a RowFile,
    lines: Lines,
    fingerprint: &'a Fingerprint,
    is_over: bool,
}

impl Steps<'_> {
    fn step(&mut self) -> Result<Option<(u64, Value)>, Error> {
        while let Some((line, text)) = self.lines.next_line()? {
            if !self.file.is_finished(line) {
                let row = parsed(text);
                return match row {
                    Ok(row) => Ok(Some((line, row))),
                    Err(error) => Err(self.lines.at(line, error)),
                };
            }
        }
        self.lines.check(self.fingerprint)?;
        Ok(None)
    }
}

impl Iterator for Steps<'_> {
    type Item = Result<(u64, Value), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}

fn parsed<T: serde_core::de::DeserializeOwned>(line: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(line)
        .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON", error))
}
