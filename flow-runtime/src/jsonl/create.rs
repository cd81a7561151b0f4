//! `create_or_resume`: a file in which each key has so many rows.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use serde_core::Serialize;
use serde_json::Value;

use super::job::{Asked, Create, Job};
use super::missing::{Known, Missing};
use super::report::{Counts, OnError, Report};
use super::row_error::RowError;
use super::rows::Rows;
use super::tries::{Called, call};
use super::work::{Ended, Failing};
use crate::store::log::{Fields, at_line};
use crate::{Error, ErrorKind, flow};

/// Makes a JSONL file in which each key occurs exactly `key_count` times, in the column
/// `key_name`. `make` is asked for the missing rows only, with the key and which of its
/// rows it is, from 0 on; the key is put into a row that lacks it. A key that is given
/// twice counts once.
///
/// A row that failed is asked for again by its own number, by the next run, whatever rows of
/// its key came after it: `<path>.numbers` keeps in mind which are there, while those are
/// not just the first ones. Rows that others wrote count as the first of their key.
///
/// Keys are taken one by one as there is room for them, but for those that come before
/// the last key that the file has: that no other is in the file has to be known first.
///
/// # Errors
///
/// Those of [`Rows::open`]; `make`'s, of kind [`Failed`](ErrorKind::Failed), which names
/// the key; of kind [`Key`](ErrorKind::Key) where a key is none, a row has another than
/// it was made for, or the file has keys that are not in `keys`, or more rows of one than
/// `key_count`: then nothing is made. See [`OnError`].
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
/// # let path = folder.path().join("rolls.jsonl");
/// let report = jsonl::create_or_resume(&path, "player", 2, ["ann", "bob"], async |player, roll| {
///     Ok::<_, BoxError>(json!({ "player": player, "roll": roll }))
/// })
/// .concurrency(4)
/// .await?;
/// assert_eq!(report.written, 4);
/// # Ok(())
/// # }
/// ```
pub fn create_or_resume<I, M, E, By>(
    path: impl AsRef<Path>,
    key_name: impl Into<String>,
    key_count: usize,
    keys: I,
    make: M,
) -> Job<impl Future<Output = Result<Report, Error>>, Create>
where
    I: IntoIterator,
    I::Item: Serialize + Clone,
    M: AsyncFn(I::Item, usize) -> Result<Value, E>,
    E: RowError<By>,
{
    let (path, key_name) = (path.as_ref().to_owned(), key_name.into());
    Job::new(move |asked| run(asked, path, key_name, key_count, keys, make))
}

async fn run<I, M, E, By>(
    asked: Asked,
    path: PathBuf,
    key_name: String,
    key_count: usize,
    keys: I,
    make: M,
) -> Result<Report, Error>
where
    I: IntoIterator,
    I::Item: Serialize + Clone,
    M: AsyncFn(I::Item, usize) -> Result<Value, E>,
    E: RowError<By>,
{
    let options = asked.options();
    let rows = Rows::open(&path, key_name)?;
    let mut missing = Missing::new(rows.clone(), keys.into_iter(), key_count);
    let looked = look(&rows, &mut missing, key_count, options.on_error)?;
    let extant = looked.extant;
    let (counts, bar) = (Counts::default(), options.bar(None));
    let attempts = options.tries.attempts();
    let concurrency = options.tries.places(&attempts);

    let ended = Ended::default();
    let failing = Failing {
        path: &path,
        on_error: options.on_error,
        ended: &ended,
        counts: &counts,
        bar: &bar,
    };
    let made = async |(key, number): (I::Item, usize)| {
        let name = serde_json::to_value(&key).unwrap_or_default();
        let make = || make(key.clone(), number);
        let Called { made, visit } = call(&attempts, &name, make).await;
        let what = || format!("row {number} of the key {name}");
        match made {
            Err(error) => drop(failing.failed(&what(), error)),
            Ok(row) => match rows.append_for(&name, number, row).await {
                Ok(()) => {
                    Counts::add(&counts.written, 1);
                    bar.tick();
                }
                // The function's fault, unless it is fatal.
                Err(error) => drop(failing.failed(&what(), error)),
            },
        }
        drop(visit);
    };
    let asked = ended.until(looked.first.into_iter().map(Ok).chain(missing));
    #[allow(
        unused_mut,
        reason = "rustc sees it only within the crate of the macro"
    )]
    let run = flow! {
        from(asked)
            -> then(async |asked| made(asked).await, concurrency = concurrency, ordered = false)
            -> drain()
    };
    run.run_until(ended.over()).await;
    ended.result()?;
    bar.finish();
    rows.file().settle().await?;
    Ok(counts.report(extant))
}

/// The keys that were seen before anything was made.
struct Looked<K> {
    /// Rows that are missing, of keys that came until all in the file had.
    first: VecDeque<(K, usize)>,
    /// Rows that are there.
    extant: usize,
}

/// Takes keys until all that are in the file have come.
///
/// # Errors
///
/// Where some have not when there are no more.
fn look<I>(
    rows: &Rows,
    missing: &mut Missing<I>,
    n: usize,
    on_error: OnError,
) -> Result<Looked<I::Item>, Error>
where
    I: Iterator<Item: Serialize + Clone>,
{
    let mut looked = Looked {
        first: VecDeque::new(),
        extant: 0,
    };
    let (all, mut found) = (rows.file().keys(), 0);
    while found < all {
        let Some(known) = missing.next_key()? else {
            let foreign = foreign(rows, missing, on_error);
            return foreign.map(|()| looked);
        };
        let Known {
            key,
            bytes,
            count,
            lacking,
        } = known;
        found += u64::from(count > 0);
        looked.extant += count;
        if count > n {
            let key = String::from_utf8_lossy(&bytes);
            let path = rows.file().path().display();
            let message = format!("`{path}`: the key {key} has {count} rows, and {n} are wanted");
            on_error.judge(Error::new(ErrorKind::Key, message))?;
        }
        let left = lacking.map(|number| (key.clone(), number as usize));
        looked.first.extend(left);
    }
    Ok(looked)
}

/// Tells of the rows whose keys have not come.
fn foreign<I>(rows: &Rows, missing: &Missing<I>, on_error: OnError) -> Result<(), Error>
where
    I: Iterator<Item: Serialize + Clone>,
{
    let file = rows.file();
    file.each_row(|number, _, row| {
        let key = Fields::parse(row)?.key(rows.key_name())?;
        if missing.has_seen(&key)? {
            return Ok(());
        }
        let message = format!("the key {} is not in `keys`", String::from_utf8_lossy(&key));
        let error = Error::new(ErrorKind::Key, message);
        match on_error {
            OnError::Raise => Err(error),
            OnError::Print => on_error.judge(at_line(file.path(), number, error)),
        }
    })
}
