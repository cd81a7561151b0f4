//! Attempts: how long is waited between them, what is asked of an error, and where in
//! a flow they may stand.

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use flow_runtime::{BoxError, ErrorKind, Retry, flow};
use tokio::time::{Instant, sleep};

/// The errors of a service.
#[derive(Clone, Debug, PartialEq)]
enum Api {
    /// Come again in so many seconds.
    Busy(u64),
    Gone,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(seconds) => write!(f, "busy for {seconds} s"),
            Self::Gone => f.write_str("gone"),
        }
    }
}

impl StdError for Api {}

impl Api {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy(seconds) => Some(Duration::from_secs(*seconds)),
            Self::Gone => None,
        }
    }
}

/// An error around another.
#[derive(Debug)]
struct Client(Api);

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client failed")
    }
}

impl StdError for Client {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn post(x: u32) -> Result<u32, Api> {
    sleep(ms(1)).await;
    Ok(x)
}

/// Fails with `error` for the first `times` calls.
fn failing<E: Clone>(calls: &Cell<u32>, times: u32, error: &E) -> Result<u32, E> {
    calls.set(calls.get() + 1);
    if calls.get() <= times {
        Err(error.clone())
    } else {
        Ok(calls.get())
    }
}

mod waits {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_number_backs_off_and_no_two_flows_alike() {
        let mut all = Vec::new();
        for _ in 0..20 {
            let begin = Instant::now();
            let flow = flow! { from([1_u32]) -> then(async |_| Err::<u32, _>(Api::Gone), retry = 3)? -> count() };
            assert!(flow.run().await.is_err());
            all.push(begin.elapsed());
        }
        // 100 + 200 + 400 ms, each shortened by up to a half; timers go by milliseconds.
        assert!(
            all.iter().all(|each| (ms(350)..=ms(703)).contains(each)),
            "{all:?}"
        );
        assert!(all.iter().any(|each| each != &all[0]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_that_says_how_long_is_kept_to() {
        for (policy, waited) in [
            (Retry::times(3).fixed(Duration::ZERO), ms(0)),
            (Retry::times(3).fixed(ms(50)), ms(150)),
            (Retry::times(3).backoff(ms(10), 3.0), ms(10 + 30 + 90)),
            (Retry::times(3).jitter(false), ms(700)),
            (Retry::times(3).jitter(false).max_delay(ms(150)), ms(400)),
        ] {
            let begin = Instant::now();
            let flow = flow! { from([1_u32]) -> then(async |_| Err::<u32, _>(Api::Gone), retry = policy)? -> count() };
            assert!(flow.run().await.is_err());
            assert_eq!(begin.elapsed(), waited);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_other_side_s_wait_takes_the_place_of_the_back_off() {
        let (calls, begin) = (Cell::new(0), Instant::now());
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 2, &Api::Busy(7)), retry = 5, retry_after = |e| e.wait())? -> sum()
        };
        assert_eq!(flow.run().await.unwrap(), 3);
        assert_eq!(begin.elapsed(), Duration::from_secs(14));
        let (calls, begin) = (Cell::new(0), Instant::now());
        let policy = Retry::times(5).fixed(ms(30));
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 2, &Api::Busy(0)), retry = policy, retry_after = Api::wait)? -> sum()
        };
        assert_eq!(flow.run().await.unwrap(), 3);
        assert_eq!(begin.elapsed(), ms(60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_that_is_stopped_waits_for_no_attempt() {
        let (calls, begin) = (Cell::new(0), Instant::now());
        let policy = Retry::times(10).fixed(Duration::from_secs(600));
        let flow = flow! {
            from(0..9_u32) -> then(async |_| failing(&calls, 99, &Api::Gone), retry = policy, concurrency = 2) -> map(|r| r.is_err()) -> collect()
        };
        let failed: Vec<bool> = flow.run_until(sleep(ms(20))).await;
        assert!(!failed.is_empty() && failed.iter().all(|failed| *failed));
        assert_eq!(calls.get() as usize, failed.len());
        assert_eq!(begin.elapsed(), ms(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flow_within_a_stopped_one_waits_for_none_either() {
        let begin = Instant::now();
        let inner = async |x: u32| {
            let policy = Retry::times(10).fixed(Duration::from_secs(600));
            let flow = flow! { from([x]) -> by_key(|x| *x) { then(async |_| Err::<u32, _>(Api::Gone), retry = policy)? } -> count() };
            flow.run().await
        };
        let flow = flow! { from(0..9_u32) -> then(inner)? -> count() };
        let error = flow.run_until(sleep(ms(20))).await.unwrap_err();
        assert!(error.is::<Api>());
        assert_eq!(begin.elapsed(), ms(20));
    }
}

mod predicates {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn they_see_the_error_of_the_function() {
        let calls = Cell::new(0);
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 9, &Api::Gone), retry = 5, retry_if = |e| e.is_transient())? -> sum()
        };
        let error = flow.run().await.map(|sum: u32| sum).unwrap_err();
        assert_eq!((calls.get(), error.find()), (1, Some(&Api::Gone)));
        let calls = Cell::new(0);
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 9, &Api::Busy(1)), retry = 2, retry_if = Api::is_transient, concurrency = 3)? -> sum()
        };
        assert!(flow.run().await.map(|sum: u32| sum).is_err());
        assert_eq!(calls.get(), 3);
        let calls = Cell::new(0);
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 9, &"no".to_string()), retry = 2, retry_if = |e| e == "no")? -> sum()
        };
        assert!(flow.run().await.map(|sum: u32| sum).is_err());
        assert_eq!(calls.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn they_see_anyhow_and_boxes() {
        let calls = Cell::new(0);
        let ask = async |_| Ok::<_, anyhow::Error>(failing(&calls, 9, &Api::Gone)?);
        let flow =
            flow! { from([1_u32]) -> then(ask, retry = 2, retry_if = |e| e.is::<Api>())? -> sum() };
        let error = flow.run().await.map(|sum: u32| sum).unwrap_err();
        assert_eq!((calls.get(), error.find()), (3, Some(&Api::Gone)));
        let at = error.location().unwrap().to_owned();
        assert_eq!(
            error.to_string(),
            format!("stage `then` at {at}: the last of 3 attempts failed: gone")
        );
        let calls = Cell::new(0);
        let ask = async |_| Ok::<_, BoxError>(failing(&calls, 9, &Api::Gone)?);
        let flow = flow! { from([1_u32]) -> then(ask, retry = 2, retry_if = |e| !e.is::<Api>())? -> sum() };
        assert!(flow.run().await.map(|sum: u32| sum).is_err());
        assert_eq!(calls.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn those_of_a_policy_find_the_type_in_all_that_may_hold_it() {
        fn of(index: u32) -> BoxError {
            match index {
                0 => Client(Api::Gone).into(),
                1 => io::Error::other(Api::Gone).into(),
                _ => Arc::new(Client(Api::Gone)).into(),
            }
        }
        let policy = || Retry::times(2).when(|error| error.is::<Api>());
        let (calls, count) = (Cell::new(0), |calls: &Cell<u32>| calls.set(calls.get() + 1));
        let flow = flow! {
            from(0..3_u32) -> then(async |x| { count(&calls); Err::<u32, _>(of(x)) }, retry = policy()) -> map(|r| r.is_err()) -> count()
        };
        assert_eq!((flow.run().await, calls.get()), (3, 9));
        let calls = Cell::new(0);
        let contexts = async |_| {
            count(&calls);
            Err::<u32, _>(anyhow::Error::from(Client(Api::Gone)).context("outer"))
        };
        let flow = flow! { from([1_u32]) -> then(contexts, retry = policy())? -> count() };
        let error = flow.run().await.unwrap_err();
        assert_eq!((calls.get(), error.find()), (3, Some(&Api::Gone)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_passed_is_tried_again_unasked() {
        let calls = Cell::new(0);
        let slow = async |_| {
            calls.set(calls.get() + 1);
            sleep(ms(50)).await;
            Err::<u32, _>(Api::Gone)
        };
        let flow = flow! {
            from([1_u32]) -> then(slow, timeout = ms(10), retry = 2, retry_if = |_| false)? -> count()
        };
        assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(calls.get(), 3);
    }

    #[tokio::test]
    async fn without_retry_nothing_is_tried_again() {
        let calls = Cell::new(0);
        let flow = flow! {
            from([1_u32]) -> then(async |_| failing(&calls, 9, &Api::Gone), retry_if = |_| true)? -> count()
        };
        assert!(flow.run().await.unwrap_err().is::<Api>());
        assert_eq!(calls.get(), 1);
    }
}

/// A step may be written several times; each node has one type of futures.
mod places {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn behind_what_flushes() {
        let flow = flow! {
            from(0..10_u32) -> partition(4) -> map(|batch| batch.len() as u32) -> then(post, concurrency = 4, retry = 3)? -> collect::<Vec<_>>()
        };
        assert_eq!(flow.run().await.unwrap(), vec![4, 4, 2]);
        let flow = flow! {
            from(0..10_u32) -> group_by(|x| x / 4) -> map(|(_, run)| run.len() as u32)
                -> then(async |x| post(x).await, concurrency = 4, retry = 3, retry_if = |e| e.is_transient(), timeout = ms(10))? -> collect::<Vec<_>>()
        };
        assert_eq!(flow.run().await.unwrap(), vec![4, 4, 2]);
        let flow = flow! {
            from(0..10_u32) -> partition(4) -> map(|batch| batch.len() as u32) -> then(post, concurrency = 4, timeout = ms(10), ordered = false)? -> sum()
        };
        assert_eq!(flow.run().await.unwrap(), 10);
        let flow = flow! {
            from(0..10_u32) -> by_key(|x| x % 2) { partition(4) } -> map(|batch| batch.len() as u32) -> then(post, concurrency = 4, retry = 1)? -> sum()
        };
        assert_eq!(flow.run().await.unwrap(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn where_chains_meet() {
        let flow = flow! {
            few = from(0..10_u32) -> partition(4) -> map(|batch| batch.len() as u32);
            union(few, from(0..10_u32)) -> then(post, concurrency = 4, retry = 3, ordered = false)? -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 13);
        let flow = flow! {
            x = from(0..10_u32);
            zip(x -> partition(2) -> map(|pair| pair[0]), x -> skip(1)) -> map(|(a, b)| a + b) -> then(post, concurrency = 4, retry = 3)? -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 5);
        let flow = flow! {
            work = then(post, concurrency = 4, retry = 3, retry_after = Api::wait)? -> count();
            from(0..10_u32) -> work;
            from(0..10_u32) -> partition(4) -> map(|batch| batch.len() as u32) -> work;
            (work,)
        };
        assert_eq!(flow.run().await.unwrap(), (13,));
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_cycle_and_within_keys() {
        let seen = RefCell::new(Vec::new());
        let flow = flow! {
            pages = unique() -> then(post, concurrency = 2, retry = 1, timeout = ms(100))? -> inspect(|x| seen.borrow_mut().push(*x))
                -> filter_map(|x| (x < 8).then_some(x + 4)) -> pages;
            from(0..4_u32) -> partition(3) -> map(|batch| batch[0]) -> pages;
            from([7_u32]) -> pages;
        };
        flow.run().await.unwrap();
        let mut seen = seen.into_inner();
        seen.sort_unstable();
        assert_eq!(seen, [0, 3, 4, 7, 8, 11]);
        let flow = flow! {
            from(0..10_u32) -> by_key(|x| x % 2) { partition(2) -> map(|pair| pair[0]) -> then(post, concurrency = 2, retry = 3, retry_if = |e| e.is_transient())? } -> count()
        };
        assert_eq!(flow.run().await.unwrap(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn with_items_that_borrow() {
        async fn length(text: &str) -> Result<usize, Api> {
            Ok(text.len())
        }
        let texts = ["a".to_string(), "bb".to_string(), "ccc".to_string()];
        let flow = flow! {
            from(&texts) -> partition(2) -> map(|batch| batch[0].as_str()) -> then(length, concurrency = 2, retry = 2)? -> sum()
        };
        assert_eq!(flow.run().await.unwrap(), 4);
        let busy = [503, 429];
        let refuse = async |text: &String| {
            if text.len() == 2 {
                Err(429)
            } else {
                Ok(text.len())
            }
        };
        let flow = flow! {
            from(&texts) -> then(async |text| refuse(text).await.map_err(|code| code.to_string()), concurrency = 2, retry = 2,
                retry_if = |e| busy.iter().any(|code| code.to_string() == *e)) -> filter(|r| r.is_ok()) -> count()
        };
        assert_eq!(flow.run().await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn on_another_thread() {
        let flow = flow! {
            from(0..10_u32) -> partition(4) -> map(|batch| batch.len() as u32)
                -> then(post, concurrency = 4, retry = 3, retry_if = |e| e.is_transient(), retry_after = |e| e.wait())? -> sum()
        };
        assert_eq!(flow.spawn().await.unwrap().unwrap(), 10);
    }
}
