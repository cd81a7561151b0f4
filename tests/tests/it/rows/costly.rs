//! Row tools whose calls cost something: limits, refusals, budgets, tries.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use flow_runtime::jsonl::{self, OnError, Report};
use flow_runtime::{BoxError, Budget, Error, ErrorKind, Limit};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::Files;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Api {
    Busy,
    Gone,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Api {}

/// A service that takes so many at once.
#[derive(Default)]
struct Service {
    takes: usize,
    running: AtomicUsize,
    most: AtomicUsize,
    calls: AtomicUsize,
}

impl Service {
    fn taking(takes: usize) -> Self {
        let service = Self::default();
        Self { takes, ..service }
    }

    async fn ask(&self) -> anyhow::Result<()> {
        self.calls.fetch_add(1, Relaxed);
        let running = self.running.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(running, Relaxed);
        let is_busy = running > self.takes;
        if !is_busy {
            sleep(SECOND).await;
        }
        self.running.fetch_sub(1, Relaxed);
        match is_busy {
            true => Err(anyhow::Error::from(Api::Busy).context("the service")),
            false => Ok(()),
        }
    }

    fn said(&self) -> (usize, usize) {
        (self.calls.load(Relaxed), self.most.load(Relaxed))
    }
}

const TOOLS: [Tool; 3] = [Tool::Create, Tool::ByKey, Tool::Flat];

#[derive(Clone, Copy, Debug)]
enum Tool {
    Create,
    ByKey,
    Flat,
}

fn source(lines: u64) -> String {
    (0..lines).map(|id| format!("{{\"id\":{id}}}\n")).collect()
}

/// Calls a method chain on each of the tools, which are of different types.
macro_rules! run {
    ($tool:expr, $files:expr, $lines:expr, $work:expr, |$job:ident| $chain:expr) => {{
        let (files, work) = ($files, $work);
        match $tool {
            Tool::Create => {
                let make = async |id: u64, _| work(id).await.map(|()| json!({ "id": id }));
                let $job = jsonl::create_or_resume(&files.dst, "id", 1, 0..$lines, make);
                $chain.await
            }
            Tool::ByKey => {
                let f = async |id: Value, _| {
                    let id = id.as_u64().unwrap_or_default();
                    work(id).await.map(|()| json!({ "made": id }))
                };
                let $job = jsonl::map_by_key(&files.src, &files.dst, "id", f);
                $chain.await
            }
            Tool::Flat => {
                let f = async |row: Value| {
                    let id = row["id"].as_u64().unwrap_or_default();
                    work(id).await.map(|()| vec![row])
                };
                let $job = jsonl::flat_map(&files.src, &files.dst, f);
                $chain.await
            }
        }
    }};
}

fn busy(error: &Error) -> Option<Duration> {
    (*error.find::<Api>()? == Api::Busy).then_some(SECOND)
}

#[tokio::test(start_paused = true)]
async fn a_limit_stands_in_place_of_concurrency() {
    for tool in TOOLS {
        let (files, service) = (Files::new(&source(40), ""), Service::taking(100));
        let limit = Limit::fixed(8);
        let ask = async |_| service.ask().await;
        let report: Report = run!(tool, &files, 40, ask, |job| job.limit(&limit)).unwrap();
        assert_eq!((report.written, service.said()), (40, (40, 8)), "{tool:?}");
        // Of both the smaller.
        let (files, service) = (Files::new(&source(40), ""), Service::taking(100));
        let ask = async |_| service.ask().await;
        run!(tool, &files, 40, ask, |job| job
            .limit(&limit)
            .concurrency(3))
        .unwrap();
        assert_eq!(service.said(), (40, 3), "{tool:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tools_share_a_limit_and_its_pace() {
    let (one, other) = (Files::new(&source(30), ""), Files::new(&source(30), ""));
    let service = Service::taking(100);
    let limit = Limit::fixed(5).per_minute(60);
    let start = Instant::now();
    let ask = async |_| service.ask().await;
    let first = async { run!(Tool::ByKey, &one, 30, ask, |job| job.limit(&limit)) };
    let second = async { run!(Tool::Flat, &other, 30, ask, |job| job.limit(&limit)) };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.unwrap().written, second.unwrap().written), (30, 30));
    let (calls, most) = service.said();
    assert!(calls == 60 && most <= 5, "{calls}, {most}");
    assert_eq!(start.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn units_are_what_the_row_says() {
    for tool in TOOLS {
        let files = Files::new(&source(5), "");
        let limit = Limit::fixed(100).units_per_minute(60);
        let start = Instant::now();
        let done = async |_| Ok::<_, BoxError>(());
        run!(tool, &files, 5, done, |job| job.limit(&limit).units(
            |given| given.as_u64().or(given["id"].as_u64()).unwrap() * 10 + 1
        ))
        .unwrap();
        // 1 + 11 + 21 + 31 units before the last begins.
        assert_eq!(start.elapsed().as_secs(), 64, "{tool:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_calls_go_back_in_line_and_spend_no_try() {
    for tool in TOOLS {
        let (files, service) = (Files::new(&source(60), ""), Service::taking(4));
        let limit = Limit::adaptive(2..=16);
        let ask = async |_| service.ask().await;
        let report = run!(tool, &files, 60, ask, |job| job.limit(&limit).refused(busy)).unwrap();
        assert_eq!((report.written, report.failed), (60, 0), "{tool:?}");
        assert!(service.said().0 > 60, "{tool:?}: none was refused");
        assert_eq!(files.rows().len(), 60);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_always_refused_is_given_up() {
    for tool in TOOLS {
        let (files, service) = (Files::new(&source(3), ""), Service::taking(0));
        let ask = async |_| service.ask().await;
        let error = run!(tool, &files, 3, ask, |job| job
            .concurrency(2)
            .refused(busy)
            .give_up(60 * SECOND))
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{tool:?}");
        assert_eq!(error.find(), Some(&Api::Busy), "{tool:?}");
        assert!(format!("{error:#}").contains("given up"), "{error:#}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_used_up_budget_ends_it_and_the_next_run_goes_on() {
    for tool in TOOLS {
        for on_error in [OnError::Raise, OnError::Print] {
            let (files, service) = (Files::new(&source(20), ""), Service::taking(100));
            let ask = async |_| service.ask().await;
            let spend = Budget::new(5.0);
            let error = run!(tool, &files, 20, ask, |job| job
                .concurrency(4)
                .on_error(on_error)
                .budget(&spend)
                .cost(|_| 1.0))
            .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Budget, "{tool:?}");
            assert!(error.is_fatal() && error.others().is_empty(), "{error:?}");
            let text = format!("{error:#}");
            // Three more may run when the fifth has been paid for.
            let made = files.rows().len();
            assert!((5..=8).contains(&made), "{made}");
            assert!(text.contains(&format!("{made} of 5 spent")), "{text}");
            // What ran was finished and written, and every row was paid for.
            assert_eq!(service.said().0, made, "{tool:?}");
            let more = Budget::new(100.0);
            let report = run!(tool, &files, 20, ask, |job| job
                .concurrency(4)
                .budget(&more)
                .cost(|_| 1.0))
            .unwrap();
            let expected = (made, 20 - made, (20 - made) as f64);
            assert_eq!(
                (report.extant, report.written, more.spent()),
                expected,
                "{tool:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_waits_of_all_others() {
    for tool in TOOLS {
        let files = Files::new(&source(50), "");
        let calls = AtomicUsize::new(0);
        let ask = async |id: u64| {
            calls.fetch_add(1, Relaxed);
            sleep(SECOND).await;
            match id {
                0 => Err(Api::Busy),
                1 => {
                    sleep(10 * SECOND).await;
                    Err(Api::Gone)
                }
                _ => Ok(()),
            }
        };
        let start = Instant::now();
        let limit = Limit::fixed(4);
        let error = run!(tool, &files, 50, ask, |job| job
            .limit(&limit)
            .refused(|error| busy(error).map(|wait| wait * 600)))
        .unwrap_err();
        // The service asked for ten minutes, and nothing waits for them.
        assert_eq!(error.find(), Some(&Api::Gone), "{tool:?}: {error:?}");
        assert_eq!(start.elapsed(), 11 * SECOND, "{tool:?}");
        assert_eq!(files.rows().len(), calls.into_inner() - 2, "{tool:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tries_are_told_by_the_user_s_error_in_anyhow() {
    for tool in TOOLS {
        let (files, calls) = (Files::new(&source(2), ""), AtomicUsize::new(0));
        let ask = async |id: u64| -> anyhow::Result<()> {
            let api = match (id, calls.fetch_add(1, Relaxed)) {
                (0, 0..3) => Api::Busy,
                (0, _) => return Ok(()),
                _ => Api::Gone,
            };
            Err(anyhow::Error::from(api).context("outer"))
        };
        let error = run!(tool, &files, 2, ask, |job| job
            .retry(5)
            .retry_if(|error| error.find() == Some(&Api::Busy))
            .retry_after(|error| busy(error).map(|wait| wait * 7)))
        .unwrap_err();
        assert_eq!(error.find(), Some(&Api::Gone), "{tool:?}");
        assert_eq!((files.rows().len(), calls.into_inner()), (1, 5), "{tool:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_try_whose_time_is_over_is_made_again() {
    for tool in TOOLS {
        let (files, calls) = (Files::new(&source(1), ""), AtomicUsize::new(0));
        let ask = async |_| {
            if calls.fetch_add(1, Relaxed) == 0 {
                sleep(60 * SECOND).await;
            }
            Ok::<_, BoxError>(())
        };
        let job = run!(tool, &files, 1, ask, |job| job.timeout(SECOND).retry(1));
        assert_eq!(
            (job.unwrap().written, calls.into_inner()),
            (1, 2),
            "{tool:?}"
        );
    }
}

#[tokio::test]
async fn errors_of_all_kinds_are_found_again() {
    let files = Files::new("", "");
    macro_rules! fails {
        ($error:expr) => {{
            let make = async |_: u32, _: usize| Err($error);
            let job = jsonl::create_or_resume(&files.dst, "id", 1, [1], make);
            job.await.unwrap_err()
        }};
    }
    assert!(fails!(Api::Gone).is::<Api>());
    assert!(fails!(BoxError::from(Api::Gone)).is::<Api>());
    assert!(fails!(std::sync::Arc::new(Api::Gone)).is::<Api>());
    assert!(fails!(Box::new(Api::Gone)).is::<Api>());
    assert!(fails!(std::io::Error::other(Api::Gone)).is::<Api>());
    assert!(fails!(Error::of(ErrorKind::Store, Api::Gone)).is::<Api>());
    assert!(fails!(anyhow::anyhow!(Api::Gone).context("outer")).is::<Api>());
    let shared =
        || std::sync::Arc::<dyn std::error::Error + Send + Sync>::from(Box::from(Api::Gone));
    assert!(fails!(shared()).is::<Api>());
    assert!(format!("{:#}", fails!("plain")).contains("plain"));
    assert!(format!("{:#}", fails!("plain".to_owned())).contains("plain"));
}

#[tokio::test]
#[should_panic(expected = "`budget` needs `cost`")]
async fn a_budget_of_which_nothing_is_spent_is_refused() {
    let files = Files::new("", "");
    let make = async |id: u32, _| Ok::<_, BoxError>(json!({ "id": id }));
    let job = jsonl::create_or_resume(&files.dst, "id", 1, [1], make);
    let _ = job.budget(&Budget::new(1.0)).await;
}

#[tokio::test]
#[should_panic(expected = "rows/costly.rs")]
async fn what_needs_another_option_is_blamed_where_it_is_awaited() {
    let files = Files::new(&source(1), "");
    let job = jsonl::flat_map(&files.src, &files.dst, async |row| {
        Ok::<_, BoxError>(vec![row])
    });
    let _ = job.give_up(SECOND).await;
}

#[test]
fn a_job_with_limits_may_be_spawned() {
    fn sends<T: Send>(_: &T) {}
    let files = Files::new("", "");
    let make = async |id: u32, _| Ok::<_, Api>(json!({ "id": id }));
    let job = jsonl::create_or_resume(files.dst.clone(), "id", 1, [1], make);
    let job = job
        .limit(&Limit::fixed(2))
        .refused(busy)
        .budget(&Budget::new(1.0));
    sends(&job.cost(|_| 1.0).into_future());
}
