use super::*;
use crate::ErrorKind;
use crate::ty::Ty;
use core::cell::Cell;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::{Instant, sleep};

#[derive(Clone, Debug, PartialEq)]
struct Refused(u32);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused {}", self.0)
    }
}

impl std::error::Error for Refused {}

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn retries(retry: impl Into<Retry>) -> Attempts {
    Attempts::new(None, retry.into())
}

/// Returns what a flow does with an item.
async fn run_with<T: Clone, U, E, J: Judges<E>, F: Future<Output = Result<U, E>>>(
    attempts: &Attempts<J>,
    item: T,
    mut f: impl FnMut(T) -> F,
) -> Result<U, Error> {
    let mut tries = attempts.of(item);
    loop {
        let item = tries.item();
        if let Some(result) = tries.end(f(item)).await {
            break result;
        }
    }
}

/// Fails with the number of the call until the call `good`.
async fn fails_until(calls: &Cell<u32>, good: u32) -> Result<u32, Refused> {
    calls.set(calls.get() + 1);
    if calls.get() < good {
        Err(Refused(calls.get()))
    } else {
        Ok(calls.get())
    }
}

#[tokio::test(start_paused = true)]
async fn success_is_the_first_one() {
    let calls = Cell::new(0);
    let value = retries(3).run(async || fails_until(&calls, 3).await).await;
    assert_eq!((value.unwrap(), calls.get()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_reported_with_the_number_of_attempts() {
    let calls = Cell::new(0);
    let result = retries(2).run(async || fails_until(&calls, 9).await).await;
    let error = result.unwrap_err();
    assert_eq!(calls.get(), 3);
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert_eq!(error.downcast_ref(), Some(&Refused(3)));
    assert_eq!(
        error.to_string(),
        "the last of 3 attempts failed: refused 3"
    );
}

#[tokio::test(start_paused = true)]
async fn a_single_attempt_says_nothing_of_attempts() {
    let calls = Cell::new(0);
    let once = Attempts::once();
    let error = once.run(async || fails_until(&calls, 9).await).await;
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "refused 1");
    assert!(error.is::<Refused>());
    let error = run_with(&once, (), async |()| fails_until(&calls, 9).await);
    assert_eq!(error.await.unwrap_err().to_string(), "refused 2");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_library_is_not_wrapped() {
    let fails = async || Err::<(), _>(Error::new(ErrorKind::Capacity, "full"));
    let error = retries(2).run(fails).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Capacity);
    assert_eq!(error.to_string(), "full");
    assert!(error.source().is_none());
}

#[tokio::test(start_paused = true)]
async fn delays_grow_up_to_a_limit() {
    let calls = Cell::new(0);
    let policy = Retry::times(4).backoff(ms(100), 2.0).max_delay(ms(300));
    let begin = Instant::now();
    let attempts = retries(policy);
    let result = attempts.run(async || fails_until(&calls, 9).await).await;
    assert!(result.is_err());
    assert_eq!(begin.elapsed(), ms(100 + 200 + 300 + 300));
}

#[tokio::test(start_paused = true)]
async fn fixed_delays_lie_between_attempts_only() {
    let calls = Cell::new(0);
    let begin = Instant::now();
    let policy = Retry::times(2).fixed(ms(50));
    let attempts = retries(policy);
    let result = run_with(&attempts, (), async |()| fails_until(&calls, 9).await).await;
    assert!(result.is_err());
    assert_eq!((calls.get(), begin.elapsed()), (3, ms(100)));
}

#[test]
fn jitter_shortens_to_no_less_than_half() {
    let policy = Retry::times(1).fixed(ms(100)).jitter(true);
    let delays: Vec<_> = (0..100).map(|_| policy.delay(1)).collect();
    assert!(delays.iter().all(|d| (ms(50)..=ms(100)).contains(d)));
    assert!(delays.iter().any(|d| d != &delays[0]));
}

#[test]
fn a_bare_number_waits_longer_each_time_and_never_alike() {
    let policy = Retry::from(20);
    for (made, longest) in [
        (1, 100),
        (2, 200),
        (3, 400),
        (9, 25_600),
        (10, 30_000),
        (20, 30_000),
    ] {
        let delays: Vec<_> = (0..50).map(|_| policy.delay(made)).collect();
        let range = ms(longest / 2)..=ms(longest);
        assert!(delays.iter().all(|d| range.contains(d)), "{delays:?}");
        assert!(delays.iter().any(|d| d != &delays[0]));
    }
    let plain = Retry::times(3).jitter(false);
    assert_eq!(
        [1, 2, 3].map(|made| plain.delay(made)),
        [100, 200, 400].map(ms)
    );
    let short = Retry::times(3).max_delay(ms(150)).jitter(false);
    assert_eq!(
        [1, 2, 3].map(|made| short.delay(made)),
        [100, 150, 150].map(ms)
    );
}

#[test]
fn what_a_policy_says_of_jitter_holds_in_any_order() {
    let exact = Retry::times(1).fixed(ms(100));
    assert!((0..50).all(|_| exact.delay(1) == ms(100)));
    let spread = Retry::times(1).jitter(true).fixed(ms(100));
    assert!((0..50).any(|_| spread.delay(1) != ms(100)));
}

#[tokio::test(start_paused = true)]
async fn typed_functions_see_the_error_itself() {
    let calls = Cell::new(0);
    let error = Ty::<Refused>::new();
    let judge = Judge::of(Boxes)
        .retry_if(error, |refused| refused.0 < 3)
        .retry_after(error, |refused| Some(ms(1000) * refused.0));
    let attempts = Attempts::judged_by(judge, None, Retry::from(9));
    let begin = Instant::now();
    let result = attempts.run(async || fails_until(&calls, 9).await).await;
    assert_eq!(result.unwrap_err().find(), Some(&Refused(3)));
    assert_eq!((calls.get(), begin.elapsed()), (3, ms(1000 + 2000)));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_asks_for_no_wait_is_waited_for_as_the_policy_says() {
    let calls = Cell::new(0);
    let error = Ty::<Refused>::new();
    let waits = |refused: &Refused| (refused.0 == 1).then_some(Duration::ZERO);
    let judge = Judge::of(Boxes).retry_after(error, waits);
    let attempts = Attempts::judged_by(judge, None, Retry::times(2).fixed(ms(70)));
    let begin = Instant::now();
    let result = attempts.run(async || fails_until(&calls, 9).await).await;
    assert!(result.is_err());
    assert_eq!(begin.elapsed(), ms(70 + 70));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passed_is_not_asked_about() {
    let calls = Cell::new(0);
    let judge = Judge::of(Boxes);
    let judge = judge.retry_if(Ty::<Refused>::new(), |_| unreachable!("it was no error"));
    let attempts = Attempts::judged_by(judge, Some(ms(100)), Retry::times(2).fixed(ms(1)));
    let slow = async || {
        calls.set(calls.get() + 1);
        sleep(ms(101)).await;
        Ok::<_, Refused>(())
    };
    assert_eq!(
        attempts.run(slow).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
    assert_eq!(calls.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passed_further_inside_is_tried_again_all_the_same() {
    let calls = Cell::new(0);
    let judge = Judge::of(Boxes).retry_if(Ty::<Error>::new(), |_| false);
    let attempts = Attempts::judged_by(judge, None, Retry::times(2).fixed(ms(1)));
    let late = async || {
        calls.set(calls.get() + 1);
        Err::<(), _>(Error::new(ErrorKind::Timeout, "late"))
    };
    assert!(attempts.run(late).await.is_err());
    assert_eq!(calls.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_stops_waits_for_no_attempt_and_begins_none() {
    let calls = Cell::new(0);
    let flow = wait::BackOffs::default();
    let attempts = retries(Retry::times(10).fixed(ms(600_000)));
    let begin = Instant::now();
    let run = async {
        let mut run = core::pin::pin!(attempts.run(async || fails_until(&calls, 99).await));
        core::future::poll_fn(|cx| flow.within(|| run.as_mut().poll(cx))).await
    };
    let stop = async {
        sleep(ms(5)).await;
        flow.end();
    };
    let (result, ()) = futures::join!(run, stop);
    let error = result.unwrap_err();
    assert_eq!(error.find(), Some(&Refused(1)));
    assert_eq!(error.to_string(), "refused 1");
    assert_eq!((calls.get(), begin.elapsed()), (1, ms(5)));
}

#[test]
fn a_delay_beyond_all_bounds_is_the_limit() {
    let policy = Retry::times(u32::MAX).backoff(ms(1), 10.0);
    assert_eq!(policy.delay(1000), Duration::MAX);
    assert_eq!(policy.max_delay(ms(7)).delay(1000), ms(7));
}

#[tokio::test(start_paused = true)]
async fn only_the_errors_asked_for_are_tried_again() {
    let calls = Cell::new(0);
    let policy = Retry::times(9).when(|error| error.downcast_ref() != Some(&Refused(2)));
    let attempts = retries(policy);
    let result = attempts.run(async || fails_until(&calls, 9).await).await;
    let error = result.unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&Refused(2)));
    assert_eq!(
        error.to_string(),
        "the last of 2 attempts failed: refused 2"
    );
}

#[tokio::test(start_paused = true)]
async fn the_predicate_rules_where_the_item_is_handed_over_too() {
    let calls = Cell::new(0);
    let policy = Retry::times(9).when(|error| error.is::<io::Error>());
    let attempts = retries(policy);
    let result = run_with(&attempts, (), async |()| fails_until(&calls, 9).await).await;
    assert!(result.unwrap_err().is::<Refused>());
    assert_eq!(calls.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_for_each_attempt() {
    let calls = Cell::new(0);
    let begin = Instant::now();
    let attempts = Attempts::new(Some(ms(100)), Retry::times(2).fixed(Duration::ZERO));
    let slow = async || {
        calls.set(calls.get() + 1);
        sleep(ms(101)).await;
        Ok::<_, Refused>(())
    };
    let error = attempts.run(slow).await.unwrap_err();
    assert_eq!((calls.get(), begin.elapsed()), (3, ms(300)));
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "timed out after 100ms in the last of 3 attempts"
    );
}

#[tokio::test(start_paused = true)]
async fn the_predicate_sees_a_deadline_as_an_error_of_its_kind() {
    let begin = Instant::now();
    let policy = Retry::times(1).fixed(Duration::ZERO);
    let policy = policy.when(|error| error.kind() == ErrorKind::Timeout);
    let attempts = Attempts::new(Some(ms(100)), policy);
    let slow = async || {
        sleep(ms(101)).await;
        Ok::<_, Refused>(())
    };
    assert!(attempts.run(slow).await.is_err());
    assert_eq!(begin.elapsed(), ms(200));
}

#[tokio::test(start_paused = true)]
async fn timed_gives_the_value_the_error_or_a_timeout() {
    let after = async |delay, result: Result<u32, Refused>| {
        sleep(delay).await;
        result
    };
    assert_eq!(timed(ms(100), after(ms(99), Ok(7))).await.unwrap(), 7);
    let error = timed(ms(100), after(ms(99), Err(Refused(1)))).await;
    assert!(error.unwrap_err().is::<Refused>());
    let error = timed(ms(1500), after(ms(1501), Ok(7))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "timed out after 1.5s");
}

#[tokio::test(start_paused = true)]
async fn the_item_is_cloned_for_all_attempts_but_the_last() {
    struct Item<'a>(&'a Cell<u32>);
    impl Clone for Item<'_> {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Self(self.0)
        }
    }
    for (times, clones) in [(0, 0), (2, 2)] {
        let cloned = Cell::new(0);
        let fails = async |item: Item<'_>| Err::<(), _>(Refused(item.0.get()));
        let result = run_with(&retries(times), Item(&cloned), fails).await;
        assert!(result.is_err());
        assert_eq!(cloned.get(), clones);
    }
}

#[tokio::test]
async fn calls_may_be_spawned() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    async fn call(item: String) -> Result<usize, Refused> {
        match CALLS.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Refused(0)),
            _ => Ok(item.len()),
        }
    }
    let name = String::from("name");
    let task = tokio::spawn(async move {
        let captured = name.clone();
        let attempts = Attempts::new(Some(ms(1000)), Retry::from(3u64));
        let borrowed = attempts.run(async || call(name.clone()).await).await?;
        let function = run_with(&attempts, name.clone(), call).await?;
        let closure = run_with(&attempts, name, async |_| call(captured.clone()).await);
        Ok::<_, Error>(borrowed + function + closure.await?)
    });
    assert_eq!(task.await.unwrap().unwrap(), 12);
}

#[test]
fn any_integer_is_a_policy() {
    assert_eq!(Retry::from(3).times, 3);
    assert_eq!(Retry::from(3usize).times, 3);
    assert_eq!(Retry::from(-1).times, 0);
    assert_eq!(Retry::from(u64::MAX).times, u32::MAX);
}
